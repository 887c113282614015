"""The interval over seeds, and how its numbers are written."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from course_utils.claims.approximate import SIGN, written
from course_utils.errors import ClaimError

__all__ = ["CONFIDENCE", "Interval", "exact_value", "student_interval"]

CONFIDENCE = 0.95
_POSITIONAL = (1e-4, 1e6)  # magnitudes written without an exponent
_MOST_DIGITS = 6


@dataclass(frozen=True)
class Interval:
    """A mean over n runs and its confidence interval, in the metric's own unit.

    A width of zero says that every run gave the same number.
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def constant(self) -> bool:
        """Whether every run gave the same number."""
        return self.low == self.high

    def mean_text(self) -> str:
        """The mean: as it is where exact, else rounded to its uncertainty and marked `≈`."""
        if self.constant and _short(self.mean):
            return written(self.mean, ".12g")
        return SIGN + self._rounded(self.mean)

    def range_text(self) -> str:
        """The two ends in words: "≈ 0.40 to 0.44"."""
        if self.n == 1:
            return "one number"
        if self.constant:
            return f"the same in all {self.n} runs"
        return f"{SIGN}{self._rounded(self.low)} to {self._rounded(self.high)}"

    def _rounded(self, value: float) -> str:
        """The value with two digits of the half-width, or three of its own."""
        largest = max(abs(self.mean), abs(self.low), abs(self.high))
        if largest == 0:
            return "0"
        leading = math.floor(math.log10(largest))
        half = (self.high - self.low) / 2
        last = leading - 2 if half == 0 else math.floor(math.log10(half)) - 1
        last = min(max(last, leading - _MOST_DIGITS), leading - 1)
        if _POSITIONAL[0] <= largest < _POSITIONAL[1]:
            return written(value, f".{max(0, -last)}f")
        mantissa, exponent = written(value, f".{leading - last}e").split("e")
        return f"{mantissa}e{int(exponent)}" if value else "0"


def exact_value(value: float) -> Interval:
    """The interval of a quantity that no seed can change: one run, no width."""
    return Interval(value, value, value, 1)


def student_interval(values: Sequence[float]) -> Interval:
    """Mean and 95% confidence interval by Student's t with n - 1 degrees of freedom.

    Args:
        values: one number per seed.

    Returns:
        The interval. If all values are equal, it has no width and is exactly that value.

    Raises:
        ClaimError: fewer than two values, or they are too large for an interval.
    """
    count = len(values)
    if count < 2:
        raise ClaimError(
            f"An interval needs at least two runs and {count} came. Measure over more seeds, or "
            "give exact=True and a reason if no seed can change the number."
        )
    if min(values) == max(values):
        return Interval(values[0], values[0], values[0], count)
    from scipy.special import stdtrit  # the quantile of Student's t; scipy.stats loads far more

    try:
        mean = statistics.fmean(values)
        error = statistics.stdev(values) / math.sqrt(count)
    except OverflowError:
        mean = error = math.inf
    half = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2)) * error
    if not math.isfinite(mean) or not math.isfinite(half):
        raise ClaimError(
            f"The values reach from {min(values):g} to {max(values):g}: too large for an interval. "
            "Measure their logarithm."
        )
    return Interval(mean, mean - half, mean + half, count)


def _short(value: float) -> bool:
    """Whether the float *is* a decimal of at most twelve digits: 3 and 0.25 are, 0.1 is not."""
    return Fraction(f"{value:.12g}") == Fraction(value)
