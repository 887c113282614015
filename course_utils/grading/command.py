"""What `unrolled grade`, `report` and `check` do, apart from the words of the command line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from course_utils.chapters import chapter
from course_utils.checking.judging import draw_cases, verdict
from course_utils.checking.outcomes import Outcomes
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Result
from course_utils.errors import GradingError, SubmissionError
from course_utils.grading.inside.child import answer_request
from course_utils.grading.inside.sandbox_spec import Limits, spec_of_this_course
from course_utils.grading.intake.chapter_detection import chapter_in_notebook, chapter_in_text
from course_utils.grading.intake.naming import shown
from course_utils.grading.intake.notebooks import open_notebook, sources
from course_utils.grading.intake.submissions import Collected, collect
from course_utils.grading.intake.telling import told
from course_utils.grading.judge.executors import DaskCluster, Executor, LocalPool
from course_utils.grading.judge.failure_messages import no_answer
from course_utils.grading.judge.reply_validation import answered_of
from course_utils.grading.judge.run import Graded, Kept, Outcome, Refused, grade
from course_utils.grading.judge.secret import read_secret
from course_utils.grading.judge.store import Store
from course_utils.grading.saying import say
from course_utils.quiet import quiet

__all__ = ["GradeOptions", "Tally", "check_notebook", "run_grade"]


@dataclass(frozen=True)
class GradeOptions:
    """What the command line asked for."""

    source: Path
    out: Path
    jobs: int
    dask: str | None = None
    secret: Path | None = None
    sandboxed: bool = True
    only: str | None = None
    regrade: bool = False
    memory: int = 2048
    as_json: bool = False
    dry_run: bool = False


@dataclass
class Tally:
    """What a run did.

    Attributes:
        found: submissions that were found.
        graded: those that were graded now.
        kept: those that had been graded already: the same notebook, course and secret.
        problems: (where, why) of what could not be graded.
        better: sentences on which of several copies or hand-ins counts.
    """

    found: int = 0
    graded: int = 0
    kept: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    better: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count what became of one submission."""
        self.graded += isinstance(outcome, Graded)
        self.kept += isinstance(outcome, Kept)
        if not isinstance(outcome, Refused) and outcome.why:
            self.better.append(f"{outcome.submission.student}: {outcome.why}")
        about = outcome if isinstance(outcome, Refused) else outcome.submission
        if about.problem:
            self.problems.append((about.name, about.problem))


def run_grade(options: GradeOptions, out: TextIO) -> Tally:
    """Grade, and file what was graded; says what happens on `out` and on the standard error.

    Raises:
        GradingError: the work cannot be done; what was graded so far is filed.
    """
    only = chapter(options.only).stem if options.only else None
    limits = Limits(memory=options.memory << 20)
    if options.dry_run:
        return _understood(_collected(options.source, only), out, options.as_json)
    secret_file = options.secret or options.out / ".secret"
    if options.sandboxed:
        _refuse_what_answers_could_read(options, secret_file)
    with (
        Store(options.out) as store,
        _executor(options, limits) as executor,
        _Json(out) if options.as_json else _Bar(out, sys.stderr) as tell,
    ):
        secret = read_secret(secret_file)
        collected = _collected(options.source, only)
        tell.began(collected)
        store.leave_aside(collected.aside)
        tally = Tally(len(collected.found))
        for outcome in grade(
            collected.found,
            store,
            executor,
            secret,
            regrade=options.regrade,
            asked=only is not None,
        ):
            tally.add(outcome)
            tell.happened(outcome)
    return tally


#: Where nbgrader keeps what is handed in, if nobody chooses another place.
_EXCHANGES = ("/usr/local/share/nbgrader/exchange", "/srv/nbgrader/exchange")


def _refuse_what_answers_could_read(options: GradeOptions, secret: Path) -> None:
    """End before anything is run where a student's code would see what is nobody's to see."""
    spec = spec_of_this_course()
    exchanges = [("nbgrader's exchange", Path(each)) for each in _EXCHANGES if os.path.isdir(each)]
    places = [
        ("The submissions", options.source),
        ("The results", options.out),
        ("The secret", secret),
        *exchanges,
    ]
    for what, place in places:
        folder = spec.shows(place)
        if folder:
            raise GradingError(
                f"{what} ({place}) would be read by students' code: it is shown {folder}, where "
                "Python or the course is installed. Move the one or the other."
            )


def _collected(source: Path, only: str | None) -> Collected:
    """The class, or one chapter of it."""
    collected = collect(source)
    if only is None:
        return collected
    return replace(
        collected, found=[each for each in collected.found if each.chapter in (only, "")]
    )


def _understood(collected: Collected, out: TextIO, as_json: bool) -> Tally:
    """Say what would be graded, and grade nothing."""
    collected = replace(collected, found=[each.looked_at() for each in collected.found])
    if as_json:
        _Json(out).began(collected)
    for line in () if as_json else told(collected, whole=True):
        say(line, out)
    problems = [(each.name, each.problem) for each in collected.found if each.problem]
    return Tally(len(collected.found), problems=problems)


def _executor(options: GradeOptions, limits: Limits) -> Executor:
    if options.dask:
        return DaskCluster(options.dask, options.sandboxed, limits)
    return LocalPool(options.jobs, options.sandboxed, limits)


class _Bar(AbstractContextManager["_Bar"]):
    """What was understood, then a line with count, rate, time left, and who was graded last.

    Args:
        out: for what was understood.
        meanwhile: for the line.
    """

    def __init__(self, out: TextIO, meanwhile: TextIO) -> None:
        self.out = out
        seldom = 0.5 if meanwhile.isatty() else 20.0  # seconds: in a log, a line now and then
        self.bar = tqdm(
            unit=" notebooks", file=meanwhile, mininterval=seldom, smoothing=0.05, delay=0.1
        )

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def began(self, collected: Collected) -> None:
        for line in told(collected):
            say(line, self.out)
        self.out.flush()
        self.bar.reset(total=len(collected.found))

    def happened(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Refused):
            graded = outcome.submission
            words = f"{graded.student} {graded.points:g}/{graded.max_points:g}"
            self.bar.set_postfix_str(shown(words))
        self.bar.update()


class _Json(AbstractContextManager["_Json"]):
    """One JSON object a line, for machines."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def __exit__(self, *_: object) -> None:
        self.out.flush()

    def _say(self, **words: Any) -> None:
        self.out.write(json.dumps(words) + "\n")  # ASCII alone: a name cannot give orders
        self.out.flush()

    def began(self, collected: Collected) -> None:
        self._say(
            event="began",
            submissions=len(collected.found),
            named_by=collected.named_by,
            students=sorted({each.student for each in collected.found} - {""}),
            copies=[
                {"student": each.student, "chapter": each.chapter, "names": names}
                for each in collected.found
                if (names := [one.name for one in (each, *each.copies)])[1:]
            ],
            aside=[{"name": name, "why": why} for name, why in collected.aside],
        )

    def happened(self, outcome: Outcome) -> None:
        if isinstance(outcome, Refused):
            self._say(event="refused", name=outcome.name, problem=outcome.problem)
            return
        graded = outcome.submission
        self._say(
            event="verdict",
            student=graded.student,
            chapter=graded.chapter,
            points=graded.points,
            max_points=graded.max_points,
            new=isinstance(outcome, Graded),
            kept_because=outcome.why if isinstance(outcome, Kept) else "",
            counts_because=outcome.why if isinstance(outcome, Graded) else "",
            problem=graded.problem,
        )


def check_notebook(
    path: Path, only: str | None = None, each: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """Check a student's own notebook, with the verdicts of its check cells.

    Args:
        path: the notebook.
        only: the chapter; left out, it is seen from the notebook.
        each: called with every result as soon as it is there.

    Raises:
        SubmissionError: the file is no notebook of the course.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SubmissionError(f"{path} cannot be read: {error.strerror}.") from error
    notebook = open_notebook(data)
    cells = sources(notebook)
    stem = chapter(only).stem if only else ""
    stem = stem or chapter_in_text(path.name) or chapter_in_notebook(notebook)
    if not stem:
        raise SubmissionError(
            f"{path} looks like no chapter of the course: neither its name nor its cells say "
            "which. Name one with --chapter."
        )
    results = []
    for name in chapter(stem).exercises:
        results.append(_check(name, cells))
        each(results[-1])
    return results


def _check(name: str, cells: list[str]) -> Result:
    """As the grader does it, but in this process: the code is the student's own."""
    exercise = exercise_named(name)
    with quiet():
        cases = draw_cases(exercise, seed=0)
        tried = [(case.inputs, case.setup) for case in cases]
        answered = answered_of(answer_request(exercise.question, cells, tried, wired=False))
        if not answered.results:
            return no_answer(exercise, answered)
        return verdict(Outcomes(exercise), cases, answered.results)
