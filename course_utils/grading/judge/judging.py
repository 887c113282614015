"""The judge: a job in, a graded submission out. A student's code runs in a child, never here.

The judge draws the cases, sends the inputs to a child, and compares what comes back with what is
right. Of what a child says it believes nothing but numbers and texts.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict, replace
from types import TracebackType
from typing import Any

import numpy as np

from course_utils.chapters import chapter
from course_utils.checking.judging import draw_cases, verdict
from course_utils.checking.outcomes import Outcomes
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Case, Exercise, Finding, ProbeResult, Result
from course_utils.errors import SubmissionError, WireError
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.inside.wire import INTO_SANDBOX, decode, encode
from course_utils.grading.intake.notebooks import read_cells
from course_utils.grading.judge.conversation import Conversation
from course_utils.grading.judge.failure_messages import crash_reason, no_answer, not_run
from course_utils.grading.judge.fork_client import ForkServer
from course_utils.grading.judge.reply_validation import Answered, read_answer
from course_utils.grading.judge.version import course_version
from course_utils.grading.types import GradedExercise, GradedSubmission
from course_utils.quiet import quiet

__all__ = ["Judge", "job", "unjudged"]

_TIDY = 50  # exercises between two tidyings
_TEXT, _LABEL = 3_000, 300  # characters of one text, and of one label, in a result


def job(
    *,
    student: str,
    chapter: str,
    notebook: bytes,
    key: str,
    seeds: dict[str, int],
    name: str = "",
    remarks: tuple[str, ...] = (),
) -> bytes:
    """A submission as bytes that any worker can take: it holds no secret, only seeds drawn from it.

    Args:
        student: who.
        chapter: the chapter's stem.
        notebook: the file.
        key: what the graded submission will be filed under.
        seeds: for each exercise that is to be graded the seed of its cases.
        name: where the notebook came from.
        remarks: what the reader should know.
    """
    return encode(
        {
            "student": student,
            "chapter": chapter,
            "notebook": np.frombuffer(notebook, np.uint8),
            "key": key,
            "seeds": seeds,
            "name": name,
            "remarks": list(remarks),
        }
    )


class Judge:
    """Grades jobs, one at a time, with a fork server. A context manager that ends its own.

    Args:
        sandboxed: False grades without protection, and says so in everything it grades.
        limits: what the answer to one exercise may take.
        server: one that is there already, instead of a new one with those settings; who made it
            closes it.

    Attributes:
        owns_server: whether the server was made here, and is ended with this judge.
    """

    def __init__(
        self,
        sandboxed: bool = True,
        limits: Limits | None = None,
        server: ForkServer | None = None,
    ) -> None:
        self.owns_server = server is None
        self.server = server or ForkServer(sandboxed, limits)
        self.sandboxed = self.server.sandboxed
        self._count = 0

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.owns_server:
            self.server.close()

    def grade(self, given: bytes) -> GradedSubmission:
        """The submission of one job, graded.

        Raises:
            SandboxError: the machine cannot hold a student's code; nothing was run.
            GradingError: the fork server does not start.
        """
        began = time.monotonic()
        asked: dict[str, Any] = decode(given, INTO_SANDBOX)
        problem = ""
        exercises: list[GradedExercise] = []
        names = [name for name in chapter(asked["chapter"]).exercises if name in asked["seeds"]]
        try:
            cells = read_cells(asked["notebook"].tobytes())
            exercises = [self.grade_exercise(name, cells, asked["seeds"][name]) for name in names]
        except SubmissionError as error:
            problem = str(error)
            exercises = [GradedExercise(not_run(exercise_named(name), problem)) for name in names]
        return GradedSubmission(
            key=asked["key"],
            student=asked["student"],
            chapter=asked["chapter"],
            name=asked["name"],
            exercises=tuple(exercises),
            problem=problem,
            remarks=tuple(asked["remarks"]),
            sandboxed=self.sandboxed,
            course=course_version(),
            seconds=round(time.monotonic() - began, 3),
        )

    def grade_exercise(self, name: str, cells: list[str], seed: int) -> GradedExercise:
        """One exercise: a child and limits of its own; whatever happens, there is a result."""
        began = time.monotonic()
        exercise = exercise_named(name)
        exercise = replace(exercise, seconds=min(exercise.seconds, self.server.limits.seconds))
        with quiet():
            cases = draw_cases(exercise, seed)
        request = encode(
            {
                "question": asdict(exercise.question),
                "cells": cells,
                "cases": [(case.inputs, case.setup) for case in cases],
            }
        )
        patience = exercise.seconds + self.server.limits.grace
        for again in (True, False):
            talk = self.server.ask(request, patience, exercise.by_hand)
            answered, trouble = _read(talk)
            if not (again and _starved(exercise, talk, answered)):
                break
        if answered is None or (answered.results and len(answered.results) != len(cases)):
            result = crash_reason(exercise, trouble or "garbled", talk.code, patience)
        elif not answered.results:
            result = no_answer(exercise, answered)
        else:
            with quiet():
                result = _verdict(exercise, cases, answered.results)
        source = answered.source if answered else ""
        self._count += 1
        if self._count % _TIDY == 0:
            _tidy()
        return GradedExercise(_bounded(result), source, round(time.monotonic() - began, 3))


def unjudged(given: bytes, problem: str) -> GradedSubmission:
    """The submission of a job that no judge could bring to an end: no points, and why."""
    asked: dict[str, Any] = decode(given, INTO_SANDBOX)
    names = [name for name in chapter(asked["chapter"]).exercises if name in asked["seeds"]]
    return GradedSubmission(
        key=asked["key"],
        student=asked["student"],
        chapter=asked["chapter"],
        name=asked["name"],
        exercises=tuple(GradedExercise(not_run(exercise_named(name), problem)) for name in names),
        problem=problem,
        remarks=tuple(asked["remarks"]),
        course=course_version(),
    )


def _tidy() -> None:
    """Keras keeps something of every layer that an oracle makes: over a megabyte an exercise."""
    keras = sys.modules.get("keras")
    if keras is not None:
        keras.utils.clear_session()


def _read(talk: Conversation) -> tuple[Answered | None, str]:
    """What was answered, if anything that may be read, and the trouble there was."""
    if talk.reply is None:
        return None, talk.trouble
    try:
        return read_answer(talk.reply), talk.trouble
    except WireError:
        return None, "garbled"


def _starved(exercise: Exercise, talk: Conversation, answered: Answered | None) -> bool:
    """Whether time was up only because others kept the machine busy: another try is fair then."""
    stopped = talk.trouble == "time" or (
        answered is not None and any(each.stopped for each in answered.results)
    )
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    return stopped and busy and talk.cpu < exercise.seconds / 2


def _bounded(result: Result) -> Result:
    """The same with texts that a page can show, whatever an answer made of them."""
    findings = tuple(
        replace(
            each,
            message=each.message[:_TEXT],
            evidence={key[:_LABEL]: text[:_TEXT] for key, text in each.evidence.items()},
        )
        for each in result.findings
    )
    return replace(result, findings=findings, flags=tuple(each[:_LABEL] for each in result.flags))


def _verdict(exercise: Exercise, cases: list[Case], results: tuple[ProbeResult, ...]) -> Result:
    """The verdict, where even outputs that break a comparison cost the exercise alone."""
    try:
        return verdict(Outcomes(exercise), cases, results)
    except Exception as error:  # noqa: BLE001 - hostile outputs may break any comparison
        message = (
            "What your code returned could not be compared with what is right "
            f"({type(error).__name__}). Check the shape and the type of each result."
        )
        return Result(exercise.name, 0.0, exercise.points, False, (Finding("type", message),))
