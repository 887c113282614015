"""Grade a class: every submission that is found, once, however often the run is cut short."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.chapters import chapter
from course_utils.checking.registry import exercise_named
from course_utils.grading.intake.submissions import Found, find
from course_utils.grading.judge.executors import Executor
from course_utils.grading.judge.failure_messages import not_run
from course_utils.grading.judge.judging import job
from course_utils.grading.judge.secret import course_version, key_of, seed_for
from course_utils.grading.judge.store import Store
from course_utils.grading.types import Mark, Submission, Verdict

__all__ = ["Summary", "grade"]


@dataclass
class Summary:
    """What a run did.

    Attributes:
        found: submissions that were found.
        graded: verdicts that are new.
        kept: verdicts that were there already, for the same submission, course and secret.
        problems: (where, why) of what could not be graded.
    """

    found: int = 0
    graded: int = 0
    kept: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)


def grade(
    source: Path,
    store: Store,
    executor: Executor,
    secret: bytes,
    *,
    only: str | None = None,
    regrade: bool = False,
    began: Callable[[int], None] = lambda count: None,
    done: Callable[[Verdict, bool], None] = lambda verdict, new: None,
) -> Summary:
    """Grade what lies at `source`, and file each verdict as soon as it is there.

    Args:
        source: a folder or an archive: see `intake.submissions.find`.
        store: where verdicts are filed; one that is there under the same key is kept.
        executor: where the work is done.
        secret: what the cases are drawn from.
        only: the stem of one chapter; the others' submissions are left alone.
        regrade: grade also what has a verdict already.
        began: called with the number of submissions.
        done: called with each verdict, and whether it is new.

    Raises:
        GradingError: the source, the store or the executor cannot be used at all.
    """
    summary = Summary()
    found = [each for each in find(source) if only is None or each.chapter in (only, "")]
    summary.found = len(found)
    began(len(found))

    def file(verdict: Verdict) -> None:
        store.write(verdict)
        summary.graded += 1
        if verdict.problem:
            summary.problems.append((verdict.name, verdict.problem))
        done(verdict, True)

    for verdict in executor.verdicts(
        _jobs(found, store, secret, regrade, summary, file, lambda old: done(old, False))
    ):
        file(verdict)
    store.refuse([(each.name, each.problem) for each in found if not _gradable(each)])
    return summary


def _gradable(found: Found) -> bool:
    """Whether it is somebody's, and of a chapter: else there is no verdict to file."""
    return bool(found.student and found.chapter)


def _jobs(
    found: list[Found],
    store: Store,
    secret: bytes,
    regrade: bool,
    summary: Summary,
    file: Callable[[Verdict], None],
    keep: Callable[[Verdict], None],
) -> Iterator[bytes]:
    """The jobs that are left to do, one notebook in memory at a time."""
    for each in found:
        if not _gradable(each):
            summary.problems.append((each.name, each.problem))
            continue
        submission = each.load()
        key = key_of(secret, submission.student, submission.chapter, submission.notebook)
        old = None if regrade else store.read(submission.student, submission.chapter)
        if old is not None and old.key == key:
            summary.kept += 1
            if old.problem:
                summary.problems.append((old.name, old.problem))
            keep(old)
        elif submission.problem:
            file(_refused(submission, key))
        else:
            names = chapter(submission.chapter).exercises
            yield job(
                student=submission.student,
                chapter=submission.chapter,
                notebook=submission.notebook,
                key=key,
                seeds={name: seed_for(secret, submission.student, name) for name in names},
                name=submission.name,
                remarks=submission.remarks,
            )


def _refused(submission: Submission, key: str) -> Verdict:
    """The verdict on a notebook that could not even be read: nothing, and why."""
    names = chapter(submission.chapter).exercises
    return Verdict(
        key=key,
        student=submission.student,
        chapter=submission.chapter,
        name=submission.name,
        marks=tuple(Mark(not_run(exercise_named(name), submission.problem)) for name in names),
        problem=submission.problem,
        remarks=submission.remarks,
        course=course_version(),
    )
