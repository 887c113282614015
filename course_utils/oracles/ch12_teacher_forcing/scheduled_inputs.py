"""scheduled_inputs: at each step the truth or the network's own prediction, by chance.

Source: S. Bengio et al., "Scheduled sampling for sequence prediction with recurrent neural
networks" (2015).
"""

from __future__ import annotations

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
)
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "scheduled_inputs"]

Array = np.ndarray
Generator = np.random.Generator

THREE = ("the inputs", "the next inputs", "the inputs from the same seed")
EQUAL = "the inputs from an equal generator"


def scheduled_inputs(truth: Array, predicted: Array, p_truth: float, rng: Generator) -> Array:
    if not 0 <= p_truth <= 1:
        raise ExpectedError("p_truth", f"p_truth = {p_truth}")
    taken = rng.random((*truth.shape[:2], 1)) < p_truth
    return np.where(taken, truth, predicted)


def by_binomial(truth: Array, predicted: Array, p_truth: float, rng: Generator) -> Array:
    if not 0 <= p_truth <= 1:
        raise ExpectedError
    heads = rng.binomial(1, p_truth, size=truth.shape[:2])
    mixed = predicted.copy()
    mixed[heads == 1] = truth[heads == 1]
    return mixed


def cases(rng: Generator) -> list[Case]:
    def case(
        part: str,
        about: str,
        batch: int,
        steps: int,
        features: int,
        p_truth: float,
        dtype: str = "float32",
    ) -> Case:
        truth = rng.normal(size=(batch, steps, features))
        # Never near the truth, so that each number shows where it comes from.
        away = rng.choice([-1.0, 1.0], size=truth.shape) * rng.uniform(1.0, 2.0, truth.shape)
        inputs = {
            "truth": truth.astype(dtype),
            "predicted": (truth + away).astype(dtype),
            "p_truth": p_truth,
        }
        return Case(part, inputs, about, {"seed": int(rng.integers(2**32))})

    def size() -> int:
        return int(rng.integers(90, 130))

    return [
        case("mixture", "p_truth = 0.5", size(), size(), 2, 0.5),
        case("mixture", "p_truth = 0.25", size(), size(), 3, 0.25),
        case("mixture", "p_truth = 0.7, float64", size(), size(), 2, 0.7, "float64"),
        case("certain", "p_truth = 1", 5, 7, 3, 1.0),
        case("certain", "p_truth = 0", 5, 7, 3, 0.0),
        case("edges", "p_truth = 1, a whole number", 4, 6, 2, 1),
        case("edges", "one long sequence", 1, 90 * size(), 2, 0.6),
        case("edges", "many sequences of one step", 90 * size(), 1, 2, 0.4),
        case("edges", "one feature", size(), size(), 1, 0.3),
        case("edges", "no step at all", 3, 0, 2, 0.5),
        case("errors", "", 3, 4, 2, -0.1),
        case("errors", "", 3, 4, 2, 1.1),
        case("errors", "", 3, 4, 2, 50),
    ]


# --- what is compared: the statistics of the mixture ---------------------------------------------


def view(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """Where each step comes from, as the words of tests; false alarms are rarer than 1e-6."""
    if THREE[0] not in outputs:
        return outputs
    mixed, again, twin = (np.asarray(outputs[name], dtype=np.float64) for name in THREE)
    truth, predicted = wide(inputs["truth"]), wide(inputs["predicted"])
    result: Outputs = {"the shape of the inputs": np.array(mixed.shape)}
    if mixed.shape != truth.shape or not mixed.size:
        return result
    p = float(inputs["p_truth"])
    exact = 1e-12 if inputs["truth"].dtype == np.float64 else 1e-6

    def near(a: Array, b: Array) -> Array:
        return np.asarray(np.isclose(a, b, rtol=exact, atol=exact))

    from_truth, from_net = near(mixed, truth), near(mixed, predicted)
    known = from_truth | from_net
    result["each number"] = (
        "from truth or predicted, at its own place" if known.all() else "something else"
    )
    if not known.all():
        blend = near(mixed, p * truth + (1 - p) * predicted).all()
        result["the share of something else"] = (
            "a blend"
            if blend
            else "in all sequences"
            if (~known).any(axis=(1, 2)).all()
            else "in some"
        )
        return result
    whole = (from_truth == from_truth[..., :1]).all()
    result["each step"] = "of one kind" if whole else "mixed within its features"
    result |= shares(from_truth.mean(axis=-1), p, whole)
    if 0 < p < 1 and not few_coins(from_truth[..., 0]):
        for words, other in (("the next inputs from the same generator", again), (EQUAL, twin)):
            result[words] = "the same" if np.array_equal(mixed, other) else "others"
    return result


def shares(taken: Array, p: float, whole: bool) -> Outputs:
    """What (B, T), the share of the truth at each step, says about probability and independence."""
    spread = np.sqrt(p * (1 - p))
    found = float(taken.mean())
    if spread == 0:
        return {"the truth": "always" if found == 1 else "never" if found == 0 else "sometimes"}
    if not whole:
        return {}
    if bound(taken):
        return {"the choices": bound(taken)}
    off = 5.5 * spread / np.sqrt(taken.size)
    if abs(found - p) > off:
        swapped = abs(found - (1 - p)) < off
        return {"the truth": "as often as 1 − p_truth says" if swapped else "of another share"}
    z = (taken - p) / spread
    result: Outputs = {"the truth": "as often as p_truth says", "the choices": "independent"}
    for name, one, two in (
        ("neighbouring steps", z[:, :-1], z[:, 1:]),
        ("neighbouring sequences", z[:-1], z[1:]),
    ):
        if one.size:
            tied = abs((one * two).mean()) * np.sqrt(one.size) > 7.5
            result[name] = "tied" if tied else "free"
    if min(taken.shape) > 20:
        together = np.triu(z @ z.T, 1) / np.sqrt(taken.shape[1])
        result["any two sequences"] = "tied" if np.abs(together).max() > 7.5 else "free"
        first = abs(z[:, 0].mean()) * np.sqrt(len(z))
        result["the first step"] = "like the others" if first < 5.5 else "another"
    return result


def bound(taken: Array) -> str:
    """How the choices (B, T) hang together, or "" where each is its own."""
    rows, steps = taken.shape
    settled = steps > 1 and bool((np.diff(taken, axis=1) <= 0).all())
    if rows == 1:
        return "one for each sequence" if settled else ""
    by_row = steps > 1 and bool((taken == taken[:, :1]).all())
    by_step = bool((taken == taken[:1]).all())
    if by_row and by_step:
        return "one for all"
    if by_row:
        return "one for each sequence"
    if by_step:
        return "one for each step"
    return "never back to the truth" if settled else ""


def few_coins(taken: Array) -> bool:
    """Whether so few choices were made that two draws may be equal by chance."""
    count = {
        "one for all": 1,
        "one for each sequence": len(taken),
        "one for each step": taken[0].size,
    }
    return count.get(bound(taken), taken.size) < 25


def refuse(truth: Array, predicted: Array, p_truth: float) -> None:
    scheduled_inputs(truth, predicted, p_truth, np.random.default_rng(0))


MISTAKES = [
    Mistake(
        "features-mixed",
        "(*truth.shape[:2], 1)",
        "truth.shape",
        see="Within one step some of your features are true and others predicted.",
        look="How many random numbers do you draw: one per number, or one per step?",
        change="Draw one number for each sequence and step, and let it decide for all features.",
    ),
    Mistake(
        "one-coin-per-sequence",
        "(*truth.shape[:2], 1)",
        "(len(truth), 1, 1)",
        see="A whole sequence of yours is true, or the whole of it is predicted.",
        look="Look at the shape of the random numbers: is the axis of time in it?",
        change="Decide anew for every sequence and every step.",
    ),
    Mistake(
        "one-coin-per-step",
        "(*truth.shape[:2], 1)",
        "(1, truth.shape[1], 1)",
        see="At each step all your sequences are true, or all are predicted.",
        look="Look at the shape of the random numbers: is the axis of the batch in it?",
        change="Decide anew for every sequence and every step.",
    ),
    Mistake(
        "one-coin-for-all",
        "(*truth.shape[:2], 1)",
        "1",
        see="Your result is the truth as a whole, or the predictions as a whole.",
        look="How many random numbers do you draw?",
        change="Decide anew for every sequence and every step.",
    ),
    Mistake(
        "probability-swapped",
        "< p_truth",
        ">= p_truth",
        see="The truth comes with probability 1 − p_truth.",
        look="Try p_truth = 1: it should give the truth alone.",
        change="Exchange truth and predicted in the choice, or turn the comparison round.",
    ),
    Mistake(
        "blended",
        "np.where(taken, truth, predicted)",
        "p_truth * truth + (1 - p_truth) * predicted",
        see="Your inputs are weighted means of truth and prediction.",
        look="A step is one or the other: which random number decides?",
        change="Draw a choice for each sequence and step, and take one of the two whole.",
    ),
    Mistake(
        "never-back-to-truth",
        "where(taken",
        "where(np.cumprod(taken, axis=1) > 0",
        see="Once a step of yours is predicted, all later ones are.",
        look="Does a choice of yours depend on the choice before it?",
        change="Decide each step on its own, whatever came before.",
    ),
    Mistake(
        "first-step-forced",
        "    return",
        "    taken[:, :1] = True\n    return",
        see="The first step is always true in your result, even with p_truth = 0.",
        look="Is step 0 treated apart from the others?",
        change="Let chance decide about the first step as about all others.",
    ),
    Mistake(
        "half-and-half",
        "< p_truth",
        "< 0.5",
        see="Your share of the truth is a half, whatever p_truth is.",
        look="Where does p_truth stand in your code?",
        change="Compare the random numbers with p_truth.",
    ),
    Mistake(
        "normal-numbers",
        "rng.random(",
        "rng.normal(size=",
        see="The share of the truth is not p_truth: your random numbers are not uniform.",
        look="Which distribution do you compare with p_truth?",
        change="Draw uniform numbers between 0 and 1.",
    ),
    Mistake(
        "seed-inside",
        "    taken",
        "    rng = np.random.default_rng(12345)\n    taken",
        see="Each call makes the same choices.",
        look="Where does the generator come from that you draw with?",
        change="Draw from rng as it is given, without a seed of your own.",
    ),
    Mistake(
        "rng-unused",
        "rng.random(",
        "np.random.default_rng().random(",
        see="Generators of one seed should give the same choices, and yours do not.",
        look="Which generator do you draw from?",
        change="Draw from rng, not from np.random or TensorFlow.",
    ),
    Mistake(
        "single-precision",
        "predicted)",
        "predicted).astype(np.float32)",
        see="Your inputs are right to about seven digits, but truth and predicted are float64.",
        look="Where does your code turn numbers into float32?",
        change="Keep the dtype of truth and predicted: a choice changes no number.",
    ),
    Mistake(
        "any-probability",
        outputs=accepts(refuse),
        see="A p_truth below 0 or above 1 is accepted.",
        look="Read the `Raises` part of the stub.",
        change="Raise a ValueError that names p_truth and says what came.",
    ),
]

EXERCISE = Exercise(
    "scheduled_inputs(truth, predicted, p_truth, rng)",
    references=(scheduled_inputs, by_binomial),
    cases=cases,
    mistakes=MISTAKES,
    parts={"mixture": 0.5, "certain": 0.2, "edges": 0.15, "errors": 0.15},
    basic=("mixture", "certain"),
    points=2,
    probe="three_mixtures",
    minutes=15,
    difficulty=2,
    view=view,
)
