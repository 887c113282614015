"""truncated_gradient: the derivative of the last state by w, cut after tau steps.

Source: R. J. Williams and J. Peng, "An efficient gradient-based algorithm for on-line training of
recurrent network trajectories", Neural Computation 2 (1990).
"""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "truncated_gradient"]

Array = np.ndarray


def truncated_gradient(w: float, xs: Array, tau: int) -> float:
    steps = len(xs)
    if not 1 <= tau <= steps:
        raise ExpectedError("tau", f"tau = {tau} and {steps} steps")
    hs = [0.0]
    for x in xs:
        hs.append(w * hs[-1] + x)
    return sum(w**k * hs[-2 - k] for k in range(tau))


def by_complex_step(w: float, xs: Array, tau: int) -> float:
    """Move w by a tiny imaginary number in the last tau steps alone: the rest stays as it was."""
    if not 1 <= tau <= len(xs):
        raise ExpectedError
    h: complex = 0.0
    for k, x in enumerate(xs, 1):
        h = (complex(w, 1e-200) if k > len(xs) - tau else w) * h + float(x)
    return h.imag / 1e-200


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, w: float, xs: Array, tau: int, only: str = "") -> Case:
        inputs = {"w": w, "xs": xs, "tau": tau}
        return Case(part, inputs, about, isolates=only or None, tolerance_factor=10)

    def draw(steps: int) -> Array:
        return rng.normal(size=steps)

    def alone(steps: int, at: int) -> Array:
        xs = np.zeros(steps)
        xs[at] = 1.0 + rng.random()
        return xs

    w = float(rng.uniform(0.5, 0.9))
    return [
        case("full", "tau = T, the full gradient", w, alone(5, 0), 5, "the first input"),
        case("full", "tau = T, the full gradient", 0.8 + 0.1 * w, draw(9), 9),
        case("full", "tau = T, w negative", -w, draw(8), 8),
        case("cut", "cut after two steps", w, alone(6, 1), 2, "the second input"),
        case("cut", "cut after three of nine steps", w, draw(9), 3),
        case("cut", "cut after five of six steps", -1.1, draw(6), 5),
        case("cut", "tau = 1, the last step alone", w, draw(7), 1),
        case("cut", "tau = 2 of twelve steps, float32", w, draw(12).astype(np.float32), 2),
        case("edges", "w = 1: every term counts the same", 1.0, draw(10), 4),
        case("edges", "w = 0: the last step alone counts", 0.0, draw(5), 3),
        case("edges", "w = 1.2, sixty steps: large numbers", 1.2, draw(60), 40),
        case("edges", "w = 0.01, tiny inputs", 0.01, 1e-9 * draw(6), 4),
        case("edges", "T = 2", w, draw(2), 2),
        case("edges", "T = 1: h_0 = 0 leaves nothing", w, draw(1), 1),
        case("errors", "", w, draw(5), 0),
        case("errors", "", w, draw(5), -2),
        case("errors", "", w, draw(5), 6),
    ]


MISTAKES = [
    Mistake(
        "state-cut-too",
        "in xs:",
        "in xs[steps - tau :]:",
        see="Your gradient is that of a network which starts at zero tau steps before the end.",
        look="Truncation cuts the way back of the gradient. What does it do to the states?",
        change="Run forward through all inputs, and shorten the way back alone.",
    ),
    Mistake(
        "not-cut",
        "range(tau)",
        "range(steps)",
        see="Your gradient is the full one, whatever tau is.",
        look="Where does tau stand in your code?",
        change="Keep the terms of the last tau steps alone.",
    ),
    Mistake(
        "oldest-terms",
        "w**k * hs[-2 - k]",
        "w ** (steps - 1 - k) * hs[k]",
        see="You keep the tau oldest terms and drop the latest ones.",
        look="At which end of the sequence does backpropagation begin?",
        change="Begin at step T and go back.",
    ),
    Mistake(
        "one-step-more",
        "range(tau)",
        "range(min(tau + 1, steps))",
        see="Your gradient is that of tau + 1.",
        look="With tau = 1 one term is left: that of the last step. How many do you have?",
        change="Stop one step earlier.",
    ),
    Mistake(
        "one-step-less",
        "range(tau)",
        "range(tau - 1)",
        see="Your gradient is that of tau − 1; with tau = 1 nothing is left.",
        look="With tau = 1 one term is left: that of the last step. How many do you have?",
        change="Go one step further back.",
    ),
    Mistake(
        "state-of-the-step",
        "hs[-2 - k]",
        "hs[-1 - k]",
        see="Each of your terms holds the state after its step, h_t, in the place of h_{t−1}.",
        look="In step t, w is multiplied by a state. Which one?",
        change="Let the term of step t hold the state before it.",
    ),
    Mistake(
        "inputs-for-states",
        "hs[-2 - k]",
        "[0.0, *xs][-2 - k]",
        see="Your terms hold the inputs x, where the states h belong.",
        look="In step t, w is multiplied by a state. Which one?",
        change="Run forward first, keep the states, and let the term of step t hold h_{t−1}.",
    ),
    Mistake(
        "opposite-directions",
        "hs[-2 - k]",
        "hs[steps - tau + k]",
        see="Your powers of w and your states run in opposite directions: the latest state has the "
        "highest power.",
        look="With which power does the last step's term stand?",
        change="Give the last step's term the power 0, and each earlier one a power more.",
    ),
    Mistake(
        "cut-at-chunks",
        "range(tau)",
        "range((steps - 1) % tau + 1)",
        see="You cut the gradient at every tau steps from the front, as if there were chunks.",
        look="At which end of the sequence does the counting of tau begin?",
        change="Cut once: tau steps before the end.",
    ),
    Mistake(
        "way-back-forgotten",
        "w**k * ",
        "",
        see="Your terms are added without the way back: each lacks its power of w.",
        look="What does a change of h_{t} do to h_T, T − t steps later?",
        change="On its way to step t the gradient passes T − t products with w.",
    ),
    Mistake(
        "one-power-too-many",
        "w**k",
        "w ** (k + 1)",
        see="Each of your terms has one factor w too many.",
        look="The use of w in the last step changes h_T directly. Which power of w is that?",
        change="Let the last step's term have the power zero.",
    ),
    Mistake(
        "last-step-alone",
        "range(tau)",
        "range(1)",
        see="Your gradient is that of tau = 1, whatever tau is.",
        look="Look at what your loop adds to, or at a state that is cut off in every step.",
        change="Add up tau terms, and cut once: tau steps before the end.",
    ),
    Mistake(
        "averaged",
        "range(tau))",
        "range(tau)) / tau",
        see="Your gradient is the right one divided by tau.",
        look="The terms are added. What else do you do with the sum?",
        change="Leave the sum as it is.",
    ),
    Mistake(
        "state-returned",
        "sum(w**k * hs[-2 - k] for k in range(tau))",
        "hs[-1]",
        see="You return the state h_T itself, not its derivative.",
        look="Look at the last line.",
        change="Return the sum of the terms, which is a derivative by w.",
    ),
    Mistake(
        "any-tau",
        outputs=accepts(truncated_gradient),
        see="A tau of 0, or one above the number of steps, is accepted.",
        look="Read the `Raises` part of the stub.",
        change="Raise a ValueError that names tau and says what came.",
    ),
]

EXERCISE = Exercise(
    "truncated_gradient(w, xs, tau)",
    results=("the gradient",),
    references=(truncated_gradient, by_complex_step),
    cases=cases,
    mistakes=MISTAKES,
    parts={"full": 0.3, "cut": 0.4, "edges": 0.2, "errors": 0.1},
    basic=("full", "cut"),
    points=2,
    minutes=15,
    difficulty=2,
)
