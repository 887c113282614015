"""The machine's door: judge one answer and return the verdict as data."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.comparing import Difference, compare, describe_inputs
from course_utils.checking.diagnosing import Trial, find_mistake, viewed
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
from course_utils.errors import OracleError
from course_utils.quiet import quiet

__all__ = ["draw_cases", "judge", "verdict"]

_SHOWN = 3  # findings of one verdict
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
        return replace(result, findings=(_not_written(exercise, stub),))
    ready = tuple(dict.fromkeys(name for report in reports for name in report.ready))
    if ready:
        return replace(
            result,
            findings=(_ready(exercise, ready),),
            flags=tuple(f"ready:{name}" for name in ready),
        )
    trials = []
    differences: list[Difference | None] = []
    for case, report in zip(cases, reports, strict=True):
        trial, difference = _try(oracle, case, report)
        trials.append(trial)
        differences.append(difference)
    findings = _findings(exercise, oracle, trials, differences)
    share = _share(oracle, trials)
    changed = tuple(dict.fromkeys(name for report in reports for name in report.changed))
    if changed:
        findings.append(_changed(changed))
        share *= _CHANGED
    passed = not findings
    findings += _remarks(trials)
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
    except Exception:  # noqa: BLE001 - any shape may come, and a view may choke on it
        shapes = ", ".join(
            f"{name} of shape {np.shape(value)}" for name, value in (report.outputs or {}).items()
        )
        message = f"What came cannot be used: {shapes}. Check each shape against the stub."
        return replace(report, outputs=None, misfit=("shape", message))


def _findings(
    exercise: Exercise,
    oracle: Oracle,
    trials: Sequence[Trial],
    differences: Sequence[Difference | None],
) -> list[Finding]:
    """What is wrong, values first, then missing errors; each with the mistake's name if known."""
    findings: list[Finding] = []
    for wants_error in (False, True):
        group = [
            (trial, difference)
            for trial, difference in zip(trials, differences, strict=True)
            if isinstance(trial.truth, Raises) == wants_error
        ]
        failed = [(trial, difference) for trial, difference in group if difference is not None]
        if not failed:
            continue
        match = find_mistake(oracle, [trial for trial, _ in group])
        trial, difference = _worst(failed)
        finding = _finding(exercise, trial, difference)
        if match is not None:
            see, where, change = match.mistake.hints
            message = see if match.whole else f"{see} (This explains a part of what is wrong.)"
            finding = replace(
                finding,
                message=message,
                mistake=match.mistake.id,
                hints=(see, where, change),
                evidence={"what came": finding.message, **finding.evidence},
            )
        findings.append(finding)
        told = {finding.message, difference.message}
        if match is None or not match.whole:
            for trial, difference in failed:
                if difference.message not in told and len(findings) < _SHOWN:
                    told.add(difference.message)
                    findings.append(_finding(exercise, trial, difference))
    return findings


#: What to speak of first: the plainest fault before the subtlest.
_ORDER = (
    "stopped",
    "exception",
    "none",
    "type",
    "count",
    "shape",
    "not-finite",
    "other-error",
    "no-error",
    "values",
    "dtype",
)


def _worst(failed: Sequence[tuple[Trial, Difference]]) -> tuple[Trial, Difference]:
    """The failed trial to speak of: an isolating one first, then the plainest kind of fault."""
    return min(
        failed,
        key=lambda pair: (
            pair[1].kind in ("values", "dtype"),
            pair[0].case.isolates is None,
            _ORDER.index(pair[1].kind),
        ),
    )


def _finding(exercise: Exercise, trial: Trial, difference: Difference) -> Finding:
    case, thrown = trial.case, trial.report.thrown
    evidence = dict(difference.evidence)
    message = difference.message
    if difference.kind == "exception" and thrown is not None:
        evidence["inputs"] = describe_inputs(case.inputs)
        if case.about:
            evidence["case"] = case.about
        if thrown.line:
            evidence[f"your line {thrown.line}"] = thrown.text
            message = f"Your code raised {thrown.kind} at line {thrown.line}: {thrown.message}"
        elif thrown.kind == "TypeError":
            message = (
                f"It cannot be called as {exercise.signature}: {thrown.message}. "
                "Keep the name and the arguments of the stub."
            )
        else:
            message = f"Your code raised {thrown.kind}: {thrown.message}"
    elif difference.kind == "stopped":
        message = (
            f"It had not finished after {exercise.seconds:g} s and was stopped. Is there a loop "
            "that never ends, or one that does far too much work?"
        )
    elif difference.kind == "values" and case.isolates:
        message = f"With everything but {case.isolates} set to zero: {message}"
    elif case.about and difference.kind not in ("no-error", "other-error"):
        message = f"{message} (Case: {case.about}.)"
    return Finding(difference.kind, message, evidence=evidence)


def _not_written(exercise: Exercise, report: Report) -> Finding:
    thrown = report.thrown
    evidence = {}
    if thrown and thrown.line:
        evidence[f"line {thrown.line} of your cell"] = thrown.text
    return Finding(
        "not-written",
        f"{exercise.name} is not written yet. Write your answer in the cell above, in the place of "
        "`raise NotImplementedError()`, and run both cells again.",
        evidence=evidence,
    )


def _ready(exercise: Exercise, names: Sequence[str]) -> Finding:
    return Finding(
        "ready-operation",
        f"Your answer calls {' and '.join(names)}. The point of this exercise is to build "
        f"{exercise.name} by hand, so the ready one earns nothing. Write the equation with matrix "
        "products and activations.",
    )


def _changed(names: Sequence[str]) -> Finding:
    listed = " and ".join(f"`{name}`" for name in names)
    return Finding(
        "changed-input",
        f"Your code changes {listed} in place. Whoever calls it still needs the old values: work "
        "on a copy, or write `a = a + b` instead of `a += b`.",
        hints=(
            f"After the call, {listed} no longer holds what it held before.",
            "Look for `+=`, `-=`, `*=`, `.sort()`, `.append(…)` or an assignment to `argument[...]`.",
            "Make a new array: `result = np.array(argument)` first, and change that one.",
        ),
    )


def _remarks(trials: Sequence[Trial]) -> list[Finding]:
    """Errors that are raised but do not say which argument is meant: told once, costs nothing."""
    for trial in trials:
        truth, thrown = trial.truth, trial.report.thrown
        if (
            isinstance(truth, Raises)
            and truth.argument
            and thrown is not None
            and not trial.failed
            and truth.argument.lower() not in thrown.message.lower()
        ):
            return [
                Finding(
                    "remark",
                    f"With {truth.problem or truth.argument + ' impossible'} your {thrown.kind} "
                    f"says {thrown.message!r}. It would help its reader to name `{truth.argument}` "
                    "and the value that came.",
                )
            ]
    return []


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
