"""The machine's door: judge one answer and return the verdict as data."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.comparing import Difference, compare
from course_utils.checking.diagnosing import Trial, viewed
from course_utils.checking.registry import exercise_named, oracle_named
from course_utils.checking.running import is_stub, misfit_of_answer, run
from course_utils.checking.types import (
    Case,
    Exercise,
    Finding,
    Oracle,
    Outputs,
    Raises,
    Report,
    Result,
)
from course_utils.checking.wording import (
    changed_inputs,
    findings_of,
    not_written,
    ready_operation,
    remarks,
)
from course_utils.errors import OracleError
from course_utils.quiet import quiet

__all__ = ["draw_cases", "judge", "verdict"]

_CHANGED = 0.5  # share of the points that is left where the inputs were changed in place


def judge(name: str, answer: Any, seed: int = 0) -> Result:
    """Judge an answer to the exercise `name`.

    Args:
        name: the exercise's name.
        answer: the student's function or class.
        seed: a non-negative integer of any size; other seeds draw other cases.

    Returns:
        Points, findings, flags: see `checking.types.Result`.

    Raises:
        UnknownNameError: no chapter asks for such an exercise.
    """
    exercise = exercise_named(name)
    misfit = misfit_of_answer(exercise, answer)
    if misfit is not None:
        kind, message = misfit
        finding = Finding(kind, message)  # type: ignore[arg-type]
        return Result(name, 0.0, exercise.points, False, (finding,))
    with quiet():
        oracle = oracle_named(name)
        cases = draw_cases(name, oracle, seed)
        reports = run(exercise, answer, [case.inputs for case in cases])
        return verdict(exercise, oracle, cases, reports)


def draw_cases(name: str, oracle: Oracle, seed: int) -> list[Case]:
    """The cases of one check: isolation cases first, then as the oracle orders them."""
    generator = np.random.default_rng([seed, zlib.crc32(name.encode())])
    return sorted(oracle.cases(generator), key=lambda case: case.isolates is None)


def verdict(
    exercise: Exercise, oracle: Oracle, cases: Sequence[Case], reports: Sequence[Report]
) -> Result:
    """The verdict from reports alone: runs where no student code has ever run.

    Raises:
        OracleError: a case's part is unknown to the oracle.
    """
    unknown = {case.part for case in cases} - set(oracle.parts)
    if unknown:
        raise OracleError(f"{exercise.name}: cases of unknown parts {sorted(unknown)}")
    stub = next((report for report in reports if is_stub(report.thrown)), None)
    printed = next((r.printed for r in reports if r.printed), "")
    result = Result(exercise.name, 0.0, exercise.points, False, cases=len(cases), printed=printed)
    if stub is not None:
        return replace(result, findings=(not_written(exercise, stub),))
    ready = tuple(dict.fromkeys(name for report in reports for name in report.ready))
    if ready:
        return replace(
            result,
            findings=(ready_operation(exercise, ready),),
            flags=tuple(f"ready:{name}" for name in ready),
        )
    trials = []
    differences: list[Difference | None] = []
    for case, report in zip(cases, reports, strict=True):
        trial, difference = _try(oracle, case, report)
        trials.append(trial)
        differences.append(difference)
    findings = findings_of(exercise, oracle, trials, differences)
    share = _share(oracle, trials)
    changed = tuple(dict.fromkeys(name for report in reports for name in report.changed))
    if changed:
        findings.append(changed_inputs(changed))
        share *= _CHANGED
    passed = not findings
    findings += remarks(trials)
    points = exercise.points if passed else round(exercise.points * share, 2)
    return replace(result, points=float(points), passed=passed, findings=tuple(findings))


def _try(oracle: Oracle, case: Case, report: Report) -> tuple[Trial, Difference | None]:
    """One case against both references."""
    truth = viewed(oracle, case, oracle.expect(case.inputs))
    if report.outputs is not None:
        report = _viewed_report(oracle, case, report, truth)
    difference = compare(truth, report, case)
    if difference is None:
        second = oracle.second(case.inputs)
        if second is not None:
            difference = compare(viewed(oracle, case, second), report, case)
    return Trial(case, truth, report, difference is not None), difference


def _viewed_report(oracle: Oracle, case: Case, report: Report, truth: Outputs | Raises) -> Report:
    """The report as the oracle looks at it; outputs that no view can read are a misfit."""
    try:
        return replace(report, outputs=oracle.view(case.inputs, report.outputs or {}))
    except Exception:
        shapes = ", ".join(
            f"{name} of shape {np.shape(value)}" for name, value in (report.outputs or {}).items()
        )
        message = f"What came cannot be used: {shapes}. Check each shape against the stub."
        return replace(report, outputs=None, misfit=("shape", message))


def _share(oracle: Oracle, trials: Sequence[Trial]) -> float:
    """The share of the credit: whole parts only, and edges only once the values are right."""
    earned = {
        part
        for part in oracle.parts
        if not any(trial.failed for trial in trials if trial.case.part == part)
    }
    basics = set(oracle.basic)
    if not basics <= earned:
        earned &= basics
    return sum(oracle.parts[part] for part in earned)
