"""paired_interval: the mean of paired differences with Student's interval.

Source: Student, "The probable error of a mean", Biometrika 6 (1908).
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
)

__all__ = ["EXERCISE", "by_beta", "paired_interval"]

Array = np.ndarray
Interval = tuple[float, float, float]

#: An own quantile, by integration or bisection, may be right to seven digits.
OWN_QUANTILE = 1e3


def refuse(confidence: float) -> None:
    """Raise where no interval has this confidence."""
    if not 0 < confidence < 1:
        raise ExpectedError("confidence", f"confidence = {confidence}")


def quantile(p: float, freedom: float) -> float:
    """The p-quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, p))


def paired_interval(a: Array, b: Array, confidence: float = 0.95) -> Interval:
    refuse(confidence)
    d = a - b
    n, mean = len(d), d.mean()
    half = quantile((1 + confidence) / 2, n - 1) * d.std(ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def by_beta(a: Array, b: Array, confidence: float = 0.95) -> Interval:
    """With the inverse of the incomplete beta function, and sums by hand."""
    from scipy.special import betaincinv

    refuse(confidence)
    n = len(a)
    differences = [float(x) - float(y) for x, y in zip(a, b, strict=True)]
    mean = sum(differences) / n
    variance = sum((d - mean) ** 2 for d in differences) / (n - 1)
    x = float(betaincinv((n - 1) / 2, 0.5, 1 - confidence))
    half = ((n - 1) * (1 - x) / x * variance / n) ** 0.5
    return mean, mean - half, mean + half


def cases(rng: np.random.Generator) -> list[Case]:
    def case(
        part: str, about: str, n: int, confidence: float | None, dtype: str = "float64"
    ) -> Case:
        common = rng.normal(0.9, 0.05, n)
        a = (common + rng.normal(0.02, 0.01, n)).astype(dtype)
        b = (common + rng.normal(0.0, 0.01, n)).astype(dtype)
        inputs: Inputs = {"a": a, "b": b}
        if confidence is not None:
            inputs["confidence"] = confidence
        factor = OWN_QUANTILE if dtype == "float64" else 10
        return Case(part, inputs, about, tolerance_factor=factor)

    far = case("edges", "differences of very different size", 7, 0.95)
    far.inputs["b"] = far.inputs["b"] + np.array([0, 0, 0, 900.0, 0, 0, 0])
    return [
        case("interval", "five pairs", 5, 0.95),
        case("interval", "eight pairs", 8, 0.95),
        case("interval", "twelve pairs, at 95%", 12, 0.95),
        case("interval", "float32", 6, 0.95, "float32"),
        case("confidence", "five pairs at 90%", 5, 0.9),
        case("confidence", "ten pairs at 99%", 10, 0.99),
        case("confidence", "six pairs at 50%", 6, 0.5),
        case("confidence", "the confidence is not given: 95%", 7, None),
        case("edges", "two pairs", 2, 0.95),
        case("edges", "three pairs at 99.9%", 3, 0.999),
        case("edges", "two hundred pairs", 200, 0.95),
        far,
        *(case("errors", "", 5, confidence) for confidence in (0.0, 1.0, 95.0, -0.5)),
    ]


def normal_quantile(p: float) -> float:
    """For the mistake of that name."""
    from scipy.special import ndtri

    return float(ndtri(p))


def any_confidence(inputs: Inputs, setup: Setup) -> Outputs | None:
    """Anything at all, where the confidence is impossible."""
    return None if 0 < inputs.get("confidence", 0.95) < 1 else {}


MISTAKES = [
    Mistake(
        "normal-quantile",
        "quantile((1 + confidence) / 2, n - 1)",
        "normal_quantile((1 + confidence) / 2)",
        see="Your interval is too narrow: it uses the quantile of the normal distribution.",
        look="With five runs 1.96 is not enough. What does estimating the spread cost?",
        change="Take the quantile of Student's t with n − 1 degrees of freedom.",
    ),
    Mistake(
        "always-1.96",
        "quantile((1 + confidence) / 2, n - 1)",
        "1.96",
        see="Your half-width is 1.96 standard errors, whatever n and the confidence are.",
        look="1.96 belongs to 95% of a normal distribution whose spread is known.",
        change="Compute the quantile of Student's t from confidence and n − 1.",
    ),
    Mistake(
        "not-paired",
        "n - 1) * d.std(ddof=1)",
        "2 * n - 2) * np.sqrt(a.var(ddof=1) + b.var(ddof=1))",
        see="Your interval is that of two separate samples, each with its own spread.",
        look="The runs with the same seed belong together. Where do you subtract them?",
        change="Take the differences first, then their mean and their standard deviation.",
    ),
    Mistake(
        "spreads-added",
        "d.std(ddof=1)",
        "np.sqrt(a.var(ddof=1) + b.var(ddof=1))",
        see="Your interval adds the variances of a and of b.",
        look="What a and b have in common should cancel. Where do you subtract them?",
        change="Take the differences first, then the standard deviation of the differences.",
    ),
    Mistake(
        "divided-by-n",
        "ddof=1",
        "ddof=0",
        see="Your standard deviation divides by n.",
        look="NumPy's std divides by n unless you tell it otherwise.",
        change="Divide the sum of squares by n − 1: ddof.",
    ),
    Mistake(
        "n-degrees",
        "n - 1",
        "n",
        see="Your quantile has n degrees of freedom.",
        look="One degree of freedom is spent on the mean.",
        change="Use n − 1 degrees of freedom.",
    ),
    Mistake(
        "degrees-of-two-samples",
        "n - 1",
        "2 * n - 2",
        see="Your quantile has 2n − 2 degrees of freedom, as for two separate samples.",
        look="How many differences are there?",
        change="Use n − 1 degrees of freedom: there are n differences.",
    ),
    Mistake(
        "one-less-twice",
        "np.sqrt(n)",
        "np.sqrt(n - 1)",
        see="You divide by the root of n − 1, where the standard deviation has its n − 1 already.",
        look="Where does n − 1 come in? Once is enough.",
        change="Divide the standard deviation by the root of n.",
    ),
    Mistake(
        "absolute-differences",
        "a - b",
        "np.abs(a - b)",
        see="Your numbers are those of the absolute differences.",
        look="Look for abs, or for a square and its root.",
        change="Leave each difference its sign.",
    ),
    Mistake(
        "sorted-first",
        "a - b",
        "np.sort(a) - np.sort(b)",
        see="You sort a and b before you subtract, so that the pairs are lost.",
        look="Which number of b belongs to a[0]?",
        change="Subtract the numbers in the order in which they came.",
    ),
    Mistake(
        "one-sided",
        "(1 + confidence) / 2",
        "confidence",
        see="Your interval leaves the whole 1 − confidence on each side.",
        look="An interval has two ends. How much may lie beyond each?",
        change="The quantile's place is midway between confidence and 1.",
    ),
    Mistake(
        "whole-remainder",
        "(1 + confidence) / 2",
        "1 - (1 - confidence) / 4",
        see="Your interval is too wide: it leaves (1 − confidence) / 4 on each side.",
        look="Is the remainder halved twice?",
        change="Leave (1 − confidence) / 2 beyond each end.",
    ),
    Mistake(
        "no-root-n",
        " / np.sqrt(n)",
        "",
        see="Your interval holds single runs, not their mean.",
        look="Does your interval get narrower with more runs?",
        change="Divide the standard deviation by the root of n.",
    ),
    Mistake(
        "divided-by-n-not-root",
        "np.sqrt(n)",
        "n",
        see="Your interval is too narrow by the root of n.",
        look="By what is the standard deviation of a mean smaller than that of one run?",
        change="Divide the standard deviation by the root of n, not by n.",
    ),
    Mistake(
        "variance",
        "d.std(",
        "d.var(",
        see="Your interval uses the variance where the standard deviation belongs.",
        look="Look at the unit: the ends are in the unit of a and b.",
        change="Take the root of the variance.",
    ),
    Mistake(
        "b-minus-a",
        "a - b",
        "b - a",
        see="Your numbers are those of b − a.",
        look="A positive mean should say that a is larger.",
        change="Subtract b from a.",
    ),
    Mistake(
        "ends-first",
        "mean, mean - half",
        "mean - half, mean",
        see="You return (low, mean, high); asked for is (mean, low, high).",
        look="Compare the order of your three numbers with the stub.",
        change="Return the mean first.",
    ),
    Mistake(
        "ends-exchanged",
        "mean - half, mean + half",
        "mean + half, mean - half",
        see="Your low end lies above your high end.",
        look="Look at the two signs, or at the sign of your quantile.",
        change="Let the half-width be positive; subtract it for the low end, add it for the high.",
    ),
    Mistake(
        "around-zero",
        "mean - half, mean + half",
        "-half, half",
        see="Your ends lie around 0, not around the mean.",
        look="Where is the middle of your interval?",
        change="Add the mean to both ends.",
    ),
    Mistake(
        "always-95",
        "(1 + confidence) / 2",
        "0.975",
        see="Your interval is that for 95%, whatever confidence is asked for.",
        look="Where does confidence come in?",
        change="Compute the quantile from confidence.",
    ),
    Mistake(
        "other-default",
        "0.95",
        "0.9",
        see="Where no confidence is given your interval is that for 90%.",
        look="Look at the default in your signature.",
        change="Keep the default of the stub: 0.95.",
    ),
    Mistake(
        "no-default",
        " = 0.95",
        "",
        see="Your function cannot be called without a confidence.",
        look="Look at the default in your signature.",
        change="Keep the default of the stub: 0.95.",
    ),
    Mistake(
        "any-confidence",
        outputs=any_confidence,
        see="An impossible confidence is accepted.",
        look="What would an interval with a confidence of 1, or of 95, be?",
        change="Raise a ValueError that names confidence unless it lies between 0 and 1.",
    ),
]

EXERCISE = Exercise(
    "paired_interval(a, b, confidence)",
    results=("the mean", "the low end", "the high end"),
    references=(paired_interval, by_beta),
    cases=cases,
    mistakes=MISTAKES,
    parts={"interval": 0.4, "confidence": 0.3, "edges": 0.2, "errors": 0.1},
    basic=("interval", "confidence"),
    points=2,
    minutes=12,
    difficulty=2,
)
