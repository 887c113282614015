"""Grade a class: every submission that was found, once, however often the run is cut short."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from course_utils.chapters import chapter
from course_utils.checking.registry import exercise_named
from course_utils.grading.intake.submissions import Found
from course_utils.grading.judge.executors import Executor
from course_utils.grading.judge.failure_messages import not_run
from course_utils.grading.judge.judging import job
from course_utils.grading.judge.published import is_published
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
    """A submission that was graded before and stays.

    Attributes:
        submission: as it was graded then.
        why: "" where it is the same notebook, course and secret; else what was passed over for it.
    """

    submission: GradedSubmission
    why: str = ""


@dataclass(frozen=True)
class Refused:
    """A file that is nobody's or of no chapter: nothing can be filed for it.

    Attributes:
        name: where it lies.
        problem: why it was not graded.
    """

    name: str
    problem: str


_PUBLISHED = "the published solution, word for word"

Outcome: TypeAlias = Graded | Kept | Refused


def grade(
    found: Sequence[Found],
    store: Store,
    executor: Executor,
    secret: bytes,
    *,
    regrade: bool = False,
    asked: bool = False,
) -> Iterator[Outcome]:
    """Grade what was found, and file each submission before it is given out.

    Args:
        found: the submissions: see `intake.submissions.find`.
        store: where they are filed; what is there under the same key is kept.
        executor: where the work is done.
        secret: what the cases are drawn from.
        regrade: grade also what is there already.
        asked: the chapter was asked for by name: what was found counts, be it better or worse.

    Yields:
        What became of each of them, in the order in which it is known.

    Raises:
        GradingError: the store or the executor cannot be used at all.
    """
    refused = [Refused(each.name, each.problem) for each in found if not _gradable(each)]
    store.refuse([(each.name, each.problem) for each in refused])
    yield from refused
    work = _Work(store, secret, regrade, asked)
    for graded in executor.grade(work.jobs(found)):
        yield work.file(graded)
        yield from work.settled()
    yield from work.settled()


def _gradable(found: Found) -> bool:
    """Whether it is somebody's, and of a chapter: else there is nothing to file."""
    return bool(found.student and found.chapter)


class _Work:
    """What is left to do, and what becomes of it.

    Args:
        store: where graded submissions are filed.
        secret: what the cases are drawn from.
        regrade: make a job also of what is there already.
        asked: what is found counts, be it better or worse than what is there.
    """

    def __init__(self, store: Store, secret: bytes, regrade: bool, asked: bool) -> None:
        self._store, self._secret, self._regrade, self._asked = store, secret, regrade, asked
        self._settled: list[Outcome] = []
        self._digests: dict[str, str] = {}  # key of a job in flight → digest of its notebook

    def settled(self) -> list[Outcome]:
        """What became of those that needed no job, once each."""
        taken, self._settled = self._settled, []
        return taken

    def jobs(self, found: Sequence[Found]) -> Iterator[bytes]:
        """The jobs that are left to do, one notebook in memory at a time."""
        for each in filter(_gradable, found):
            submission = each.load()
            student, stem = submission.student, submission.chapter
            key = key_of(self._secret, student, stem, submission.notebook)
            old = None if self._regrade else self._store.read(student, stem)
            if old is not None and key in (old.key, *(() if self._asked else old.passed_over)):
                self._settled.append(Kept(old))
                continue
            self._digests[key] = hashlib.sha256(submission.notebook).hexdigest()
            if submission.problem:
                self._settled.append(self.file(_not_run(submission, key)))
                continue
            names = chapter(stem).exercises
            yield job(
                student=student,
                chapter=stem,
                notebook=submission.notebook,
                key=key,
                seeds={
                    exercise: seed_for(self._secret, student, exercise, submission.notebook)
                    for exercise in names
                },
                name=submission.name,
                remarks=submission.remarks,
            )

    def file(self, graded: GradedSubmission) -> Outcome:
        """File a graded submission, unless a better one of another notebook is there."""
        graded = replace(graded, digest=self._digests.pop(graded.key, ""))
        if _is_the_solution(graded):
            graded = _flagged(graded)
        old = None if self._asked else self._store.read(graded.student, graded.chapter)
        if old is None or old.digest == graded.digest or old.points <= graded.points:
            self._store.write(graded)
            return Graded(graded)
        why = (
            f"{graded.name} earned {graded.points:g} points for {graded.chapter}; the "
            f"{old.points:g} of {old.name} stay. If the later one is to count, grade it with "
            f"--chapter {graded.chapter}."
        )
        old = replace(
            old,
            remarks=(*old.remarks, why) if why not in old.remarks else old.remarks,
            passed_over=(*old.passed_over, graded.key),
        )
        self._store.write(old)
        return Kept(old, why)


def _is_the_solution(graded: GradedSubmission) -> bool:
    """Whether each of its answers is the published one."""
    return bool(graded.exercises) and all(
        is_published(each.answer, graded.chapter, each.result.name) for each in graded.exercises
    )


def _flagged(graded: GradedSubmission) -> GradedSubmission:
    """The same with a flag for the instructor at its first exercise."""
    first, *others = graded.exercises
    result = replace(first.result, flags=(_PUBLISHED, *first.result.flags))
    return replace(graded, exercises=(replace(first, result=result), *others))


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
