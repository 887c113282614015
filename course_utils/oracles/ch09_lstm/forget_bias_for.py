"""forget_bias_for: the bias b with which a share of the memory is left after a horizon.

σ(b)^horizon = kept: p = kept^(1/horizon), b = log(p / (1 − p)).
"""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
    from_case,
)

__all__ = ["EXERCISE", "forget_bias_for"]


def refuse(horizon: int, kept: float) -> None:
    """Raise where no bias can do it."""
    if horizon < 1:
        raise ExpectedError("horizon", f"horizon = {horizon}")
    if not 0 < kept < 1:
        raise ExpectedError("kept", f"kept = {kept}")


def forget_bias_for(horizon: int, kept: float) -> float:
    refuse(horizon, kept)
    p = np.power(kept, 1.0 / horizon)
    return np.log(p / (1.0 - p))


@from_case
def by_bisection(inputs: Inputs, setup: Setup) -> Outputs | None:
    """Find b with horizon · log σ(b) = log kept by halving an interval."""
    horizon, kept = inputs["horizon"], inputs["kept"]
    if horizon < 1 or not 0 < kept < 1:
        return None
    low, high = -50.0, 50.0
    for _ in range(200):
        middle = (low + high) / 2
        if -horizon * np.logaddexp(0.0, -middle) < np.log(kept):
            low = middle
        else:
            high = middle
    return {"the bias": np.asarray(middle)}


def cases(rng: np.random.Generator) -> list[Case]:
    def share(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

    def case(part: str, about: str, horizon: int, kept: float, factor: float = 1.0) -> Case:
        inputs = {"horizon": horizon, "kept": kept}
        return Case(part, inputs, about, tolerance_factor=factor)

    def drawn(about: str, low: int, high: int) -> Case:
        return case("bias", about, int(rng.integers(low, high)), share(0.1, 0.9))

    impossible = [(0, 0.5), (-4, 0.5), (10, 0.0), (10, 1.0), (10, -0.2), (10, 1.5)]
    return [
        case("bias", "one step", 1, share(0.6, 0.95)),
        drawn("a few steps", 2, 6),
        drawn("some dozen steps", 10, 60),
        drawn("hundreds of steps", 100, 400),
        case("edges", "almost nothing is kept: the bias is negative", 3, 0.001),
        case("edges", "almost all is kept", 50, 0.999, factor=10),  # in float32, 1 − p is rough
        case("edges", "ten thousand steps", 10_000, 0.5, factor=10),
        *(case("errors", f"{steps} steps, kept {kept}", steps, kept) for steps, kept in impossible),
    ]


MISTAKES = [
    Mistake(
        "the-gate-itself",
        "np.log(p / (1.0 - p))",
        "p",
        see="Your result is the forget gate, σ(b): a number between 0 and 1.",
        look="Which b gives that gate? The sigmoid has to be undone.",
        change="Solve p = σ(b) for b: it is the logarithm of p over 1 − p.",
    ),
    Mistake(
        "one-step",
        "np.power(kept, 1.0 / horizon)",
        "kept",
        see="Your bias keeps that share over one step, not over the whole horizon.",
        look="Over the horizon the gate is multiplied with itself. What must one gate be?",
        change="Take the horizon's root of kept first, and then undo the sigmoid.",
    ),
    Mistake(
        "power-in-place-of-root",
        "1.0 / horizon",
        "horizon",
        see="You raised kept to the power of the horizon, where its root is needed.",
        look="The gate to the power of the horizon should be kept. Solve that for the gate.",
        change="Take the power 1/horizon.",
    ),
    Mistake(
        "kept-over-horizon",
        "np.power(kept, 1.0 / horizon)",
        "kept / horizon",
        see="You divided kept by the horizon, as if the shares were added.",
        look="The gates of the steps are multiplied, not added.",
        change="Take the power 1/horizon of kept.",
    ),
    Mistake(
        "lost-evenly",
        "np.power(kept, 1.0 / horizon)",
        "1.0 - (1.0 - kept) / horizon",
        see="Your gate loses the same amount at each step, as if the losses were added.",
        look="Half of a half is a quarter: each step takes a share of what is left.",
        change="Take the power 1/horizon of kept for the gate.",
    ),
    Mistake(
        "sign",
        "np.log",
        "-np.log",
        see="The sign of your bias is wrong: with it the gate forgets.",
        look="A gate near 1 needs a positive bias. Look at your fraction, or at its logarithm.",
        change="It is the logarithm of p over 1 − p, not the other way round.",
    ),
    Mistake(
        "logarithm-only",
        "np.log(p / (1.0 - p))",
        "np.log(p)",
        see="Your result is the logarithm of the gate: 1 − p is missing.",
        look="The logarithm undoes an exponential, but a sigmoid is 1/(1 + exp(−b)).",
        change="Solve p = 1/(1 + exp(−b)) for b: both p and 1 − p appear.",
    ),
    Mistake(
        "odds",
        "np.log(p / (1.0 - p))",
        "p / (1.0 - p)",
        see="Your result is p/(1 − p): the logarithm is missing.",
        look="Solve p = 1/(1 + exp(−b)) for exp(b), and then for b.",
        change="Take the logarithm of your result.",
    ),
    Mistake(
        "decimal-logarithm",
        "np.log(",
        "np.log10(",
        see="Your result is 2.3 times too small: it comes from the logarithm with base 10.",
        look="Which number is raised to a power in the sigmoid?",
        change="Take the natural logarithm.",
    ),
    Mistake(
        "binary-logarithm",
        "np.log(",
        "np.log2(",
        see="Your result is 1.44 times too large: it comes from the logarithm with base 2.",
        look="Which number is raised to a power in the sigmoid?",
        change="Take the natural logarithm.",
    ),
    Mistake(
        "bias-divided",
        "p = np.power(kept, 1.0 / horizon)\n    return np.log(p / (1.0 - p))",
        "return np.log(kept / (1.0 - kept)) / horizon",
        see="You divide the bias of one step by the horizon.",
        look="What is multiplied over the steps, the biases or the gates?",
        change="Take the horizon's root of kept first, and then undo the sigmoid.",
    ),
    Mistake(
        "rounded",
        "np.log(p / (1.0 - p))",
        "np.round(np.log(p / (1.0 - p)), 2)",
        see="Your bias is rounded to two decimals.",
        look="Look for round.",
        change="Return the number as it is; round it where it is shown.",
    ),
    Mistake(
        "one-step-less",
        "1.0 / horizon",
        "1.0 / (horizon - 1)",
        see="Your bias keeps that share over one step less than the horizon.",
        look="Look for horizon − 1 in your code.",
        change="T steps are T factors: use the horizon as it is.",
    ),
    Mistake(
        "one-step-more",
        "1.0 / horizon",
        "1.0 / (horizon + 1)",
        see="Your bias keeps that share over one step more than the horizon.",
        look="Look for horizon + 1 in your code.",
        change="T steps are T factors: use the horizon as it is.",
    ),
    Mistake(
        "share-lost",
        "np.power(kept,",
        "np.power(1.0 - kept,",
        see="Your bias loses that share over the horizon, where it should keep it.",
        look="With kept = 0.9 the bias should be large. Is yours?",
        change="Take the root of kept, not of 1 − kept.",
    ),
    Mistake(
        "tanh-undone",
        "np.log(p / (1.0 - p))",
        "np.arctanh(p)",
        see="You undid a tanh, but the forget gate has a sigmoid.",
        look="Which activation gives numbers between 0 and 1?",
        change="Solve p = 1/(1 + exp(−b)) for b.",
    ),
    Mistake(
        "rule-of-thumb",
        "np.log(p / (1.0 - p))",
        "np.log(horizon)",
        see="Your bias is the logarithm of the horizon, whatever share is to be kept.",
        look="That is a rule of thumb for one fixed share. Where does kept come in?",
        change="Solve σ(b)^horizon = kept for b.",
    ),
    Mistake(
        "no-error-at-all",
        "    refuse(horizon, kept)\n",
        "",
        see="Neither an impossible horizon nor an impossible share is refused.",
        look="What would a horizon of 0 steps, or a share of 1.5, mean?",
        change="Begin with two tests; each raises a ValueError that names the argument.",
    ),
    Mistake(
        "any-horizon",
        "refuse(horizon, kept)",
        "refuse(1, kept)",
        see="A horizon below 1 is not refused.",
        look="Nothing looks at `horizon` before it is used.",
        change="Test it first, and raise a ValueError that names `horizon`.",
    ),
    Mistake(
        "any-share",
        "refuse(horizon, kept)",
        "refuse(horizon, 0.5)",
        see="A share that no gate can keep is not refused.",
        look="A gate lies between 0 and 1 and reaches neither. Nothing looks at `kept`.",
        change="Test it first, and raise a ValueError that names `kept`.",
    ),
]

EXERCISE = Exercise(
    "forget_bias_for(horizon, kept)",
    results=("the bias",),
    references=(forget_bias_for, by_bisection),
    cases=cases,
    mistakes=MISTAKES,
    parts={"bias": 0.6, "edges": 0.2, "errors": 0.2},
    basic=("bias",),
    points=1,
    minutes=8,
    difficulty=2,
)
