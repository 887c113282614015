"""A measured claim as JSON: all that its card says, in words and numbers.

It travels in the metadata of the card's output, so that a book of claims needs only the notebooks.
Every text in it marks a number that may differ elsewhere with `≈`; every bare number is a float.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypedDict

from course_utils.claims.intervals import CONFIDENCE, Interval
from course_utils.claims.rules import Condition
from course_utils.claims.stating import Claim

__all__ = ["IntervalRecord", "Record", "Row", "record_of", "rule_words"]

_SHOWN = f"{CONFIDENCE:.0%}"
_DIGITS = 6  # significant, of the stored floats
_HOLDS = {"holds": "yes", "fails": "no", "undecided": "not decided"}


class IntervalRecord(TypedDict):
    """One interval, as floats."""

    mean: float
    low: float
    high: float
    n: int


class Row(TypedDict):
    """One line of the card's table: a metric under one condition, or under none."""

    metric: str
    about: str
    mean: str
    interval: str
    threshold: str
    reading: str


class Record(TypedDict):
    """All that a card says."""

    id: str
    statement: str
    source: str
    verdict: str
    because: str
    rule: str
    control: str
    runs: str
    intervals: dict[str, IntervalRecord]
    control_intervals: dict[str, IntervalRecord]
    bounds: dict[str, list[float | None]]
    control_bounds: dict[str, list[float | None]]
    measured: list[Row]
    controlled: list[Row]


def record_of(
    claim: Claim,
    verdict: str,
    intervals: Mapping[str, Interval],
    control_intervals: Mapping[str, Interval],
) -> Record:
    """What the claim's card says, once it is measured."""
    return Record(
        id=claim.id,
        statement=claim.statement,
        source=claim.source,
        verdict=verdict,
        because=_because(claim, verdict, intervals, control_intervals),
        rule=rule_words(claim),
        control=claim.control,
        runs=(
            f"one number each: {claim.reason}"
            if claim.reason
            else f"mean over {len(claim.seeds)} seeds with its {_SHOWN} interval (Student's t)"
        ),
        intervals=_rounded(intervals),
        control_intervals=_rounded(control_intervals),
        bounds=_bounds(claim.rule),
        control_bounds=_bounds(claim.control_rule),
        measured=_rows(claim.metric, claim.rule, intervals),
        controlled=_rows(claim.control_metric, claim.control_rule, control_intervals),
    )


def rule_words(claim: Claim) -> str:
    """The rule as sentences, generated from its conditions alone: the same before any run."""
    lies = (
        "" if claim.reason else f", with its whole {_SHOWN} interval over {len(claim.seeds)} seeds,"
    )
    asked = " and ".join(_demand(each) for each in claim.rule)
    control = " and ".join(_demand(each) for each in claim.control_rule)
    first = claim.rule[0]
    return (
        f"Supported if{lies} {asked}, and in the control {control}. "
        f"Refuted if {first.metric} is{'' if claim.reason else ' wholly'} {first.opposite()} "
        "and the control does what it should. Otherwise qualified."
    )


def _demand(condition: Condition) -> str:
    return f"{condition.metric} is {condition.words()}"


def _because(
    claim: Claim,
    verdict: str,
    intervals: Mapping[str, Interval],
    control_intervals: Mapping[str, Interval],
) -> str:
    """Why the verdict is what it is, from the readings alone."""
    if verdict == "supported":
        return "Every condition holds, and the control does what it should."
    if verdict == "refuted":
        first = claim.rule[0]
        return (
            f"Measured otherwise: {first.metric} is {first.opposite()}, and the control does what "
            "it should."
        )
    reasons = []
    for where, conditions, found in (
        ("", claim.rule, intervals),
        ("in the control ", claim.control_rule, control_intervals),
    ):
        for each in conditions:
            reading = each.read(found[each.metric])
            if reading == "fails":
                reasons.append(f"{where}{each.metric} is {each.opposite()}")
            elif reading == "undecided":
                reasons.append(f"{where}the interval of {each.metric} is not wholly {each.words()}")
    return f"Not every condition holds: {'; '.join(reasons)}."


def _rounded(intervals: Mapping[str, Interval]) -> dict[str, IntervalRecord]:
    def short(value: float) -> float:
        return float(f"{value:.{_DIGITS}g}")

    return {
        metric: IntervalRecord(
            mean=short(each.mean), low=short(each.low), high=short(each.high), n=each.n
        )
        for metric, each in intervals.items()
    }


def _bounds(conditions: tuple[Condition, ...]) -> dict[str, list[float | None]]:
    """metric → where it must lie, [low, high]; None is no bound."""

    def bound(value: float) -> float | None:
        return float(value) if math.isfinite(value) else None

    return {each.metric: [bound(each.low), bound(each.high)] for each in conditions}


def _rows(
    metrics: Mapping[str, str],
    conditions: tuple[Condition, ...],
    intervals: Mapping[str, Interval],
) -> list[Row]:
    """The conditions in their order, then the metrics that no condition asks for."""
    asked = {each.metric for each in conditions}
    rest = [(metric, None) for metric in intervals if metric not in asked]
    return [
        _row(metric, metrics[metric], intervals[metric], condition)
        for metric, condition in [*((each.metric, each) for each in conditions), *rest]
    ]


def _row(metric: str, about: str, interval: Interval, condition: Condition | None) -> Row:
    return Row(
        metric=metric,
        about=about,
        mean=interval.mean_text(),
        interval=interval.range_text(),
        threshold=condition.words() if condition else "nothing",
        reading=_HOLDS[condition.read(interval)] if condition else "not judged",
    )
