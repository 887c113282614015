"""horizon_error: the root of the mean squared error at each step of a forecast."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake

__all__ = ["EXERCISE", "horizon_error"]

Array = np.ndarray


def horizon_error(truth: Array, predicted: Array) -> Array:
    error = predicted - truth
    return np.sqrt((error**2).mean(axis=(0, 2)))


def by_norm(truth: Array, predicted: Array) -> Array:
    batch, steps, features = truth.shape
    rows = (truth - predicted).swapaxes(0, 1).reshape(steps, batch * features)
    return np.asarray(np.linalg.norm(rows, axis=1) / np.sqrt(batch * features))


def inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    features: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    shape = (batch, steps, features)
    truth = rng.normal(size=shape)
    growth = np.arange(1, steps + 1)[:, None] / 2
    predicted = truth + growth * (rng.normal(size=shape) + 0.5)
    return {
        "truth": (scale * truth).astype(dtype),
        "predicted": (scale * predicted).astype(dtype),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    single = inputs(rng, 3, 4, 3)
    single["predicted"][..., 1:] = single["truth"][..., 1:]
    biased = inputs(rng, 4, 3, 2)
    biased["predicted"] = biased["truth"] + np.float32(rng.uniform(1, 2))
    perfect = inputs(rng, 3, 4, 2)
    perfect["predicted"] = perfect["truth"].copy()
    return [
        Case("error", single, "one feature alone is wrong"),
        Case("error", biased, "every forecast is too high by the same amount"),
        Case("error", inputs(rng, 5, 6, 2), "errors that grow with the horizon"),
        Case("error", inputs(rng, 3, 4, 5, "float64"), "float64"),
        Case("error", inputs(rng, 4, 4, 4, "float64"), "B = T = F"),
        Case("edges", perfect, "a perfect forecast"),
        Case("edges", inputs(rng, 1, 5, 1), "one sequence of one feature"),
        Case("edges", inputs(rng, 4, 1, 3), "one horizon"),
        Case("edges", inputs(rng, 3, 4, 2, scale=1e6), "large numbers"),
        Case("edges", inputs(rng, 3, 4, 2, "float64", 1e-9), "tiny numbers"),
    ]


MISTAKES = [
    Mistake(
        "no-root",
        "np.sqrt((error**2).mean(axis=(0, 2)))",
        "(error**2).mean(axis=(0, 2))",
        see="Your numbers are mean squared errors: the root is missing.",
        look="In which unit is your result, and in which one are the data?",
        change="Take the root at the end, after the mean.",
    ),
    Mistake(
        "absolute",
        "np.sqrt((error**2).mean(axis=(0, 2)))",
        "np.abs(error).mean(axis=(0, 2))",
        see="Your numbers are means of absolute errors.",
        look="What happens to an error before you take the mean?",
        change="Square the errors, take their mean, then the root.",
    ),
    Mistake(
        "features-summed",
        "mean(axis=(0, 2))",
        "sum(axis=2).mean(axis=0)",
        see="Your numbers are too large by the root of the number of features.",
        look="Do you add the squared errors of the features, or take their mean?",
        change="Take the mean over the features as over the batch.",
    ),
    Mistake(
        "batch-summed",
        "mean(axis=(0, 2))",
        "mean(axis=2).sum(axis=0)",
        see="Your numbers are too large by the root of the number of sequences.",
        look="Do you add the squared errors of the batch, or take their mean?",
        change="Take the mean over the batch as over the features.",
    ),
    Mistake(
        "all-summed",
        "mean(axis=(0, 2))",
        "sum(axis=(0, 2))",
        see="Your numbers are roots of sums: the more sequences and features, the larger they are.",
        look="Do you add the squared errors of a horizon, or take their mean?",
        change="Divide the sum by the number of sequences times the number of features.",
    ),
    Mistake(
        "divided-by-one-less",
        "(error**2).mean(axis=(0, 2))",
        "(error**2).sum(axis=(0, 2)) / max(error.shape[0] * error.shape[2] - 1, 1)",
        see="Your sum of squares is divided by one less than the number of squares.",
        look="Look for ddof=1, or a minus one in what you divide by.",
        change="Take the plain mean.",
    ),
    Mistake(
        "root-before-mean",
        "mean(axis=(0, 2)))",
        "mean(axis=2)).mean(axis=0)",
        see="Your numbers are means of each sequence's own root.",
        look="In which order do you take root and mean?",
        change="Take the mean over batch and features first, and one root at the end.",
    ),
    Mistake(
        "root-per-feature",
        "mean(axis=(0, 2)))",
        "mean(axis=0)).mean(axis=1)",
        see="Your numbers are means of each feature's own root.",
        look="In which order do you take root and mean?",
        change="Take the mean over batch and features first, and one root at the end.",
    ),
    Mistake(
        "mean-distance",
        "np.sqrt((error**2).mean(axis=(0, 2)))",
        "np.linalg.norm(error, axis=2).mean(axis=0)",
        see="Your numbers are mean distances between forecast and truth.",
        look="A distance adds the squares of the features and takes the root at once.",
        change="Take the mean of all squared errors at a horizon, then one root.",
    ),
    Mistake(
        "one-number",
        "axis=(0, 2)",
        "",
        see="You return one number for all horizons.",
        look="Which axes do you take the mean over? The horizon is axis 1.",
        change="Take the mean over axes 0 and 2 alone, so that each horizon keeps its own error.",
    ),
    Mistake(
        "one-per-sequence",
        "(0, 2)",
        "(1, 2)",
        see="You return one number for each sequence, not for each horizon.",
        look="Which axis is left after the mean?",
        change="Take the mean over batch and features, and keep the axis of time.",
    ),
    Mistake(
        "one-per-feature",
        "(0, 2)",
        "0",
        see="You return one number for each horizon and feature.",
        look="Which axis is left besides the horizon?",
        change="Take the mean over the features as well.",
    ),
    Mistake(
        "axes-kept",
        "axis=(0, 2)",
        "axis=(0, 2), keepdims=True",
        see="Your numbers stand in an array of three axes, of which two have the length 1.",
        look="Look for keepdims.",
        change="Let the mean take the axes of batch and features away.",
    ),
    Mistake(
        "errors-cancel",
        "np.sqrt((error**2).mean(axis=(0, 2)))",
        "np.abs(error.mean(axis=(0, 2)))",
        see="Errors to both sides cancel in your numbers.",
        look="Do you square before or after the mean?",
        change="Square each error before the mean.",
    ),
    Mistake(
        "bias-removed",
        "np.sqrt((error**2).mean(axis=(0, 2)))",
        "error.std(axis=(0, 2))",
        see="A forecast that is always too high by the same amount has no error in your count.",
        look="A standard deviation takes the mean off first.",
        change="Take the mean of the squared errors as they are.",
    ),
    Mistake(
        "running-mean",
        "np.sqrt((error**2).mean(axis=(0, 2)))",
        "np.sqrt(np.cumsum((error**2).mean(axis=(0, 2))) / np.arange(1, error.shape[1] + 1))",
        see="Your numbers are means over all horizons so far.",
        look="Look for a cumulative sum along the time axis.",
        change="Let each horizon's number hold that horizon's errors alone.",
    ),
]

EXERCISE = Exercise(
    "horizon_error(truth, predicted)",
    results=("the errors",),
    references=(horizon_error, by_norm),
    cases=cases,
    mistakes=MISTAKES,
    parts={"error": 0.8, "edges": 0.2},
    basic=("error",),
    points=1,
    minutes=10,
    difficulty=1,
)
