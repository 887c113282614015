"""numerical_gradient: central differences, one number of `w` after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake, Outputs, Setup, from_case

__all__ = ["EXERCISE", "numerical_gradient"]

Array = np.ndarray
Function = Callable[[Array], float]

DEFAULT = 1e-6


def numerical_gradient(f: Function, w: Array, eps: float = DEFAULT) -> Array:
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        above, below = w.copy(), w.copy()
        above[i] += eps
        below[i] -= eps
        g[i] = (f(above) - f(below)) / (2 * eps)
    return g


@from_case
def on_paper(inputs: Inputs, setup: Setup) -> Outputs:
    """(f(w + e) − f(w − e)) / 2e of the given functions, without a difference."""
    w, a, b, k = inputs["w"], setup["a"], setup["b"], setup["k"]
    eps = inputs["eps"] or DEFAULT
    mixed = np.sum(b * w)
    gradient = {
        "quadratic": b * mixed + a,
        "cubic": b * mixed + a * (3 * w**2 + eps**2),
        "exponential": np.exp(mixed) * np.sinh(b * eps) / eps,
        "waves": b * np.cos(k * w + a) * np.sin(k * eps) / eps,
    }[setup["f"]]
    return {
        "the gradient": np.asarray(gradient),
        "`w` after the call": "as it was",
        "the number of calls of `f`": "at most three for each number of w",
    }


def cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str,
        about: str,
        shape: tuple[int, ...],
        kind: str,
        eps: float | None = None,
        layout: str = "plain",
        scale: float = 1.0,
        k: float = 1.0,
        tolerance_factor: float = 1.0,
    ) -> Case:
        size = max(1, int(np.prod(shape)))
        w = np.asarray(scale * rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape))
        setup = {
            "f": kind,
            "a": np.asarray(rng.uniform(0.5, 1.5, shape) / scale**3),
            "b": np.asarray(rng.normal(size=shape) / np.sqrt(size) / scale),
            "k": k,
            "layout": layout,
        }
        inputs = {"w": w, "eps": eps}
        return Case(part, inputs, about, setup, tolerance_factor=tolerance_factor)

    fast = case(
        "default",
        "eps left out, a function that changes fast",
        (5,),
        "waves",
        k=3e5,
        tolerance_factor=1e3,
    )
    slope = case("differences", "", (4,), "quadratic", 0.125)
    one_number = np.eye(4)[rng.integers(1, 4)]
    alone = {**slope.setup, "b": 0 * slope.setup["b"], "a": slope.setup["a"] * one_number}
    isolated = "the slope along one number of `w`"
    return [
        Case("differences", slope.inputs, "", alone, isolates=isolated),
        case("differences", "a cubic function, eps = 0.1", (6,), "cubic", 0.1),
        case("differences", "an exponential, eps = 0.3", (3, 4), "exponential", 0.3),
        case("differences", "a quadratic, eps = 0.5", (2, 3), "quadratic", 0.5),
        case("default", "eps left out", (2, 3), "cubic", tolerance_factor=1e3),
        fast,
        case("any array", "w is one number, of shape ()", (), "cubic", 0.1),
        case("any array", "w holds one number", (1,), "exponential", 1e-3, tolerance_factor=10),
        case("any array", "three axes", (2, 3, 2), "cubic", 0.1),
        case(
            "any array",
            "w is a transposed view: its numbers do not lie row by row in memory",
            (3, 4),
            "cubic",
            0.1,
            "transposed",
        ),
        case(
            "any array",
            "w is a view of every second column of a wider array",
            (2, 3),
            "cubic",
            0.1,
            "strided",
        ),
        case("any array", "tiny numbers", (3,), "cubic", 1e-5, scale=1e-3, tolerance_factor=1e3),
        case("any array", "large numbers, eps = 10", (3,), "cubic", 10.0, scale=1e3),
    ]


# --- whole wrong answers: they move the numbers of w itself --------------------------------------


def left_shifted(f: Function, w: Array, eps: float = DEFAULT) -> Array:
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] += eps
        above = f(w)
        w[i] -= 2 * eps
        g[i] = (above - f(w)) / (2 * eps)
    return g


def restored_by_adding(f: Function, w: Array, eps: float = DEFAULT) -> Array:
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] += eps
        above = f(w)
        w[i] -= 2 * eps
        g[i] = (above - f(w)) / (2 * eps)
        w[i] += eps
    return g


def one_array_twice(f: Function, w: Array, eps: float = DEFAULT) -> Array:
    g = np.zeros(w.shape, int)  # zero and nothing else: a tiny gradient is no such mistake
    for i in np.ndindex(w.shape):
        above = below = w
        above[i] += eps
        below[i] -= eps
        g[i] = (f(above) - f(below)) / (2 * eps)
    return g


def flat_copy(f: Function, w: Array, eps: float = DEFAULT) -> Array:
    g, flat = np.zeros(w.size), w.reshape(-1)  # a copy where w does not lie row by row
    for i in range(w.size):
        kept = flat[i]
        flat[i] = kept + eps
        above = f(w)
        flat[i] = kept - eps
        g[i] = (above - f(w)) / (2 * eps)
        flat[i] = kept
    return g.reshape(w.shape)


MISTAKES = [
    Mistake(
        "forward-differences",
        "(f(above) - f(below)) / (2 * eps)",
        "(f(above) - f(w)) / eps",
        see="Your numbers are forward differences: from w to w + eps.",
        look="Their error shrinks with eps, that of central differences with its square. At which "
        "two points do you call f?",
        change="Go one eps up and one eps down from w, and take the difference of these two.",
    ),
    Mistake(
        "backward-differences",
        "(f(above) - f(below)) / (2 * eps)",
        "(f(w) - f(below)) / eps",
        see="Your numbers are backward differences: from w − eps to w.",
        look="Their error shrinks with eps, that of central differences with its square. At which "
        "two points do you call f?",
        change="Go one eps up and one eps down from w, and take the difference of these two.",
    ),
    Mistake(
        "half-the-distance",
        "/ (2 * eps)",
        "/ eps",
        see="Your gradient is twice too large.",
        look="How far apart are the two points at which you call f?",
        change="Divide by the whole distance between them: two eps.",
    ),
    Mistake(
        "not-divided",
        "(f(above) - f(below)) / (2 * eps)",
        "f(above) - f(below)",
        see="Your numbers are differences of f; a slope is such a difference for each unit of "
        "distance.",
        look="By how much does f change where w moves by 1, if it is a straight line?",
        change="Divide by the distance between the two points.",
    ),
    Mistake(
        "multiplied-by-eps",
        "/ (2 * eps)",
        "/ 2 * eps",
        see="Your gradient is multiplied by eps where it should be divided by it.",
        look="In Python a / 2 * eps is (a / 2) * eps.",
        change="Put brackets round the whole distance that you divide by.",
    ),
    Mistake(
        "wrong-sign",
        "f(above) - f(below)",
        "f(below) - f(above)",
        see="Your gradient has the wrong sign.",
        look="Which of the two values of f do you subtract from which?",
        change="Subtract the value below from the value above.",
    ),
    Mistake(
        "all-at-once",
        "        above[i] += eps\n        below[i] -= eps\n",
        "        above += eps\n        below -= eps\n",
        see="All numbers of your gradient are equal: you move every number of w at once.",
        look="A partial derivative asks what happens when one number moves and the others rest.",
        change="Loop over the numbers of w and add eps to one of them at a time.",
    ),
    Mistake(
        "left-shifted",
        answer=left_shifted,
        see="After your call w is shifted by −eps, and the later numbers were measured there.",
        look="Each number of w has to be put back before the next one is moved.",
        change="Keep the old value before you change it, and write it back afterwards.",
    ),
    Mistake(
        "left-above",
        "above, below = w.copy(), w.copy()",
        "above, below = w, w.copy()",
        see="After your call w is shifted by +eps: one of your two points is w itself.",
        look="A name for an array is no copy of it. Which of your two points is still w?",
        change="Copy w for both points, or write the old value back.",
    ),
    Mistake(
        "restored-by-adding",
        answer=restored_by_adding,
        see="After your call w has changed in its last digits, though you put eps back.",
        look="In floating point a + e − 2e + e is not always a.",
        change="Keep the old value before you change it and write that back, or work on a copy.",
    ),
    Mistake(
        "same-array",
        answer=one_array_twice,
        see="Your gradient is zero: both calls of f see the same array.",
        look="A second name for an array is no second array: a change of one changes both.",
        change="Make two copies of w, or call f between the two changes.",
    ),
    Mistake(
        "flat-copy",
        answer=flat_copy,
        see="Where w does not lie row by row in memory, your gradient is zero.",
        look="reshape and ravel may give a copy, and f never sees what you change there.",
        change="Index w itself, with np.ndindex over its shape or with w.flat.",
    ),
    Mistake(
        "eps-ignored",
        "g = np.zeros(w.shape)",
        "g, eps = np.zeros(w.shape), 1e-6",
        see="Your step does not depend on eps.",
        look="With a large eps central differences of a cubic are visibly off. Yours are not.",
        change="Use the argument eps in the place of the fixed number.",
    ),
]

EXERCISE = Exercise(
    "numerical_gradient(f, w, eps=1e-6)",
    references=(numerical_gradient, on_paper),
    cases=cases,
    mistakes=MISTAKES,
    parts={"differences": 0.5, "default": 0.2, "any array": 0.3},
    basic=("differences", "default"),
    points=2,
    probe="differentiation",
    minutes=12,
    difficulty=1,
    double=True,
)
