"""scalar_gradient: the gradient through the linear network h_t = w h_{t−1} of one unit.

Source: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural
networks", ICML (2013).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.ch06_vanishing_and_exploding.shared import short, signs
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "scalar_gradient"]


def scalar_gradient(w: Any, steps: int) -> Any:
    if steps < 0:
        raise ExpectedError("steps", f"steps = {steps}")
    return np.float64(w) ** steps


def by_product(w: Any, steps: int) -> Any:
    """One factor after the other; its rounding grows with the number of steps."""
    if steps < 0:
        raise ExpectedError
    gradient = np.ones(np.shape(w))
    for _ in range(steps):
        gradient = gradient * w
    return gradient


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, w: Any, steps: int, tolerance_factor: float = 1.0) -> Case:
        inputs = {"w": w, "steps": steps}
        return Case(part, inputs, about, tolerance_factor=tolerance_factor)

    def number(part: str, about: str, w: float, steps: int) -> Case:
        return case(part, about, w, steps)

    small = signs(rng, 5) * rng.uniform(0.3, 0.9, 5)
    around = np.array([-1.0, 1.0, 0.0, -0.5, 1.1, *rng.uniform(-1.2, 1.2, 3)])
    thirds = (signs(rng, 2, 3) * rng.uniform(0.6, 1.3, (2, 3))).astype("float32")
    square = signs(rng, 3, 3) * rng.uniform(0.5, 1.5, (3, 3))
    return [
        number("number", "a number below 1", short(rng, 0.5, 0.9), int(rng.integers(8, 15))),
        number("number", "a negative number, an odd power", -short(rng, 1.1, 1.5), 7),
        number("number", "a negative number, an even power", -short(rng, 0.6, 0.9), 6),
        number("number", "a whole number", int(rng.integers(2, 5)), int(rng.integers(3, 7))),
        case("array", "an array (8,) with both signs, ones and a zero", around, 9),
        case("array", "an array (5,), where all gradients vanish", small, 60),
        case("array", "an array (2, 3) of float32", thirds, 5, 4),
        case("array", "an array (3, 3)", square, 4),
        number("edges", "one step", short(rng, 0.1, 2), 1),
        case("edges", "one step, an array", rng.uniform(-2, 2, 4), 1),
        number("edges", "minus one, a hundred and one steps", -1.0, 101),
        number("edges", "a gradient too large for a float", short(rng, 9, 11), 400),
        number("edges", "a whole number, and a gradient too large for a float", 10, 400),
        case("edges", "whole numbers: too large for an int64", np.array([3, -3, 1]), 41),
        number("edges", "too large and negative", -short(rng, 9, 11), 401),
        case("edges", "an array: too large, minus one and tiny", np.array([30.0, -1.0, 0.01]), 301),
        case("errors", "", 0.9, -int(rng.integers(1, 5))),
        case("errors", "", np.array([0.5, 1.5]), -1),
    ]


MISTAKES = [
    Mistake(
        "one-factor-too-few",
        "** steps",
        "** (steps - 1)",
        see="Your gradient has one factor w too few.",
        look="Write out h_2 in terms of h_0: how often was h_0 multiplied?",
        change="Every step brings one factor: T steps bring T of them.",
    ),
    Mistake(
        "one-factor-too-many",
        "** steps",
        "** (steps + 1)",
        see="Your gradient has one factor w too many.",
        look="With one step the gradient is w itself. What does yours give?",
        change="Begin the product with 1, not with w, or let the loop run once less.",
    ),
    Mistake(
        "factors-added",
        "** steps",
        "* steps",
        see="Your gradient equals w times the number of steps: the factors were added.",
        look="The chain rule joins the steps of one path. Does it add or multiply?",
        change="Multiply the factors of the steps.",
    ),
    Mistake(
        "derivative-by-w",
        "np.float64(w) ** steps",
        "steps * np.float64(w) ** (steps - 1)",
        see="Your gradient is that with respect to the weight w.",
        look="Read the question again: the derivative of h_T with respect to what?",
        change="Differentiate with respect to the first state and treat w as a constant.",
    ),
    Mistake(
        "sign-lost",
        "np.float64(w)",
        "np.abs(np.float64(w))",
        see="The sizes are right, but your gradients are never negative.",
        look="Try w = -2 and three steps by hand.",
        change="Take the power of w itself, not of its absolute value.",
    ),
    Mistake(
        "base-and-exponent-swapped",
        "np.float64(w) ** steps",
        "float(steps) ** np.float64(w)",
        see="Base and exponent have changed places.",
        look="Which of the two numbers is multiplied with itself?",
        change="w is multiplied with itself, as often as there are steps.",
    ),
    Mistake(
        "one-step-only",
        " ** steps",
        "",
        see="Your gradient is w, however many steps there are.",
        look="Look at what `steps` does in your code.",
        change="One factor w for each step: there must be a power or a loop.",
    ),
    Mistake(
        "exponential",
        "np.float64(w) ** steps",
        "np.exp(np.float64(w) * steps)",
        see="Your gradient grows like exp(w T).",
        look="That belongs to a differential equation. Here a state is multiplied with w at each "
        "step.",
        change="Replace the exponential by a product of as many w as there are steps.",
    ),
    *(
        Mistake(
            id,
            "np.float64(w)",
            new,
            see="For a large w and many steps your code raises an error; infinity is asked for.",
            look="Python's own floats refuse what is too large for them, with an OverflowError; "
            "NumPy's give infinity.",
            change="Make w a float64 of NumPy before you take the power.",
        )
        for id, new in (
            ("overflow-raises", "(np.float64(w) if np.ndim(w) else float(w))"),
            ("pythons-own-power", "w"),
        )
    ),
    Mistake(
        "whole-numbers-overflow",
        "np.float64(w)",
        "np.asarray(w)",
        see="For a whole number w and many steps your gradient is a wrong whole number.",
        look="NumPy's whole numbers have 64 bits. What is too large for them begins again at the "
        "other end, without an error.",
        change="Make w a float64 of NumPy before you take the power.",
    ),
    Mistake(
        "numbers-only",
        "np.float64(w)",
        "np.float64(float(w))",
        see="Your code works for a number w, but not for an array of them.",
        look="Look for an `if` about w, a `float(...)` or a function of the math module.",
        change="Use operations of NumPy that work element by element.",
    ),
    Mistake(
        "steps-not-checked",
        outputs=accepts(scalar_gradient),
        see="A negative number of steps is accepted, and something comes back.",
        look="What should the gradient over −2 steps be? There is no such thing.",
        change="Test `steps` first, and raise a ValueError that names it.",
    ),
]

EXERCISE = Exercise(
    "scalar_gradient(w, steps)",
    results=("the gradient",),
    references=(scalar_gradient, by_product),
    cases=cases,
    mistakes=MISTAKES,
    parts={"number": 0.4, "array": 0.3, "edges": 0.2, "errors": 0.1},
    basic=("number", "array"),
    points=1,
    minutes=8,
    difficulty=1,
)
