"""Name the mistake: find the entry of the bank whose outputs the answer equals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_utils.checking.comparing import compare
from course_utils.checking.types import Case, Mistake, Oracle, Outputs, Raises, Report

__all__ = ["Match", "Trial", "find_mistake", "viewed"]

#: Mistakes are far from right, and one that was made in float32 is still the same mistake.
_RELATIVE = 1e-4


@dataclass(frozen=True)
class Trial:
    """One case with what is right and what the answer gave."""

    case: Case
    truth: Outputs | Raises
    report: Report
    failed: bool


@dataclass(frozen=True)
class Match:
    """A known mistake, and whether it explains all that is wrong or only a part."""

    mistake: Mistake
    whole: bool


def viewed(oracle: Oracle, case: Case, outputs: Outputs | Raises) -> Outputs | Raises:
    """What is compared, for references and mistakes; errors stay as they are."""
    return outputs if isinstance(outputs, Raises) else oracle.view(case.inputs, outputs)


def find_mistake(oracle: Oracle, trials: Sequence[Trial]) -> Match | None:
    """The known mistake that explains the failed trials.

    Trials that expect a value and trials that expect an error are told apart: who forgets an
    error may make a second mistake in the values, and each is named on its own.

    Args:
        oracle: brings the bank.
        trials: those of one kind, all of them, failed or not.

    Returns:
        A mistake that equals the answer on every trial; else one that explains every failed
        isolation case, or every failed case of one part; else None.
    """
    failed = [trial for trial in trials if trial.failed]
    if not failed:
        return None
    for mistake in oracle.mistakes:
        if _explains(oracle, mistake, trials):
            return Match(mistake, whole=True)
    isolated = [trial for trial in trials if trial.case.isolates]
    groups = [isolated] + [
        [trial for trial in trials if trial.case.part == part and not trial.case.isolates]
        for part in oracle.parts
    ]
    for group in groups:
        if sum(trial.failed for trial in group) == 0 or len(group) < 2:
            continue
        for mistake in oracle.mistakes:
            if _explains(oracle, mistake, group):
                return Match(mistake, whole=False)
    return None


def _explains(oracle: Oracle, mistake: Mistake, trials: Sequence[Trial]) -> bool:
    """Whether the answer equals the mistake on every trial that the mistake speaks of."""
    told_apart = False
    for trial in sorted(trials, key=lambda each: not each.failed):
        expected = mistake.expect(trial.case.inputs)
        if expected is None:
            if trial.failed:
                return False
            continue
        outputs = viewed(oracle, trial.case, expected)
        if compare(outputs, trial.report, trial.case, _RELATIVE) is not None:
            return False
        told_apart = told_apart or (trial.failed and _differs(outputs, trial))
    return told_apart


def _differs(outputs: Outputs | Raises, trial: Trial) -> bool:
    """Whether a mistake's outputs are wrong here, and not only less precise."""
    if isinstance(outputs, Raises) or isinstance(trial.truth, Raises):
        return isinstance(outputs, Raises) != isinstance(trial.truth, Raises)
    return compare(trial.truth, Report(outputs=outputs), trial.case, _RELATIVE) is not None
