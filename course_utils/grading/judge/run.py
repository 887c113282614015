"""Grade a class: every submission that was found, once, however often the run is cut short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from course_utils.chapters import chapter
from course_utils.checking.registry import exercise_named
from course_utils.grading.intake.submissions import Found
from course_utils.grading.judge.executors import Executor
from course_utils.grading.judge.failure_messages import not_run
from course_utils.grading.judge.judging import job
from course_utils.grading.judge.secret import key_of, seed_for
from course_utils.grading.judge.store import Store
from course_utils.grading.judge.version import course_version
from course_utils.grading.types import GradedExercise, GradedSubmission, Submission

__all__ = ["Graded", "Kept", "Outcome", "Refused", "grade"]


@dataclass(frozen=True)
class Graded:
    """A submission that this run graded, and filed."""

    submission: GradedSubmission


@dataclass(frozen=True)
class Kept:
    """A submission that was graded before, with the same notebook, course and secret."""

    submission: GradedSubmission


@dataclass(frozen=True)
class Refused:
    """A file that is nobody's or of no chapter: nothing can be filed for it.

    Attributes:
        name: where it lies.
        problem: why it was not graded.
    """

    name: str
    problem: str


Outcome: TypeAlias = Graded | Kept | Refused


def grade(
    found: Sequence[Found],
    store: Store,
    executor: Executor,
    secret: bytes,
    *,
    regrade: bool = False,
) -> Iterator[Outcome]:
    """Grade what was found, and file each submission before it is given out.

    Args:
        found: the submissions: see `intake.submissions.find`.
        store: where they are filed; what is there under the same key is kept.
        executor: where the work is done.
        secret: what the cases are drawn from.
        regrade: grade also what is there already.

    Yields:
        What became of each of them, in the order in which it is known.

    Raises:
        GradingError: the store or the executor cannot be used at all.
    """
    refused = [Refused(each.name, each.problem) for each in found if not _gradable(each)]
    store.refuse([(each.name, each.problem) for each in refused])
    yield from refused
    settled: list[Outcome] = []
    for graded in executor.grade(_jobs(found, store, secret, regrade, settled)):
        store.write(graded)
        yield Graded(graded)
        yield from _taken(settled)
    yield from _taken(settled)


def _gradable(found: Found) -> bool:
    """Whether it is somebody's, and of a chapter: else there is nothing to file."""
    return bool(found.student and found.chapter)


def _taken(settled: list[Outcome]) -> list[Outcome]:
    taken = settled[:]
    settled.clear()
    return taken


def _jobs(
    found: Sequence[Found], store: Store, secret: bytes, regrade: bool, settled: list[Outcome]
) -> Iterator[bytes]:
    """The jobs that are left to do, one notebook in memory at a time.

    Args:
        found: the submissions.
        store: where graded ones are filed.
        secret: what the cases are drawn from.
        regrade: make a job also of what is there already.
        settled: gets what became of those that need no job.
    """
    for each in filter(_gradable, found):
        submission = each.load()
        key = key_of(secret, submission.student, submission.chapter, submission.notebook)
        old = None if regrade else store.read(submission.student, submission.chapter)
        if old is not None and old.key == key:
            settled.append(Kept(old))
        elif submission.problem:
            graded = _not_run(submission, key)
            store.write(graded)
            settled.append(Graded(graded))
        else:
            names = chapter(submission.chapter).exercises
            yield job(
                student=submission.student,
                chapter=submission.chapter,
                notebook=submission.notebook,
                key=key,
                seeds={
                    name: seed_for(secret, submission.student, name, submission.notebook)
                    for name in names
                },
                name=submission.name,
                remarks=submission.remarks,
            )


def _not_run(submission: Submission, key: str) -> GradedSubmission:
    """A notebook that could not even be read: nothing, and why."""
    names = chapter(submission.chapter).exercises
    return GradedSubmission(
        key=key,
        student=submission.student,
        chapter=submission.chapter,
        name=submission.name,
        exercises=tuple(
            GradedExercise(not_run(exercise_named(name), submission.problem)) for name in names
        ),
        problem=submission.problem,
        remarks=submission.remarks,
        course=course_version(),
    )
