"""clip_by_global_norm: one factor for all gradients, where their common norm is too large.

Source: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural
networks", ICML (2013).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Mistake
from course_utils.oracles.refusals import accepts

__all__ = ["EXERCISE", "clip_by_global_norm"]

Array = np.ndarray
Clipped = tuple[list[Array], Any]


def clip_by_global_norm(gradients: list[Array], max_norm: float) -> Clipped:
    if max_norm <= 0:
        raise ExpectedError("max_norm", f"max_norm = {max_norm:g}")
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in gradients], norm


def by_one_vector(gradients: list[Array], max_norm: float) -> Clipped:
    """The same by one long vector and NumPy's norm; the vector is projected on the ball."""
    if max_norm <= 0:
        raise ExpectedError
    flat = np.concatenate([g.ravel() for g in gradients])
    norm = np.linalg.norm(flat)
    inside = flat if norm <= max_norm else flat / norm * max_norm
    ends = np.cumsum([g.size for g in gradients])[:-1]
    pieces = np.split(inside, ends)
    return [p.reshape(g.shape) for p, g in zip(pieces, gradients, strict=True)], norm


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, gradients: list[Array], max_norm: float, **more: Any) -> Case:
        return Case(part, {"gradients": gradients, "max_norm": max_norm}, about, **more)

    def drawn(norm: float, *shapes: tuple[int, ...], dtype: str = "float64") -> list[Array]:
        """Arrays whose norm, taken together, is about this."""
        raw = [rng.standard_normal(shape) for shape in shapes or ((3, 4), (4, 4), (4,))]
        size = math.sqrt(sum(float((g**2).sum()) for g in raw))
        return [(g * (norm / size)).astype(dtype) for g in raw]

    one_large = [0.05 * rng.standard_normal((2, 3)), 7.0 + rng.random(4), rng.random(3)]
    some_zero = [np.zeros((2, 2)), *drawn(5.0, (3,), (2, 2))]
    whole = [np.array([3.0, 0.0]), np.array([[4.0]])]
    return [
        case("above", "the norm is above max_norm", drawn(float(rng.uniform(4, 9))), 1.5),
        case("above", "one gradient is much larger than the others", one_large, 2.0),
        case("above", "a single gradient", drawn(float(rng.uniform(3, 9)), (4, 3)), 2),
        case("below", "the norm is below max_norm", drawn(float(rng.uniform(0.3, 0.9))), 1.0),
        case("below", "each gradient is below max_norm, all together are not", drawn(1.4), 1.0),
        case("edges", "the norm is exactly max_norm", whole, 5.0),
        case("edges", "all gradients are zero", [np.zeros((2, 3)), np.zeros(3)], 1.0),
        case("edges", "one gradient is zero", some_zero, 0.5),
        case("edges", "float32", drawn(30.0, dtype="float32"), 3.0, tolerance_factor=4),
        case("edges", "far too large", drawn(1e100, (2, 2), (5,)), 1.0),
        case("edges", "tiny gradients, tiny max_norm", drawn(2e-6), 2.0**-20),
        case("edges", "numbers among the arrays", drawn(6.0, (), (3,), (1, 1)), 1.0),
        case("edges", "ten gradients", drawn(12.0, *[(k + 1, 2) for k in range(10)]), 4.0),
        case("errors", "", drawn(2.0), 0.0),
        case("errors", "", drawn(2.0), -float(rng.integers(1, 4))),
        case("errors", "", [np.zeros(3)], 0),
    ]


def per_variable(gradients: list[Array], max_norm: float) -> Clipped:
    _, norm = clip_by_global_norm(gradients, max_norm)
    return [clip_by_global_norm([g], max_norm)[0][0] for g in gradients], norm


def refuse_zero(gradients: list[Array], max_norm: float) -> None:
    if max_norm == 0:
        clip_by_global_norm(gradients, max_norm)


MISTAKES = [
    Mistake(
        "per-variable",
        answer=per_variable,
        see="Each gradient is clipped on its own, by its own norm.",
        look="With two gradients of norm 3 and 4 there is one norm for both, 5. Look at where "
        "your norm is computed: inside or outside the loop?",
        change="Sum the squares of all gradients first; then scale all of them with one factor.",
    ),
    Mistake(
        "always-scaled",
        " if norm > max_norm else 1.0",
        "",
        see="Every gradient ends at the norm max_norm, small ones are made larger.",
        look="What should happen where the norm is below max_norm already?",
        change="Scale only where the norm is above max_norm.",
    ),
    Mistake(
        "by-value",
        "factor * g",
        "np.clip(g, -max_norm, max_norm)",
        see="Your numbers are cut off at max_norm one by one.",
        look="That changes the direction of the gradient. Look for clip, minimum or maximum on "
        "the arrays.",
        change="Multiply all arrays with one common factor, so that the direction stays.",
    ),
    Mistake(
        "never-clipped",
        "factor * g",
        "g",
        see="The gradients come back as they went in.",
        look="Is your new list the one that you return?",
        change="Return the scaled gradients where the norm is above max_norm.",
    ),
    Mistake(
        "condition-reversed",
        "norm > max_norm",
        "norm < max_norm",
        see="Small gradients are made larger, and large ones stay as they are.",
        look="Which is larger where clipping is needed, the norm or max_norm?",
        change="Turn the condition round.",
    ),
    Mistake(
        "last-not-scaled",
        "[factor * g for g in gradients]",
        "[*(factor * g for g in gradients[:-1]), gradients[-1]]",
        see="The last gradient is never scaled.",
        look="Look at where your loop or slice ends.",
        change="Multiply every gradient with the factor.",
    ),
    Mistake(
        "first-alone-scaled",
        "[factor * g for g in gradients]",
        "[factor * gradients[0], *gradients[1:]]",
        see="Only the first gradient is scaled.",
        look="Look for an index that does not change, or a loop that ends too early.",
        change="Multiply every gradient with the factor.",
    ),
    Mistake(
        "norm-after-clipping",
        "gradients], norm",
        "gradients], factor * norm",
        see="The gradients are right, but the norm is the one after clipping.",
        look="Who reads the norm wants to know how large the gradient was.",
        change="Keep the norm from before the scaling and return that.",
    ),
    Mistake(
        "no-root",
        "np.sqrt(sum(np.sum(g**2) for g in gradients))",
        "sum(np.sum(g**2) for g in gradients)",
        see="Your norm is the sum of the squares: the root is missing.",
        look="What is the norm of the vector (3, 4)?",
        change="Take the square root of the sum before you compare and divide.",
    ),
    Mistake(
        "sum-of-the-norms",
        "np.sqrt(sum(np.sum(g**2) for g in gradients))",
        "sum(np.sqrt(np.sum(g**2)) for g in gradients)",
        see="You add the norms of the gradients.",
        look="Two gradients of norm 3 and 4 form a long vector of norm 5, not 7.",
        change="Add the squares of all gradients, and take the root once at the end.",
    ),
    Mistake(
        "largest-norm",
        "np.sqrt(sum(np.sum(g**2) for g in gradients))",
        "max(np.sqrt(np.sum(g**2)) for g in gradients)",
        see="You take the largest of the gradients' norms for the norm of all.",
        look="Two gradients of norm 3 and 4 form a long vector of norm 5.",
        change="Add the squares of all gradients, and take the root once at the end.",
    ),
    Mistake(
        "norm-of-the-last",
        "np.sqrt(sum(np.sum(g**2) for g in gradients))",
        "np.sqrt(np.sum(gradients[-1] ** 2))",
        see="Your norm is that of the last gradient alone.",
        look="Look at what your loop keeps from one gradient to the next.",
        change="Add up the squares of all gradients before you take the root.",
    ),
    Mistake(
        "sum-of-the-sizes",
        "np.sqrt(sum(np.sum(g**2) for g in gradients))",
        "sum(np.sum(np.abs(g)) for g in gradients)",
        see="You add the sizes of all numbers.",
        look="The norm in the equation is Euclid's: a root of a sum of squares.",
        change="Add the squares of all numbers, and take the root of the sum.",
    ),
    Mistake(
        "largest-number",
        "np.sqrt(sum(np.sum(g**2) for g in gradients))",
        "max(np.abs(g).max() for g in gradients)",
        see="You measure the gradients by their largest number.",
        look="The norm in the equation is Euclid's: a root of a sum of squares.",
        change="Replace the maximum by that norm.",
    ),
    Mistake(
        "mean-of-the-squares",
        "in gradients))",
        "in gradients) / sum(g.size for g in gradients))",
        see="Your norm is a root of a mean, not of a sum.",
        look="The norm of (3, 4) is 5. Look for a mean in your code.",
        change="Add the squares up without dividing by their number.",
    ),
    Mistake(
        "divided-only",
        "max_norm / norm",
        "1 / norm",
        see="Clipped gradients end at the norm 1, whatever max_norm is.",
        look="Look at your factor: the equation has two numbers in it.",
        change="Multiply by max_norm as well as dividing by the norm.",
    ),
    Mistake(
        "factor-inverted",
        "max_norm / norm",
        "norm / max_norm",
        see="Large gradients grow: your factor is upside down.",
        look="Which is larger where clipping is needed, the norm or max_norm?",
        change="Exchange numerator and denominator of the factor.",
    ),
    *(
        Mistake(
            id,
            "max_norm / norm if norm > max_norm else 1.0",
            f"min(1.0, max_norm / (norm + {epsilon}))",
            see="Your factor is a little too small: something was added to the norm before the "
            "division.",
            look="Small gradients show it best: with a norm of 2e-6 the added number is no longer "
            "small.",
            change="Divide by the norm itself. Gradients that are all zero never come to the "
            "division, since their norm is not above max_norm.",
        )
        for id, epsilon in (("epsilon-in-the-norm", "1e-6"), ("small-epsilon-in-the-norm", "1e-8"))
    ),
    Mistake(
        "results-swapped",
        "[factor * g for g in gradients], norm",
        "norm, [factor * g for g in gradients]",
        see="The two results came in the wrong order: the norm first.",
        look="Look at your `return` line.",
        change="Return the list of gradients first, then the norm.",
    ),
    Mistake(
        "zero-accepted",
        outputs=accepts(refuse_zero),
        see="A max_norm of 0 is accepted.",
        look="With max_norm = 0 every gradient becomes 0, and nothing is learned any more.",
        change="Raise the ValueError for 0 as well as for what is below it.",
    ),
    Mistake(
        "max-norm-not-checked",
        outputs=accepts(clip_by_global_norm),
        see="A max_norm that is zero or negative is accepted.",
        look="With max_norm = −1 the factor turns every gradient round. What does it do at 0?",
        change="Test max_norm first, and raise a ValueError that names it.",
    ),
]

EXERCISE = Exercise(
    "clip_by_global_norm(gradients, max_norm)",
    references=(clip_by_global_norm, by_one_vector),
    cases=cases,
    mistakes=MISTAKES,
    parts={"above": 0.4, "below": 0.3, "edges": 0.2, "errors": 0.1},
    basic=("above", "below"),
    points=2,
    probe="clipped_gradients",
    by_hand=("clipping",),
    minutes=15,
    difficulty=2,
)
