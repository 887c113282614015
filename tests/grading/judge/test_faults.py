"""What goes wrong costs one exercise, with a reason the student understands; the batch goes on."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from course_utils.chapters import chapter
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.judge.executors import LocalPool
from course_utils.grading.judge.judging import job
from course_utils.grading.types import GradedExercise, GradedSubmission
from tests.grading.attacks.attack import HONEST, honest_notebook
from tests.grading.handing import CHAPTER, notebook
from tests.grading.judge.faults import FAULTS, RIGHT, SHORT, Fault

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox is Linux's"),
]

_EXERCISES = chapter(CHAPTER).exercises
_AROUND = ("elman_step", "readout", "stream")  # what fails, and what stands before and after it
_LAST = ("honest 0", "honest 1", "honest after those that wait")


@pytest.fixture(scope="module")
def verdicts() -> dict[str, GradedSubmission]:
    """All of them, by the time that they get in two batches, and honest work after them."""
    limits = Limits(memory=1 << 30, grace=4.0, processes=120)
    others = [
        *(_job(fault.name, fault.notebook()) for fault in FAULTS if not fault.waits),
        *(_job(name, notebook(HONEST["readout"], *cells)) for name, cells in RIGHT.items()),
        *(_job(name, honest_notebook(), _EXERCISES) for name in _LAST[:-1]),
    ]
    waiting = [
        *(_job(fault.name, fault.notebook()) for fault in FAULTS if fault.waits),
        _job(_LAST[-1], honest_notebook()),
    ]
    return {
        **_graded(others, limits),
        **_graded(waiting, replace(limits, seconds=SHORT)),
    }


def _job(student: str, data: bytes, exercises: Sequence[str] = _AROUND) -> bytes:
    seeds = dict.fromkeys(exercises, 7)
    return job(student=student, chapter=CHAPTER, notebook=data, key="", seeds=seeds)


def _graded(jobs: list[bytes], limits: Limits) -> dict[str, GradedSubmission]:
    with LocalPool(3, limits=limits) as pool:
        return {verdict.student: verdict for verdict in pool.grade(jobs)}


def _marks(verdict: GradedSubmission) -> dict[str, GradedExercise]:
    return {mark.result.name: mark for mark in verdict.exercises}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_costs_its_exercise_alone_and_says_why(
    verdicts: dict[str, GradedSubmission], fault: Fault
) -> None:
    marks = _marks(verdicts[fault.name])
    result = marks["elman_step"].result
    assert result.points == 0
    said = result.findings[0]
    assert re.fullmatch(fault.kind, said.kind), said
    assert re.search(fault.says, said.message), said
    assert marks["readout"].result.passed, marks["readout"].result
    assert marks["stream"].result.passed, marks["stream"].result


@pytest.mark.parametrize("name", RIGHT, ids=lambda name: name.replace(" ", "-"))
def test_what_stands_around_a_right_answer_costs_nothing(
    verdicts: dict[str, GradedSubmission], name: str
) -> None:
    marks = _marks(verdicts[name])
    assert marks["elman_step"].result.passed, marks["elman_step"].result
    assert marks["readout"].result.passed, marks["readout"].result


@pytest.mark.parametrize("name", _LAST, ids=lambda name: name.replace(" ", "-"))
def test_the_next_submissions_are_graded(verdicts: dict[str, GradedSubmission], name: str) -> None:
    verdict = verdicts[name]
    assert verdict.points == verdict.max_points
