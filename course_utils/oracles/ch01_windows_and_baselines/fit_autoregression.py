"""fit_autoregression: the line through windows and targets with the least squared error."""

from __future__ import annotations

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import Case, Exercise, Inputs, Mistake, Outputs, Setup

__all__ = ["EXERCISE", "fit_autoregression"]

Array = np.ndarray


def fit_autoregression(inputs: Array, targets: Array) -> tuple[Array, float]:
    columns = np.column_stack([inputs, np.ones(len(inputs))])
    solution = np.linalg.lstsq(columns, targets, rcond=None)[0]
    weights, intercept = solution[:-1], solution[-1]
    return weights, intercept


def by_projection(inputs: Array, targets: Array) -> tuple[Array, float]:
    """Gram-Schmidt on the columns 1, x_1, x_2, …; a column that adds nothing new gets no weight."""
    left = np.array(targets, float)
    columns = [np.ones(len(inputs)), *inputs.T]
    base: list[Array] = []
    kept: list[int] = []
    triangle = np.zeros((len(columns), len(columns)))
    for k, column in enumerate(columns):
        rest = np.array(column, float)
        for _ in range(2):  # the second pass removes what rounding left
            for j, direction in zip(kept, base, strict=True):
                share = direction @ rest
                triangle[j, k] += share
                rest -= share * direction
        size = np.linalg.norm(rest)
        if size > 1e-9 * np.linalg.norm(column):
            triangle[k, k] = size
            base.append(rest / size)
            kept.append(k)
    shares = np.zeros(len(columns))
    for k, direction in zip(kept, base, strict=True):
        shares[k] = direction @ left
        left -= shares[k] * direction
    solution = np.zeros(len(columns))
    for k in reversed(kept):
        solution[k] = (shares[k] - triangle[k] @ solution) / triangle[k, k]
    return solution[1:], solution[0]


def view(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """The line itself where it is unique; elsewhere its shape and the values it fits.

    Every least-squares solution fits the same values, however the weights share the work. Weights
    that are all zero, as for targets that never change, leave nothing to compare with either.
    """
    windows = wide(inputs["inputs"])
    rank = np.linalg.matrix_rank(np.column_stack([windows, np.ones(len(windows))]))
    unique = rank == windows.shape[1] + 1 and np.ptp(inputs["targets"]) > 0
    weights, intercept = np.asarray(outputs["weights"]), np.asarray(outputs["intercept"])
    seen: Outputs = {
        "weights": weights if unique else weights * 0,
        "intercept": intercept if unique else intercept * 0,
    }
    if weights.shape == windows.shape[1:] and intercept.shape == ():
        fitted = windows @ weights + intercept
        single = np.float32 in (weights.dtype, intercept.dtype)
        seen["the fitted value at each window"] = fitted.astype(np.float32) if single else fitted
    return seen


def cases(rng: np.random.Generator) -> list[Case]:
    def draw(count: int, width: int) -> Inputs:
        inputs = rng.normal(size=(count, width)) + 1.5
        targets = inputs @ rng.normal(size=width) + 4.0 + 0.3 * rng.normal(size=count)
        return {"inputs": inputs, "targets": targets}

    def case(part: str, about: str, inputs: Inputs, factor: float = 100.0) -> Case:
        return Case(part, inputs, about, tolerance_factor=factor)

    noisy, narrow, constant, level = draw(40, 5), draw(50, 3), draw(25, 3), draw(60, 4)
    constant["targets"] = np.full_like(constant["targets"], 2.75)
    whole = {"inputs": rng.integers(-9, 9, (30, 3)), "targets": rng.integers(-9, 9, 30)}
    silent = draw(30, 4)
    silent["inputs"][:, 2] = 0.0
    few = np.zeros((3, 6))
    few[np.arange(3), rng.permutation(3)] = 2.0 ** rng.integers(-1, 3, 3)
    single = 2.0 ** rng.integers(-1, 3, (1, 4))
    one_value, small = draw(30, 1), draw(30, 6)
    return [
        case("values", "noisy targets far from zero", noisy),
        case("values", "a window of one value", one_value),
        case("values", "small numbers", {k: v * 1e-3 for k, v in small.items()}, 1e4),
        case("values", "float32", {k: v.astype(np.float32) for k, v in narrow.items()}, 20.0),
        case("edges", "targets that never change", constant),
        case("edges", "raw ppm, far from zero", {k: 345 + v for k, v in level.items()}, 1e5),
        case("edges", "whole numbers", whole),
        case("collinear", "one input is always zero", silent),
        case(
            "collinear",
            "fewer windows than weights",
            {"inputs": few, "targets": rng.normal(size=3)},
            1e3,
        ),
        case(
            "collinear", "a single window", {"inputs": single, "targets": rng.normal(size=1)}, 1e3
        ),
    ]


# --- whole wrong answers -------------------------------------------------------------------------


def mean_as_intercept(inputs: Array, targets: Array) -> tuple[Array, float]:
    mean = targets.mean()
    return np.linalg.lstsq(inputs - inputs.mean(axis=0), targets - mean, rcond=None)[0], mean


def intercept_afterwards(inputs: Array, targets: Array) -> tuple[Array, float]:
    weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    return weights, (targets - inputs @ weights).mean()


def through_origin(inputs: Array, targets: Array) -> tuple[Array, float]:
    return np.linalg.lstsq(inputs, targets, rcond=None)[0], targets.mean()


def one_by_one(inputs: Array, targets: Array) -> tuple[Array, float]:
    centred = inputs - inputs.mean(axis=0)
    weights = centred.T @ (targets - targets.mean()) / (centred**2).sum(axis=0)
    return weights, targets.mean() - inputs.mean(axis=0) @ weights


def by_inverse(inputs: Array, targets: Array) -> tuple[Array, float]:
    columns = np.column_stack([inputs, np.ones(len(inputs))])
    solution = np.linalg.solve(columns.T @ columns, columns.T @ targets)
    return solution[:-1], solution[-1]


MISTAKES = [
    Mistake(
        "no-intercept",
        "np.ones",
        "np.zeros",
        see="Your line goes through the origin: the intercept is 0 and the weights make up for it "
        "as well as they can.",
        look="Which unknowns does your least-squares problem have? There should be width + 1.",
        change="Give the intercept a column of its own, full of ones, or centre inputs and "
        "targets before you fit.",
    ),
    Mistake(
        "intercept-is-mean-target",
        answer=mean_as_intercept,
        see="The weights are right; the intercept is the mean of the targets.",
        look="The mean of the targets would be right if every input had mean zero. Do yours?",
        change="Take away from the mean target what the weights already give at the mean input.",
    ),
    Mistake(
        "origin-and-mean-target",
        answer=through_origin,
        see="The weights are those of a line through the origin, and the intercept is the mean of "
        "the targets: together they count the mean twice.",
        look="Look at what the weights are fitted to, with no intercept beside them.",
        change="Fit both at once, with a column of ones, or centre the inputs and the targets "
        "before you fit the weights.",
    ),
    Mistake(
        "intercept-negated",
        "return weights, intercept",
        "return weights, -intercept",
        see="The weights are right; the intercept has the opposite sign.",
        look="Look at how the intercept comes in: added to the products, or taken away?",
        change="Turn its sign: the forecast is inputs @ weights + intercept.",
    ),
    Mistake(
        "intercept-fitted-afterwards",
        answer=intercept_afterwards,
        see="The weights are those of a line through the origin; the intercept was added when "
        "they were already fixed.",
        look="Look at the order: the weights are fitted before there is an intercept.",
        change="Fit both at once, with a column of ones, or centre the inputs and the targets "
        "before you fit the weights.",
    ),
    Mistake(
        "weights-reversed",
        "return weights",
        "return weights[::-1]",
        see="The weights are right but stand in reverse order.",
        look="weights[0] belongs to the oldest value of the window, inputs[:, 0].",
        change="Keep the order of the columns; turn nothing round.",
    ),
    Mistake(
        "intercept-kept-in-weights",
        "return weights",
        "return np.append(weights, intercept)",
        see="There is one weight too many: the last one is the intercept.",
        look="Look at the shape of your weights. The column of ones has a coefficient, too.",
        change="Cut the coefficient of the column of ones off the weights before you return them.",
    ),
    Mistake(
        "intercept-first-in-weights",
        "return weights",
        "return np.append(intercept, weights)",
        see="There is one weight too many: the first one is the intercept.",
        look="Look at the shape of your weights, and at where your column of ones stands.",
        change="Cut the coefficient of the column of ones off the weights before you return them.",
    ),
    Mistake(
        "solution-split-at-wrong-end",
        "return weights, intercept",
        "return np.append(intercept, weights[:-1]), weights[-1]",
        see="The right numbers, one place off: your first weight is the intercept, and your "
        "intercept is the last weight.",
        look="Your column of ones stands first. Where does its coefficient stand?",
        change="Split the solution at the end where the column of ones is.",
    ),
    Mistake(
        "solution-split-at-first",
        "return weights, intercept",
        "return np.append(weights[1:], intercept), weights[0]",
        see="The right numbers, one place off: your intercept is the first weight, and your last "
        "weight is the intercept.",
        look="Your column of ones stands last. Where does its coefficient stand?",
        change="Split the solution at the end where the column of ones is.",
    ),
    Mistake(
        "results-swapped",
        "return weights, intercept",
        "return intercept, weights",
        see="The two results came in the wrong order: the intercept first.",
        look="Look at your `return` line.",
        change="Return the weights first, then the intercept.",
    ),
    Mistake(
        "weights-as-column",
        "return weights",
        "return weights[:, None]",
        see="The weights form a column, (width, 1).",
        look="Look at the shape of the targets that you solve for: (N,) or (N, 1)?",
        change="Solve for a flat vector of targets, or flatten the weights before you return them.",
    ),
    Mistake(
        "one-weight-at-a-time",
        answer=one_by_one,
        see="Each weight is the slope of a line through its own column alone.",
        look="Neighbouring values of a window resemble each other, so their weights share the "
        "work. Where does your code let them know of each other?",
        change="Solve for all weights together: one least-squares problem, not width of them.",
    ),
    Mistake(
        "fails-on-collinear-inputs",
        answer=by_inverse,
        see="Right where the weights are unique, but it breaks down where they are not: with an "
        "input that never changes, or with fewer windows than weights.",
        look="Which step needs a matrix that can be inverted?",
        change="Use a routine that minimises the squared error directly, or a pseudo-inverse: "
        "both accept a singular matrix.",
    ),
]

EXERCISE = Exercise(
    "fit_autoregression(inputs, targets)",
    results=("weights", "intercept"),
    references=(fit_autoregression, by_projection),
    cases=cases,
    mistakes=MISTAKES,
    parts={"values": 0.6, "edges": 0.2, "collinear": 0.2},
    basic=("values",),
    points=2,
    minutes=15,
    difficulty=2,
    view=view,
)
