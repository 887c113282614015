"""An oracle against itself: two references that agree, cases that repeat, a bank without twins."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from course_utils.checking.comparing import compare, precision
from course_utils.checking.diagnosing import viewed
from course_utils.checking.judging import draw_cases
from course_utils.checking.probing import same
from course_utils.checking.types import Case, Mistake, Oracle, Outputs, Raises, Report, Thrown
from course_utils.notebook import solution_lines
from tests.soundness.subjects import Subject
from tests.soundness.trying import Bench

__all__ = ["case_problems", "expected_report", "hint_problems", "mistake_problems"]

#: How closely the two references agree: a hundredth of what an answer is allowed.
_AGREE = {"float16": 2e-5, "float32": 1e-7, "float64": 1e-12}
_SAME_MISTAKE = 1e-4
_MISFITS = frozenset({"none", "type", "count", "shape", "not-finite"})
_LEAST_CODE = 14  # characters of an expression that count as the answer's code


def expected_report(expected: Outputs | Raises) -> Report:
    """What an answer would report that gives exactly this."""
    if not isinstance(expected, Raises):
        return Report(outputs=expected)
    if expected.kind == "stopped":
        return Report(stopped=True)
    if expected.kind in _MISFITS:
        return Report(misfit=(expected.kind, expected.problem))
    kinds = tuple(dict.fromkeys((expected.kind, "Exception", "BaseException")))
    return Report(thrown=Thrown(expected.kind, expected.argument or expected.problem, kinds))


# --- cases and references ------------------------------------------------------------------------


def case_problems(subject: Subject, seeds: Sequence[int]) -> list[str]:
    """What is wrong with the cases, the parts and the two references."""
    oracle, name = subject.oracle, subject.exercise.name
    problems = list(_part_problems(oracle))
    drawn = {seed: draw_cases(name, oracle, seed) for seed in seeds}
    for seed, cases in drawn.items():
        again = draw_cases(name, oracle, seed)
        if not _same_cases(cases, again):
            problems.append(f"seed {seed} gives other cases when it is drawn again")
        missing = set(oracle.parts) - {case.part for case in cases}
        unknown = {case.part for case in cases} - set(oracle.parts)
        if missing or unknown:
            problems.append(f"seed {seed}: parts without a case {missing}, unknown parts {unknown}")
        for number, case in enumerate(cases):
            problem = _reference_problem(oracle, case)
            if problem:
                problems.append(
                    f"seed {seed}, case {number} ({case.about or case.part}): {problem}"
                )
    problems += [
        f"seeds {one} and {two} draw the same cases"
        for one, two in combinations(seeds, 2)
        if _same_cases(drawn[one], drawn[two])
    ]
    if not any(oracle.second(case.inputs) is not None for case in drawn[seeds[0]]):
        problems.append("the second reference has no opinion on any case")
    return problems


def _part_problems(oracle: Oracle) -> Iterator[str]:
    if abs(sum(oracle.parts.values()) - 1.0) > 1e-9:
        yield f"the parts sum to {sum(oracle.parts.values())}, not to 1"
    if not oracle.basic or not set(oracle.basic) <= set(oracle.parts):
        yield f"basic is {oracle.basic}, but must be one or more of {list(oracle.parts)}"
    ids = [mistake.id for mistake in oracle.mistakes]
    if len(set(ids)) < len(ids):
        yield "two mistakes have the same id"
    if len(ids) < 5:
        yield f"the bank knows {len(ids)} mistakes; it needs at least five"


def _same_cases(one: Sequence[Case], two: Sequence[Case]) -> bool:
    return len(one) == len(two) and all(
        same(a.inputs, b.inputs) and replace(a, inputs={}) == replace(b, inputs={})
        for a, b in zip(one, two, strict=True)
    )


def _reference_problem(oracle: Oracle, case: Case) -> str | None:
    first, second = oracle.expect(case.inputs), oracle.second(case.inputs)
    if not isinstance(first, Raises):
        wrong = _not_float64(first)
        if wrong:
            return f"the first reference gives {wrong}"
    if second is None:
        return None
    if isinstance(first, Raises) or isinstance(second, Raises):
        if isinstance(first, Raises) and isinstance(second, Raises):
            return None
        return "one reference raises, the other gives a value"
    report = Report(outputs=oracle.view(case.inputs, first))
    tolerance = _AGREE[precision(case.inputs)] * case.slack
    strict = replace(case, inputs={})  # both compute in float64, so no rounding of float32 counts
    difference = compare(viewed(oracle, case, second), report, strict, tolerance)
    if difference is None:
        return None
    return f"the references differ: {difference.message} {dict(difference.evidence)}"


def _not_float64(outputs: Outputs) -> str | None:
    for name, value in outputs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.dtype != np.float64:
            return f"{name} in {value.dtype}; references compute in float64"
    return None


# --- the bank ------------------------------------------------------------------------------------


def mistake_problems(bench: Bench, seed: int) -> list[str]:
    """Mistakes that do not fail, are not named by their own outputs, or have a twin."""
    oracle, cases = bench.drawn(seed)
    problems = []
    reports = {mistake.id: _reports(oracle, cases, mistake) for mistake in oracle.mistakes}
    for mistake in oracle.mistakes:
        verdict = bench.try_reports(reports[mistake.id], seed)
        if verdict.passed:
            problems.append(
                f"seed {seed}: {mistake.id} passes: no case tells it from what is right"
            )
        elif verdict.mistakes[:1] != (mistake.id,):
            named = verdict.mistakes or "nothing"
            problems.append(f"seed {seed}: the outputs of {mistake.id} are named {named}")
    for one, two in combinations(oracle.mistakes, 2):
        if _twins(oracle, cases, one, reports[two.id]):
            problems.append(f"seed {seed}: {one.id} and {two.id} give the same on every case")
    return problems


def _reports(oracle: Oracle, cases: Sequence[Case], mistake: Mistake) -> list[Report]:
    """What an answer reports that makes this mistake, and is right where it says nothing."""
    expected = [mistake.expect(case.inputs) for case in cases]
    return [
        expected_report(oracle.expect(case.inputs) if each is None else each)
        for case, each in zip(cases, expected, strict=True)
    ]


def _twins(oracle: Oracle, cases: Sequence[Case], one: Mistake, reports: list[Report]) -> bool:
    for case, report in zip(cases, reports, strict=True):
        expected = one.expect(case.inputs)
        if expected is None:
            expected = oracle.expect(case.inputs)
        if report.outputs is not None and not isinstance(expected, Raises):
            report = replace(report, outputs=oracle.view(case.inputs, report.outputs))
            expected = oracle.view(case.inputs, expected)
        if compare(expected, report, case, _SAME_MISTAKE) is not None:
            return False
    return True


def hint_problems(subject: Subject) -> list[str]:
    """Hints that are missing, repeated, or print the answer's code."""
    problems = []
    name = subject.exercise.name
    code = _pieces(subject.sources.exercises.get(name, ""))
    for mistake in subject.oracle.mistakes:
        if len(mistake.hints) != 3 or not all(hint.strip() for hint in mistake.hints):
            problems.append(f"{mistake.id}: it needs three hints with words in them")
        if len(set(mistake.hints)) < len(mistake.hints):
            problems.append(f"{mistake.id}: two of its hints are the same")
        bare = "".join("".join(mistake.hints).split())
        leaked = next((piece for piece in code if piece in bare), None)
        if leaked:
            problems.append(f"{mistake.id}: a hint prints the answer's code: {leaked}")
    return problems


def _pieces(source: str) -> set[str]:
    """The answer's lines and expressions, without spaces, that no hint may hold."""
    lines = ["".join(line.split()) for line in solution_lines(source)]
    pieces = {line for line in lines if not line.startswith("#")}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.BinOp, ast.Call, ast.Compare, ast.Subscript)):
            text: Any = ast.get_source_segment(source, node) or ""
            pieces.add("".join(text.split()))
    return {piece for piece in pieces if len(piece) >= _LEAST_CODE}
