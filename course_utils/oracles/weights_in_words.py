"""Random weights in words: what is compared where no two right answers draw the same numbers."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checking.types import Inputs, Outputs, Setup

__all__ = ["look_at_weights"]

Array = np.ndarray

#: The draws of the task "again", as the probe calls them.
AGAIN = (
    "a draw from a second generator with the same seed",
    "a draw from a generator with another seed",
    "the next draw from the same generator",
)
#: Every test of the weights is passed by right ones but for one draw in more than 10⁹.
_DEVIATIONS = 7.5
_FALSE_ALARM = 1e-11
#: Below these mean and variance are exact, as float32 can have them; one alone has to be closer.
_EXACT_MEAN, _EXACT_VARIANCE, _EXACT_ALONE = 4e-8, 2e-7, 1e-12


def look_at_weights(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """What is compared: the shape in numbers, the distribution in words.

    Args:
        inputs: `fan_in`, `fan_out`.
        setup: the `task`: "draw", or "again".
        outputs: `the weights`, any array; for "again" also the draws that are compared with it.

    Returns:
        For "again" which draws are equal. Else the shape, and for an array of the right shape
        whether its numbers were drawn one by one and left as they were, its mean, its variance, the
        form of its distribution and whether its rows and columns depend on one another. Each word
        is decided by a test that independent normal weights fail less than once in 10⁹ draws.
    """
    if setup.get("task") == "again":
        first = outputs["the weights"]
        return {
            name: "equal" if np.array_equal(first, outputs[name]) else "different" for name in AGAIN
        }
    weights = np.asarray(outputs["the weights"], dtype=np.float64)
    found: Outputs = {"the shape of the weights": str(weights.shape)}
    if weights.shape != (inputs["fan_in"], inputs["fan_out"]) or not np.isfinite(weights).all():
        return {**found, "each weight": "finite" if np.isfinite(weights).all() else "not finite"}
    found["each weight"] = "finite"
    repeated = _repeated_in_words(weights)
    found["the number of different weights"] = repeated or "fan_in × fan_out"
    if repeated:
        return found  # a sample of a few numbers has any mean and any variance
    spread = float(weights.std())
    centred = (weights - weights.mean()) / (spread or 1.0)
    return {
        **found,
        "the sample": _handling_in_words(weights, inputs),
        "the mean": _mean_in_words(weights, spread),
        "the variance": _variance_in_words(float(np.mean(weights**2)), weights.size, inputs),
        "the distribution": _form_in_words(centred.ravel()),
        "the rows and columns": _dependence_in_words(centred),
    }


def _repeated_in_words(weights: Array) -> str:
    """How numbers are repeated; "" where nearly all are different, as float32 ones are too."""
    if np.unique(weights).size > 0.9 * weights.size:
        return ""
    if len(weights) > 1 and (weights == weights[:1]).all():
        return "smaller: all rows are the same"
    if weights.shape[1] > 1 and (weights == weights[:, :1]).all():
        return "smaller: all columns are the same"
    if weights.shape[0] == weights.shape[1] and (weights == weights.T).all():
        return "smaller: rows and columns are the same, a symmetric matrix"
    return "smaller: many stand there several times"


def _handling_in_words(weights: Array, inputs: Inputs) -> str:
    """Whether mean and variance are exact, which a sample's never are."""
    spread = float(weights.std()) or 1.0
    mean = abs(float(weights.mean())) / spread
    variance = abs(spread**2 * inputs["fan_in"] - 1.0)
    if mean < _EXACT_MEAN and variance < _EXACT_VARIANCE:
        return "standardised: its mean is exactly 0 and its variance exactly 1/fan_in"
    if mean < _EXACT_ALONE:
        return "shifted: its mean is exactly 0"
    if variance < _EXACT_ALONE:
        return "stretched: its variance is exactly 1/fan_in"
    return "as it was drawn"


def _mean_in_words(weights: Array, spread: float) -> str:
    far = abs(float(weights.mean())) > _DEVIATIONS * spread / math.sqrt(weights.size)
    return "not 0" if far else "0"


def _variance_in_words(variance: float, count: int, inputs: Inputs) -> str:
    """The nearest known formula that the sample can have come from, else a number."""
    fan_in, fan_out = inputs["fan_in"], inputs["fan_out"]
    known = {
        "1/fan_in": 1 / fan_in,
        "2/(fan_in + fan_out)": 2 / (fan_in + fan_out),
        "2/fan_in": 2 / fan_in,
        "1/fan_out": 1 / fan_out,
        "1": 1.0,
        "1/fan_in²": 1 / fan_in**2,
        "fan_in": float(fan_in),
        "1/√fan_in": 1 / math.sqrt(fan_in),
        "1/(3 fan_in)": 1 / (3 * fan_in),
        "1/(fan_in fan_out)": 1 / (fan_in * fan_out),
        "0": 0.0,
    }
    room = _DEVIATIONS * math.sqrt(2 / count)
    for words, value in known.items():
        if abs(variance - value) <= room * value:
            return words
    return f"about {variance * fan_in:.2g} times 1/fan_in"


def _form_in_words(values: Array) -> str:
    """One word for a sample of mean 0 and variance 1: normal, cut off, uniform, constant, other.

    Decided by skewness, kurtosis, the share beyond three deviations, how often the extremes stand
    there (more than once where numbers are clipped), and the largest gap between the sample's
    distribution function and the normal one (Kolmogorov's), whose bound is that of P. Massart,
    Annals of Probability (1990): a chance of 2 exp(−2 n gap²).
    """
    from scipy.special import ndtr

    count = values.size
    if np.ptp(values) == 0.0:
        return "constant"
    widest_gap = math.sqrt(math.log(2 / _FALSE_ALARM) / (2 * count))
    ranks, ordered = (np.arange(count) + 0.5) / count, np.sort(values)
    skewness, kurtosis = float(np.mean(values**3)), float(np.mean(values**4)) - 3.0
    far = float(np.sum(np.abs(values) > 3.0))
    far_expected = 2.0 * float(ndtr(-3.0)) * count
    normal = (
        abs(skewness) <= _DEVIATIONS * math.sqrt(6 / count)
        and abs(kurtosis) <= 1.2 * _DEVIATIONS * math.sqrt(24 / count)
        and abs(far - far_expected) <= _DEVIATIONS * math.sqrt(far_expected)
        and max(np.sum(ordered == ordered[0]), np.sum(ordered == ordered[-1])) <= 3
        and float(np.abs(ndtr(ordered) - ranks).max()) <= widest_gap
    )
    if normal:
        return "normal"
    limit = math.sqrt(3.0)
    if float(np.abs((ordered + limit) / (2 * limit) - ranks).max()) <= widest_gap:
        return "uniform"
    return "cut off" if abs(skewness) < 0.1 and -1.2 < kurtosis < 0 else "not normal"


def _dependence_in_words(centred: Array) -> str:
    """Rows and columns that repeat or avoid one another, or all have one length."""
    for vectors in (centred, centred.T):
        count, length = vectors.shape
        if min(count, length) < 50:
            continue
        gram = vectors @ vectors.T
        pairs = gram[np.triu_indices(count, 1)]
        overlap = float(np.mean(pairs**2)) / length  # 1 for independent rows
        lengths = float(np.var(np.diag(gram))) / (2 * length)  # 1 as well
        if not 0.8 < overlap < 1.25 or not 0.25 < lengths < 2.5:
            return "dependent"
    return "independent of one another"
