"""A measured claim as JSON: all that its card says, in words and numbers.

It travels in the metadata of the card's output, so that a book of claims needs only the notebooks.
Every text in it marks a number that may differ elsewhere with `~`; every bare number is a float.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from course_utils.claims.intervals import CONFIDENCE
from course_utils.claims.rules import Condition

if TYPE_CHECKING:
    from course_utils.claims.measuring import Claim

__all__ = ["IntervalRecord", "Record", "Row", "record_of", "rule_words"]

_SHOWN = f"{CONFIDENCE:.0%}"
_DIGITS = 6  # significant, of the stored floats


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
    measured: list[Row]
    controlled: list[Row]


def record_of(claim: Claim) -> Record:
    """What the claim's card says.

    Raises:
        ClaimError: the claim is not measured yet.
    """
    return Record(
        id=claim.id,
        statement=claim.statement,
        source=claim.source,
        verdict=claim.verdict,
        because=_because(claim),
        rule=rule_words(claim),
        control=claim.control,
        runs=(
            f"one run, exact: {claim.reason}"
            if claim.reason
            else f"mean over {len(claim.seeds)} seeds with its {_SHOWN} interval (Student's t)"
        ),
        intervals=_intervals(claim, control=False),
        control_intervals=_intervals(claim, control=True),
        measured=_rows(claim, claim.rule, control=False),
        controlled=_rows(claim, claim.control_rule, control=True),
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


def _because(claim: Claim) -> str:
    """Why the verdict is what it is, from the readings alone."""
    if claim.verdict == "supported":
        return "Every condition holds, and the control does what it should."
    if claim.verdict == "refuted":
        first = claim.rule[0]
        return f"{first.metric} is {first.opposite()}, and the control does what it should."
    reasons = []
    for control, conditions in ((False, claim.rule), (True, claim.control_rule)):
        for each in conditions:
            reading = each.read(claim.interval(each.metric, control))
            where = "in the control " if control else ""
            if reading == "fails":
                reasons.append(f"{where}{each.metric} is {each.opposite()}")
            elif reading == "undecided":
                reasons.append(f"{where}the interval of {each.metric} is not wholly {each.words()}")
    return f"Not every condition holds: {'; '.join(reasons)}."


def _intervals(claim: Claim, control: bool) -> dict[str, IntervalRecord]:
    found: dict[str, IntervalRecord] = {}
    for metric in claim.measured(control):
        each = claim.interval(metric, control)
        found[metric] = IntervalRecord(
            mean=_rounded(each.mean), low=_rounded(each.low), high=_rounded(each.high), n=each.n
        )
    return found


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _rows(claim: Claim, conditions: tuple[Condition, ...], control: bool) -> list[Row]:
    """The conditions in their order, then the metrics that no condition asks for."""
    asked = {each.metric for each in conditions}
    rows = [_row(claim, each.metric, each, control) for each in conditions]
    rest = [metric for metric in claim.measured(control) if metric not in asked]
    return rows + [_row(claim, metric, None, control) for metric in rest]


def _row(claim: Claim, metric: str, condition: Condition | None, control: bool) -> Row:
    interval = claim.interval(metric, control)
    return Row(
        metric=metric,
        about=claim.metric[metric],
        mean=interval.mean_text(),
        interval=interval.range_text(),
        threshold=condition.words() if condition else "none",
        reading=condition.read(interval) if condition else "reported only",
    )
