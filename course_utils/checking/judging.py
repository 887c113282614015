"""The machine's door: judge one answer and return the verdict as data."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.comparing import Difference, compare
from course_utils.checking.diagnosing import CaseResult
from course_utils.checking.outcomes import Expected, Outcomes
from course_utils.checking.registry import exercise_named
from course_utils.checking.running import is_stub, misfit_of_answer, run
from course_utils.checking.surroundings import known_settings, setting_in_the_way
from course_utils.checking.types import Case, Exercise, Finding, ProbeResult, Result
from course_utils.checking.wording import (
    changed_inputs,
    findings_of,
    not_written,
    ready_operation,
    remarks,
)
from course_utils.errors import OracleError
from course_utils.quiet import quiet

__all__ = ["draw_cases", "judge", "verdict", "verdict_on_viewed"]

_LISTED = 4  # arrays that a message names
_CHANGED = 0.5  # share of the points that is left where the inputs were changed in place
_FLAGS = 5  # ready operations that are named
_SINGLE = 0.8  # and where all is right, but to float32 only


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
    with quiet():
        exercise = exercise_named(name)
    question = exercise.question
    in_the_way = setting_in_the_way()
    misfit = ("surroundings", in_the_way) if in_the_way else misfit_of_answer(question, answer)
    if misfit is not None:
        kind, message = misfit
        finding = Finding(kind, message)  # type: ignore[arg-type]
        return Result(name, 0.0, exercise.points, False, (finding,))
    with quiet(), known_settings():
        cases = draw_cases(exercise, seed)
        results = run(question, answer, [(case.inputs, case.setup) for case in cases])
        return verdict(Outcomes(exercise), cases, results)


def draw_cases(exercise: Exercise, seed: int) -> list[Case]:
    """The cases of one check, in an order that the seed draws, for no answer may count its calls.

    Their places are those in which a verdict speaks of them: isolation cases first, then as the
    exercise orders them.
    """
    generator = np.random.default_rng([seed, zlib.crc32(exercise.name.encode())])
    cases = sorted(exercise.cases(generator), key=lambda case: case.isolates is None)
    placed = [replace(case, place=place) for place, case in enumerate(cases)]
    return [placed[k] for k in generator.permutation(len(placed))]


def verdict(outcomes: Outcomes, cases: Sequence[Case], results: Sequence[ProbeResult]) -> Result:
    """The verdict from a probe's results alone: runs where no student code has ever run.

    Raises:
        OracleError: a case's part is unknown to the exercise.
    """
    pairs = zip(cases, results, strict=True)
    viewed = [_viewed(outcomes.exercise, case, result) for case, result in pairs]
    return verdict_on_viewed(outcomes, cases, viewed)


def verdict_on_viewed(
    outcomes: Outcomes, cases: Sequence[Case], results: Sequence[ProbeResult]
) -> Result:
    """The verdict on results that stand in the words of the exercise's view already.

    Never on what a student's process reports: it would be believed.

    Raises:
        OracleError: a case's part is unknown to the exercise.
    """
    exercise = outcomes.exercise
    unknown = {case.part for case in cases} - set(exercise.parts)
    if unknown:
        raise OracleError(f"{exercise.name}: cases of unknown parts {sorted(unknown)}")
    stub = next((each for each in results if is_stub(each.thrown)), None)
    printed = next((each.printed for each in results if each.printed), "")
    nothing = Result(exercise.name, 0.0, exercise.points, False, cases=len(cases), printed=printed)
    if stub is not None:
        return replace(nothing, findings=(not_written(exercise, stub),))
    ready = tuple(dict.fromkeys(name for each in results for name in each.ready))
    if ready:
        return replace(
            nothing,
            findings=(ready_operation(exercise, ready),),
            flags=_flags(ready),
        )
    tried = []
    differences: list[Difference | None] = []
    pairs = sorted(zip(cases, results, strict=True), key=lambda pair: pair[0].place)
    for case, result in pairs:
        case_result, difference = _try(outcomes, case, result)
        tried.append(case_result)
        differences.append(difference)
    findings = findings_of(outcomes, tried, differences)
    share = _share(exercise, tried)
    if not exercise.double:
        share = max(share, _SINGLE * _share(exercise, _forgiven(exercise, tried, differences)))
    changed = tuple(dict.fromkeys(name for each in results for name in each.changed))
    if changed:
        findings.append(changed_inputs(changed))
        share *= _CHANGED
    passed = not findings
    findings += remarks(tried)
    points = exercise.points if passed else round(exercise.points * share, 2)
    return replace(nothing, points=float(points), passed=passed, findings=tuple(findings))


def _flags(ready: Sequence[str]) -> tuple[str, ...]:
    """A flag for each of the first ready operations, and one that counts the others."""
    told = [*ready[:_FLAGS]]
    if len(ready) > _FLAGS:
        told.append(f"and {len(ready) - _FLAGS} more")
    return tuple(f"ready:{each}" for each in told)


def _try(
    outcomes: Outcomes, case: Case, result: ProbeResult
) -> tuple[CaseResult, Difference | None]:
    """One case against both references."""
    truth = outcomes.right(case)
    difference = compare(truth, result, case)
    if difference is None:
        second: Expected | None = outcomes.second(case)
        if second is not None:
            difference = compare(second, result, case)
    return CaseResult(case, truth, result, difference is not None), difference


def _viewed(exercise: Exercise, case: Case, result: ProbeResult) -> ProbeResult:
    """The result as the exercise looks at it; outputs that no view can read are a misfit."""
    if result.outputs is None:
        return result
    outputs = result.outputs
    try:
        return replace(result, outputs=exercise.view(case.inputs, case.setup, outputs))
    except Exception:
        arrays = [(k, v) for k, v in outputs.items() if isinstance(v, np.ndarray)][:_LISTED]
        shapes = ", ".join(f"{name} of shape {value.shape}" for name, value in arrays)
        came = shapes or "nothing that was asked for"
        message = f"What came cannot be used: {came}. Check each shape against the stub."
        return replace(result, outputs=None, misfit=("shape", message))


def _forgiven(
    exercise: Exercise, tried: Sequence[CaseResult], differences: Sequence[Difference | None]
) -> list[CaseResult]:
    """The same cases where float32 is good enough.

    Numbers show it themselves. That a class has weights of float32, so that it gave no numbers, is
    only said beside the answer: it is believed in parts where other cases gave the right ones.
    """
    proven = {each.case.part for each in tried if each.result.outputs and not each.failed}
    forgiven = []
    for each, difference in zip(tried, differences, strict=True):
        single = difference is not None and difference.single
        if each.result.misfit is not None:
            single = single and exercise.question.takes == "class" and each.case.part in proven
        forgiven.append(replace(each, failed=each.failed and not single))
    return forgiven


def _share(exercise: Exercise, tried: Sequence[CaseResult]) -> float:
    """The share of the credit: whole parts only, and edges only once the values are right."""
    earned = {
        part
        for part in exercise.parts
        if not any(each.failed for each in tried if each.case.part == part)
    }
    basics = set(exercise.basic)
    if not basics <= earned:
        earned &= basics
    return sum(exercise.parts[part] for part in earned)
