"""The conditions that a rule is made of: where a metric must lie, and how an interval reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from course_utils.claims.approximate import written
from course_utils.claims.intervals import Interval
from course_utils.errors import ClaimError

__all__ = ["Condition", "Reading", "above", "below", "within"]

#: holds: the whole interval is where it should be. fails: all of it is elsewhere. undecided: both.
Reading: TypeAlias = Literal["holds", "fails", "undecided"]


@dataclass(frozen=True)
class Condition:
    """Where a metric must lie. Made by `above`, `below` and `within`; cannot be changed.

    Attributes:
        metric: the metric's name.
        low: the lower bound; -inf where there is none.
        high: the upper bound; +inf where there is none.
        inclusive: whether a value on the bound counts as inside.
    """

    metric: str
    low: float
    high: float
    inclusive: bool

    def read(self, interval: Interval) -> Reading:
        """What the whole interval says about this condition."""
        if self._holds(interval.low) and self._holds(interval.high):
            return "holds"
        if self.inclusive:
            outside = interval.high < self.low or interval.low > self.high
        else:
            outside = interval.high <= self.low or interval.low >= self.high
        return "fails" if outside else "undecided"

    def _holds(self, value: float) -> bool:
        if self.inclusive:
            return self.low <= value <= self.high
        return self.low < value < self.high

    def words(self) -> str:
        """Where the metric must lie: "above 0.1"."""
        if self.high == math.inf:
            return f"above {_bound(self.low)}"
        if self.low == -math.inf:
            return f"below {_bound(self.high)}"
        if self.low == self.high:
            return f"equal to {_bound(self.low)}"
        return f"within {_bound(self.low)} to {_bound(self.high)}"

    def opposite(self) -> str:
        """Where it lies when the condition fails: "at or below 0.1"."""
        if self.high == math.inf:
            return f"at or below {_bound(self.low)}"
        if self.low == -math.inf:
            return f"at or above {_bound(self.high)}"
        if self.low == self.high:
            return f"other than {_bound(self.low)}"
        return f"outside {_bound(self.low)} to {_bound(self.high)}"


def above(metric: str, threshold: float) -> Condition:
    """The metric lies above the threshold; on it is not above.

    Raises:
        ClaimError: the threshold is no finite number.
    """
    return Condition(_name(metric), _finite("threshold", threshold), math.inf, False)


def below(metric: str, threshold: float) -> Condition:
    """The metric lies below the threshold; on it is not below.

    Raises:
        ClaimError: the threshold is no finite number.
    """
    return Condition(_name(metric), -math.inf, _finite("threshold", threshold), False)


def within(metric: str, low: float, high: float) -> Condition:
    """The metric lies from low to high, both included.

    Raises:
        ClaimError: a bound is no finite number, or low is above high.
    """
    bottom, top = _finite("low", low), _finite("high", high)
    if bottom > top:
        raise ClaimError(f"within({metric!r}, {low}, {high}): low is above high; swap them.")
    return Condition(_name(metric), bottom, top, True)


def _name(metric: str) -> str:
    if not isinstance(metric, str) or not metric:
        raise ClaimError(f"A condition needs the metric's name first, as a string, not {metric!r}.")
    return metric


def _finite(name: str, value: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ClaimError(f"{name} is {value!r}; give a finite number.") from None
    if not math.isfinite(number):
        raise ClaimError(f"{name} is {number}; give a finite number.")
    return number


def _bound(value: float) -> str:
    """A bound as the author wrote it: 0.99, 1000, 1e-7."""
    text = written(value, ".12g")
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"
