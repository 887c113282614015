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
from course_utils.checking.limits import Deadline, TimeUp
from course_utils.checking.outcomes import Outcomes
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Case, Exercise
from course_utils.errors import GradingError, SubmissionError, WireError
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.inside.wire import INTO_SANDBOX, decode, encode
from course_utils.grading.intake.notebooks import read_cells
from course_utils.grading.judge.bounding import answer_shown, bounded
from course_utils.grading.judge.conversation import Conversation
from course_utils.grading.judge.failure_messages import (
    crash_reason,
    no_answer,
    not_judged,
    not_run,
)
from course_utils.grading.judge.fork_client import ForkServer
from course_utils.grading.judge.reply_validation import Answered, read_answer
from course_utils.grading.judge.version import course_version
from course_utils.grading.types import GradedExercise, GradedSubmission
from course_utils.quiet import quiet

__all__ = ["Judge", "job", "unjudged"]

_TIDY = 50  # exercises between two tidyings


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
            "name": _whole(name),
            "remarks": [_whole(each) for each in remarks],
        }
    )


def _whole(text: str) -> str:
    """A text that can be written: the name of a file may hold bytes that are no UTF-8."""
    return text.encode("utf-8", "replace").decode()


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
            graded = {}
            with self.server.one_student():  # where all is allowed first: they share a sandbox
                for name in sorted(names, key=lambda name: exercise_named(name).by_hand):
                    graded[name] = self.grade_exercise(name, cells, asked["seeds"][name])
            exercises = [graded[name] for name in names]
        except SubmissionError as error:
            problem = str(error)
        except GradingError:  # of the machine, and not of this submission
            raise
        except Exception as error:  # noqa: BLE001 - one file must not end the batch
            problem = f"The grader met an error ({type(error).__name__}) that it does not know."
        if problem:
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
        """One exercise: a child and limits of its own; whatever happens, there is a result.

        Raises:
            SandboxError: the machine cannot hold a student's code; nothing was run.
            GradingError: the fork server does not start.
        """
        began = time.monotonic()
        exercise = exercise_named(name)
        exercise = replace(exercise, seconds=min(exercise.seconds, self.server.limits.seconds))
        patience = exercise.seconds + self.server.limits.grace
        answer = ""
        try:
            with quiet():
                cases = draw_cases(exercise, seed)
            talk, answered = self._ask(exercise, cells, cases, patience)
            answer = answer_shown(cells, answered.cells) if answered else ""
            if answered is None:
                trouble = talk.trouble or "garbled"
                result = crash_reason(exercise, trouble, talk.code, patience)
            elif not answered.results:
                result = no_answer(exercise, answered)
            else:
                with quiet():
                    outcomes = Outcomes(exercise, deadline=Deadline(patience))
                    result = verdict(outcomes, cases, answered.results)
        except (TimeUp, WireError) as error:
            result = not_judged(exercise, error)
        except GradingError:  # of the machine, and not of this answer
            raise
        except Exception as error:  # noqa: BLE001 - what came may break anything that looks at it
            result = not_judged(exercise, error)
        self._count += 1
        if self._count % _TIDY == 0:
            _tidy()
        return GradedExercise(bounded(result), answer, round(time.monotonic() - began, 3))

    def _ask(
        self, exercise: Exercise, cells: list[str], cases: list[Case], patience: float
    ) -> tuple[Conversation, Answered | None]:
        """The conversation with a child, and what was answered, if anything that may be read."""
        request = encode(
            {
                "question": asdict(exercise.question),
                "cells": cells,
                "cases": [(case.inputs, case.setup) for case in cases],
            }
        )
        for again in (True, False):
            talk = self.server.ask(request, patience, exercise.by_hand)
            answered = _read(talk, cases, len(cells))
            if not (again and _starved(exercise, talk, answered)):
                break
        return talk, answered


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


def _read(talk: Conversation, cases: list[Case], count: int) -> Answered | None:
    """What was answered, if it may be read and fits what was asked.

    Args:
        talk: with the child.
        cases: what it was asked.
        count: how many code cells the notebook has.
    """
    if talk.reply is None:
        return None
    try:
        answered = read_answer(talk.reply, count)
    except WireError:
        return None
    arguments = {name for case in cases for name in case.inputs}
    fits = len(answered.results) in (0, len(cases)) and all(
        arguments.issuperset(each.changed) for each in answered.results
    )
    return answered if fits else None


def _starved(exercise: Exercise, talk: Conversation, answered: Answered | None) -> bool:
    """Whether time was up only because others kept the machine busy: another try is fair then."""
    stopped = talk.trouble == "time" or (
        answered is not None and any(each.stopped for each in answered.results)
    )
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    return stopped and busy and talk.cpu < exercise.seconds / 2
