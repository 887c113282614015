"""Name the mistake: find the entry of the bank whose outputs the answer equals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_utils.checking.comparing import compare
from course_utils.checking.outcomes import Expected, Outcomes, RaisedError
from course_utils.checking.types import Case, ExpectedError, Mistake, ProbeResult

__all__ = ["CaseResult", "Match", "find_mistake"]

#: Mistakes are far from right, and one that was made in float32 is still the same mistake.
_RELATIVE = 1e-4
_LEAST = 2  # failed cases that a mistake must explain where it does not explain all


@dataclass(frozen=True)
class CaseResult:
    """One case with what is right and what the answer gave."""

    case: Case
    truth: Expected
    result: ProbeResult
    failed: bool


@dataclass(frozen=True)
class Match:
    """A known mistake that explains all that is wrong, or what is wrong in one part."""

    mistake: Mistake
    part: str | None = None

    @property
    def whole(self) -> bool:
        return self.part is None


def find_mistake(outcomes: Outcomes, tried: Sequence[CaseResult]) -> Match | None:
    """The known mistake that explains the cases that failed.

    Cases that expect a value and cases that expect an error are told apart: who forgets an
    error may make a second mistake in the values, and each is named on its own.

    Args:
        outcomes: of the exercise, whose bank is searched.
        tried: the cases of one kind, all of them, failed or not.

    Returns:
        A mistake that equals the answer on every case; else one that explains every failed case
        of one part, isolation cases left aside, where several mistakes look alike; else None.
    """
    failed = [each for each in tried if each.failed]
    if not failed:
        return None
    for mistake in outcomes.exercise.mistakes:
        if _explains(outcomes, mistake, tried, whole=True):
            return Match(mistake)
    for part in outcomes.exercise.parts:
        group = [each for each in tried if each.case.part == part and not each.case.isolates]
        if sum(each.failed for each in group) == 0 or len(group) < 2:
            continue
        for mistake in outcomes.exercise.mistakes:
            if _explains(outcomes, mistake, group, whole=False):
                return Match(mistake, part)
    return None


def _explains(
    outcomes: Outcomes, mistake: Mistake, tried: Sequence[CaseResult], whole: bool
) -> bool:
    """Whether the answer equals the mistake on every case that the mistake speaks of.

    Where both fail, they need not fail in the same words if other cases, all of them, say that it
    is this mistake: what breaks on an empty sequence breaks in many ways.
    """
    told_apart = 0  # cases
    gave_values = in_other_words = False
    for each in sorted(tried, key=lambda each: not each.failed):
        expected = outcomes.mistaken(mistake, each.case)
        if expected is None:
            if each.failed:
                return False
            continue
        if isinstance(expected, RaisedError):
            if not expected.like(each.result):
                return False
            in_other_words = in_other_words or not expected.came(each.result)
        elif compare(expected, each.result, each.case, _RELATIVE) is not None:
            return False
        gave_values = gave_values or not isinstance(expected, ExpectedError)
        told_apart += each.failed and _differs(expected, each)
    if not whole:
        return told_apart >= _LEAST and not in_other_words
    return told_apart > 0 and (gave_values or not in_other_words)


def _differs(expected: Expected, each: CaseResult) -> bool:
    """Whether a mistake's outputs are wrong here, and not only less precise."""
    if isinstance(expected, ExpectedError) or isinstance(each.truth, ExpectedError):
        return isinstance(expected, ExpectedError) != isinstance(each.truth, ExpectedError)
    told = {name: value for name, value in each.truth.items() if name in expected}
    if compare(told, ProbeResult(outputs=expected), each.case, _RELATIVE) is not None:
        return True
    # What a mistake leaves out may be anything but right.
    rest = {name: value for name, value in each.truth.items() if name not in expected}
    return bool(rest) and compare(rest, each.result, each.case, _RELATIVE) is not None
