"""Grade a class: every submission that was found, once, however often the run is cut short."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from course_utils.chapters import chapter
from course_utils.checking.registry import exercise_named
from course_utils.grading.intake.submissions import Found
from course_utils.grading.judge.executors import Executor
from course_utils.grading.judge.failure_messages import not_run
from course_utils.grading.judge.hand_in import HandIn, flagged, is_the_solution
from course_utils.grading.judge.judging import job
from course_utils.grading.judge.secret import key_of, seed_for
from course_utils.grading.judge.store import Store
from course_utils.grading.judge.version import course_version
from course_utils.grading.types import GradedExercise, GradedSubmission, Submission

__all__ = ["Graded", "Kept", "Outcome", "Refused", "grade"]


@dataclass(frozen=True)
class Graded:
    """A submission that this run graded, and filed.

    Attributes:
        submission: as it was graded.
        why: "" where it is the only copy; else which counts and what the others earned.
    """

    submission: GradedSubmission
    why: str = ""


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

    Of several copies of one student and chapter all are graded and the best is filed.

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
        if outcome := work.file(graded):
            yield outcome
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
        self._in_flight: dict[str, tuple[HandIn, str]] = {}  # key → and the notebook's digest

    def settled(self) -> list[Outcome]:
        """What became of those that needed no job, once each."""
        taken, self._settled = self._settled, []
        return taken

    def jobs(self, found: Sequence[Found]) -> Iterator[bytes]:
        """The jobs that are left to do; one student's copies of a chapter in memory at a time."""
        for each in filter(_gradable, found):
            copies = {self._key(copy): copy for copy in map(Found.load, (each, *each.copies))}
            old = None if self._regrade else self._store.read(each.student, each.chapter)
            known = self._known(old, copies)
            if old is not None and known.issuperset(copies):
                self._settled.append(Kept(old))
                continue
            hand_in = HandIn([*copies])
            left = {key: copy for key, copy in copies.items() if key not in known}
            for key, copy in left.items():
                hand_in.waiting.add(key)
                self._in_flight[key] = hand_in, hashlib.sha256(copy.notebook).hexdigest()
            for key, copy in left.items():
                if not copy.problem:
                    yield self._job(copy, key)
                elif outcome := self.file(_not_run(copy, key)):
                    self._settled.append(outcome)

    def _key(self, submission: Submission) -> str:
        return key_of(self._secret, submission.student, submission.chapter, submission.notebook)

    def _known(self, old: GradedSubmission | None, keys: Container[str]) -> set[str]:
        """The keys of what need not be graded: it counts already, or is known to earn no more."""
        if old is None or (self._asked and old.key not in keys):
            return set()
        return {old.key, *old.passed_over}

    def _job(self, submission: Submission, key: str) -> bytes:
        student, stem = submission.student, submission.chapter
        return job(
            student=student,
            chapter=stem,
            notebook=submission.notebook,
            key=key,
            seeds={
                exercise: seed_for(self._secret, student, exercise, submission.notebook)
                for exercise in chapter(stem).exercises
            },
            name=submission.name,
            remarks=submission.remarks,
        )

    def file(self, graded: GradedSubmission) -> Outcome | None:
        """File the best of a hand-in, unless a better one is there; None while copies are out."""
        hand_in, digest = self._in_flight.pop(graded.key)
        graded = replace(graded, digest=digest)
        hand_in.add(flagged(graded) if is_the_solution(graded) else graded)
        if hand_in.waiting:
            return None
        best = hand_in.best()
        old = self._store.read(best.student, best.chapter)
        if old is not None and (
            (self._asked and old.key not in hand_in.keys) or hand_in.holds(old.digest)
        ):
            old = None  # it does not count any more: another was asked for, or it was graded anew
        if old is None or not hand_in.is_behind(best, old):
            why = hand_in.why(best)
            best = replace(
                best,
                remarks=(*best.remarks, why) if why else best.remarks,
                passed_over=tuple(key for key in hand_in.keys if key != best.key),
            )
            self._store.write(best)
            return Graded(best, why)
        why = (
            f"{best.name} earned {best.points:g} points for {best.chapter}; the "
            f"{old.points:g} of {old.name} stay. If the later one is to count, grade it with "
            f"--chapter {best.chapter}."
        )
        passed_over = dict.fromkeys((*old.passed_over, *hand_in.graded))
        old = replace(
            old,
            remarks=(*old.remarks, why) if why not in old.remarks else old.remarks,
            passed_over=tuple(passed_over),
        )
        self._store.write(old)
        return Kept(old, why)


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
