"""An exercise against itself: references that agree, cases that repeat, a bank without twins."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from course_utils.checking.comparing import compare
from course_utils.checking.judging import draw_cases
from course_utils.checking.outcomes import Expected, Outcomes, mistaken_answer
from course_utils.checking.probing import same
from course_utils.checking.tolerance import precision
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Mistake,
    Outputs,
    ProbeResult,
    Thrown,
)
from course_utils.errors import OracleError
from course_utils.notebook import solution_lines
from tests.soundness.subjects import Subject
from tests.soundness.trying import Bench

__all__ = ["case_problems", "edit_problems", "expected_result", "hint_problems", "mistake_problems"]

#: How closely the two references agree: a hundredth of what an answer is allowed.
_AGREE = {"float16": 2e-5, "float32": 1e-7, "float64": 1e-12}
_SAME_MISTAKE = 1e-4
_MISFITS = frozenset({"none", "type", "count", "shape", "not-finite"})
_LEAST_CODE = 14  # characters of an expression that count as the answer's code


def expected_result(expected: Expected) -> ProbeResult:
    """What an answer would give that gives exactly this."""
    if not isinstance(expected, ExpectedError):
        return ProbeResult(outputs=expected)
    if expected.kind == "stopped":
        return ProbeResult(stopped=True)
    if expected.kind in _MISFITS:
        return ProbeResult(misfit=(expected.kind, expected.problem))
    kinds = tuple(dict.fromkeys((expected.kind, "Exception", "BaseException")))
    return ProbeResult(thrown=Thrown(expected.kind, expected.argument or expected.problem, kinds))


# --- cases and references ------------------------------------------------------------------------


def case_problems(subject: Subject, seeds: Sequence[int]) -> list[str]:
    """What is wrong with the cases, the parts and the two references."""
    exercise = subject.exercise
    outcomes = Outcomes(exercise)
    problems = list(_part_problems(exercise))
    drawn = {seed: draw_cases(exercise, seed) for seed in seeds}
    for seed, cases in drawn.items():
        again = draw_cases(exercise, seed)
        if not _same_cases(cases, again):
            problems.append(f"seed {seed} gives other cases when it is drawn again")
        missing = set(exercise.parts) - {case.part for case in cases}
        unknown = {case.part for case in cases} - set(exercise.parts)
        if missing or unknown:
            problems.append(f"seed {seed}: parts without a case {missing}, unknown parts {unknown}")
        for number, case in enumerate(cases):
            problem = _reference_problem(outcomes, case)
            if problem:
                problems.append(
                    f"seed {seed}, case {number} ({case.about or case.part}): {problem}"
                )
    problems += [
        f"seeds {one} and {two} draw the same cases"
        for one, two in combinations(seeds, 2)
        if _same_cases(drawn[one], drawn[two])
    ]
    if not any(outcomes.second(case) is not None for case in drawn[seeds[0]]):
        problems.append("the second reference has no opinion on any case")
    return problems


def _part_problems(exercise: Exercise) -> Iterator[str]:
    if abs(sum(exercise.parts.values()) - 1.0) > 1e-9:
        yield f"the parts sum to {sum(exercise.parts.values())}, not to 1"
    if not exercise.basic or not set(exercise.basic) <= set(exercise.parts):
        yield f"basic is {exercise.basic}, but must be one or more of {list(exercise.parts)}"
    ids = [mistake.id for mistake in exercise.mistakes]
    if len(set(ids)) < len(ids):
        yield "two mistakes have the same id"
    if len(ids) < 5:
        yield f"the bank knows {len(ids)} mistakes; it needs at least five"


def _same_cases(one: Sequence[Case], two: Sequence[Case]) -> bool:
    return len(one) == len(two) and all(
        same([a.inputs, a.setup], [b.inputs, b.setup])
        and replace(a, inputs={}, setup={}) == replace(b, inputs={}, setup={})
        for a, b in zip(one, two, strict=True)
    )


def _reference_problem(outcomes: Outcomes, case: Case) -> str | None:
    first, second = outcomes.right(case), outcomes.second(case)
    if not isinstance(first, ExpectedError):
        wrong = _not_float64(first)
        if wrong:
            return f"the first reference gives {wrong}"
    if second is None:
        return None
    if isinstance(first, ExpectedError) or isinstance(second, ExpectedError):
        if isinstance(first, ExpectedError) and isinstance(second, ExpectedError):
            return None
        return "one reference raises, the other gives a value"
    tolerance = _AGREE[precision(case)] * case.tolerance_factor
    # Both compute in float64, so no rounding of float32 counts.
    strict = replace(case, inputs={}, setup={})
    difference = compare(second, ProbeResult(outputs=first), strict, tolerance)
    if difference is None:
        return None
    return f"the references differ: {difference.message} {dict(difference.evidence)}"


def _not_float64(outputs: Outputs) -> str | None:
    for name, value in outputs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.dtype != np.float64:
            return f"{name} in {value.dtype}; references compute in float64"
    return None


# --- the bank ------------------------------------------------------------------------------------


def edit_problems(exercise: Exercise) -> list[str]:
    """Mistakes whose old text does not occur exactly once, or whose new text is no Python."""
    problems = []
    for mistake in exercise.mistakes:
        ways = [bool(mistake.old), mistake.answer is not None, mistake.outputs is not None]
        if sum(ways) != 1:
            problems.append(f"{mistake.id}: give an edit, an answer or outputs, one of the three")
        elif mistake.outputs is None:
            try:
                mistaken_answer(exercise, mistake)
            except OracleError as error:
                problems.append(str(error))
    return problems


def mistake_problems(bench: Bench, seed: int) -> list[str]:
    """Mistakes that do not fail, are not named by their own outputs, or have a twin."""
    outcomes, cases = bench.drawn(seed)
    mistakes = outcomes.exercise.mistakes
    problems = []
    results = {
        mistake.id: [expected_result(_expected(outcomes, case, mistake)) for case in cases]
        for mistake in mistakes
    }
    for mistake in mistakes:
        tried = bench.try_viewed(results[mistake.id], seed)
        if tried.passed:
            problems.append(
                f"seed {seed}: {mistake.id} passes: no case tells it from what is right"
            )
        elif tried.mistakes[:1] != (mistake.id,):
            named = tried.mistakes or "nothing"
            problems.append(f"seed {seed}: the outputs of {mistake.id} are named {named}")
    for one, two in combinations(mistakes, 2):
        if _twins(outcomes, cases, one, two):
            problems.append(f"seed {seed}: {one.id} and {two.id} give the same on every case")
    return problems


def _expected(outcomes: Outcomes, case: Case, mistake: Mistake) -> Expected:
    """What an answer gives that makes this mistake, and is right where it says nothing."""
    found = outcomes.mistaken(mistake, case)
    return outcomes.right(case) if found is None else found


def _twins(outcomes: Outcomes, cases: Sequence[Case], one: Mistake, two: Mistake) -> bool:
    return all(
        compare(
            _expected(outcomes, case, one),
            expected_result(_expected(outcomes, case, two)),
            case,
            _SAME_MISTAKE,
        )
        is None
        for case in cases
    )


def hint_problems(subject: Subject) -> list[str]:
    """Hints that are missing, repeated, or print the answer's code."""
    problems = []
    name = subject.exercise.name
    code = _pieces(subject.sources.exercises.get(name, ""))
    for mistake in subject.exercise.mistakes:
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
