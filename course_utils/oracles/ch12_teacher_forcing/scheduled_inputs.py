"""scheduled_inputs: at each step the truth or the network's own prediction, by chance.

Source: S. Bengio et al., "Scheduled sampling for sequence prediction with recurrent neural
networks" (2015).
"""

from __future__ import annotations

import math

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

CALLS = 40  # of the smallest case: how many steps are true must vary among them


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
        return int(rng.integers(80, 115))

    small = case("edges", "two sequences of two steps, forty times", 2, 2, 2, 0.5)
    small.setup["calls"] = CALLS
    return [
        case("mixture", "p_truth = 0.5", size(), size(), 2, 0.5),
        case("mixture", "p_truth = 0.25", size(), size(), 3, 0.25),
        case("mixture", "p_truth = 0.7, float64", size(), size(), 2, 0.7, "float64"),
        case("certain", "p_truth = 1", 30, 40, 3, 1.0),
        case("certain", "p_truth = 0", 30, 40, 3, 0.0),
        case("edges", "p_truth = 1, a whole number", 4, 6, 2, 1),
        case("edges", "p_truth = 0.005", 120, 180, 1, 0.005),
        case("edges", "one long sequence", 1, 90 * size(), 2, 0.6),
        case("edges", "many sequences of one step", 90 * size(), 1, 2, 0.4),
        case("edges", "one feature", size(), size(), 1, 0.3),
        small,
        case("errors", "", 3, 4, 2, -0.1),
        case("errors", "", 3, 4, 2, 1.1),
        case("errors", "", 3, 4, 2, 50),
    ]


# --- what is compared: the statistics of the mixture ---------------------------------------------
# Each name with its word is a sentence of what was measured; "works" where nothing is wrong. Which
# names there are depends on the case alone. False alarms are rarer than 1e-6.

OF_NUMBERS = ("the shape of the result", "the result", "within one step")
OF_CHANCE = ("the choices", "the share of the truth", "the first step")
OF_PAIRS = ("neighbouring steps", "neighbouring sequences", "some two sequences")
OF_CALLS = ("a second call with the same generator", "a call with an equal generator")


def view(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """Where each step comes from, in words, and the numbers that were taken."""
    truth, predicted, p = wide(inputs["truth"]), wide(inputs["predicted"]), inputs["p_truth"]
    certain, number = f"with p_truth = {p:g}", "the number of true steps"
    names = (
        (number,)
        if "calls" in setup
        else (*OF_CHANCE, *OF_PAIRS, *OF_CALLS)
        if 0 < p < 1
        else (certain,)
    )
    result: Outputs = dict.fromkeys((*OF_NUMBERS, *names), "works")
    result |= {"what is taken from truth": truth, "what is taken from predicted": predicted}
    mixed = np.asarray(outputs["the inputs"])
    if mixed.shape != truth.shape:
        result[OF_NUMBERS[0]] = f"is {mixed.shape}, where {truth.shape} is asked for"
        return result

    def near(a: Array, b: Array) -> Array:
        return np.asarray(np.isclose(a, b, rtol=1e-6, atol=1e-6))

    from_truth, from_net = near(mixed, truth), near(mixed, predicted)
    unknown = ~(from_truth | from_net)
    if unknown.any():
        blend = near(mixed, p * truth + (1 - p) * predicted).all()
        some = not unknown.any(axis=(1, 2)).all()
        result["the result"] = (
            "is a weighted mean of truth and predicted"
            if blend
            else f"holds{', in some of the sequences,' if some else ''} numbers that stand neither "
            "in truth nor in predicted at the same place"
        )
        return result
    taken = from_truth.mean(axis=-1)  # (B, T)
    if (from_truth != from_truth[..., :1]).any():
        result["within one step"] = "some features are true and others predicted"
    elif "calls" in setup:
        again = near(outputs["the inputs of each call"], truth)[..., 0]
        if len(set(again.sum(axis=(1, 2)).tolist())) == 1:
            result[number] = f"is the same in each of {CALLS} calls"
    elif 0 < p < 1:
        result |= shares(taken, p)
    else:
        result[certain] = surely(taken, p)
    if 0 < p < 1 and "calls" not in setup and not few_coins(from_truth[..., 0]):
        for name, came, word in (
            (OF_CALLS[0], "the next inputs", "makes the same choices again"),
            (OF_CALLS[1], "the inputs from the same seed", "makes other choices"),
        ):
            if np.array_equal(mixed, outputs[came]) == (name == OF_CALLS[0]):
                result[name] = word
    # The dtype stands for the numbers: where they are float32, these are.
    for name, given, here in (
        ("what is taken from truth", truth, from_truth),
        ("what is taken from predicted", predicted, from_net),
    ):
        result[name] = np.where(here, mixed, given).astype(mixed.dtype)
    return result


def surely(taken: Array, p: float) -> str:
    """What (B, T), the share of the truth at each step, says where p is 0 or 1."""
    found = float(taken.mean())
    if found == p:
        return "works"
    if found == 1 - p:
        return "no step is true" if p else "all steps are true"
    if not p and (taken == (np.arange(taken.shape[1]) == 0)).all():
        return "every first step is true"
    if abs(found - 0.5) < 2.75 / np.sqrt(taken.size):
        return "half of the steps are true"
    return "some steps are predicted" if p else "some steps are true"


def shares(taken: Array, p: float) -> Outputs:
    """What (B, T), the share of the truth at each step, says about probability and independence."""
    spread, found = np.sqrt(p * (1 - p)), float(taken.mean())
    far = abs(found - p) > 5.5 * spread / np.sqrt(taken.size)
    if p < 0.1:  # too few true steps for more than their number
        return {OF_CHANCE[1]: f"is far {'above' if found > p else 'below'} p_truth"} if far else {}
    if bound(taken):
        return {"the choices": bound(taken)}
    if far:
        return {"the share of the truth": f"is {share_in_words(found, p, taken.size)}"}
    z = (taken - p) / spread
    result: Outputs = {}
    for name, one, two in (
        ("neighbouring steps", z[:, :-1], z[:, 1:]),
        ("neighbouring sequences", z[:-1], z[1:]),
    ):
        if one.size and abs((one * two).mean()) * np.sqrt(one.size) > 7.5:
            result[name] = "depend on each other"
    if min(taken.shape) > 20:
        together = np.triu(z @ z.T, 1) / np.sqrt(taken.shape[1])
        if np.abs(together).max() > 7.5:
            result["some two sequences"] = "depend on each other"
        first = z[:, 0].mean() * np.sqrt(len(z))
        if abs(first) > 5.5:
            often = "more" if first > 0 else "less"
            result["the first step"] = f"is true {often} often than the others"
    return result


def share_in_words(found: float, p: float, count: int) -> str:
    """A share that is not p: what it is known for, or the number."""
    below_p = 0.5 + 0.5 * math.erf(p / math.sqrt(2))
    for share, words in (
        (1 - p, "1 − p_truth"),
        (0.5, "a half"),
        (below_p, "that of normal numbers below p_truth"),
    ):
        if abs(found - share) < 5.5 * np.sqrt(share * (1 - share) / count):
            return words
    return f"about {found:.2g}, where p_truth is {p:g}"


def bound(taken: Array) -> str:
    """How the choices (B, T) hang together, or "" where each is its own."""
    rows, steps = taken.shape
    settled = steps > 1 and bool((np.diff(taken, axis=1) <= 0).all())
    by_row = steps > 1 and bool((taken == taken[:, :1]).all())
    if rows > 1 and (taken == taken[:1]).all():
        return f"are the same in all sequences{' and at all steps' if by_row else ''}"
    if rows > 1 and by_row:
        return "are the same at all steps of a sequence"
    return "never go back to the truth after a step that is predicted" if settled else ""


def few_coins(taken: Array) -> bool:
    """Whether so few choices were made that two draws may be equal by chance."""
    rows = 1 if (taken == taken[:1]).all() else len(taken)
    one = (taken == taken[:, :1]).all() or (len(taken) == 1 and bound(taken))
    return rows * (1 if one else taken.shape[1]) < 25


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
        "rounded-probability",
        "rng.random((*truth.shape[:2], 1)) < p_truth",
        "rng.integers(0, 100, (*truth.shape[:2], 1)) < int(100 * p_truth)",
        see="Your probabilities are rounded: with p_truth = 0.005 no step is true.",
        look="How fine are your random numbers, and is p_truth rounded?",
        change="Draw uniform numbers between 0 and 1, and compare them with p_truth itself.",
    ),
    Mistake(
        "one-percent-too-often",
        "rng.random((*truth.shape[:2], 1)) < p_truth",
        "rng.integers(0, 100, (*truth.shape[:2], 1)) <= 100 * p_truth",
        see="Even with p_truth = 0 some steps are true.",
        look="Is a step true whatever p_truth says? Or is a number compared by <= that may be 0, "
        "such as a whole one?",
        change="Draw uniform numbers between 0 and 1, and take the truth only where they are "
        "below p_truth.",
    ),
    Mistake(
        "fixed-number",
        "rng.random((*truth.shape[:2], 1)) < p_truth",
        "rng.permutation(truth[..., 0].size).reshape(*truth.shape[:2], 1) "
        "< round(p_truth * truth[..., 0].size)",
        see="In every call of yours exactly as many steps are true as p_truth says: where some "
        "are, others cannot be.",
        look="Does your code count how many steps are to be true?",
        change="Decide each step by a random number of its own, whatever became of the others.",
    ),
    Mistake(
        "fixed-number-per-sequence",
        "rng.random((*truth.shape[:2], 1)) < p_truth",
        "np.argsort(rng.random(truth.shape[:2]))[..., None] < round(p_truth * truth.shape[1])",
        see="In each sequence of yours the same number of steps is true.",
        look="Does your code count how many steps of a sequence are to be true?",
        change="Decide each step by a random number of its own, whatever became of the others.",
    ),
    Mistake(
        "first-steps-true",
        "rng.random((*truth.shape[:2], 1)) < p_truth",
        "np.arange(truth.shape[1])[None, :, None] < round(p_truth * truth.shape[1])",
        see="In all sequences the same first steps are true and the rest is predicted: nothing is "
        "left to chance.",
        look="Where do you draw from rng?",
        change="Draw a random number for each sequence and step, and let it decide.",
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
