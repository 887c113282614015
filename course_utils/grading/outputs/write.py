"""Everything that is made of the stored verdicts, and of nothing else.

| file                               | for                                                    |
|------------------------------------|--------------------------------------------------------|
| `grades.csv`                       | any spreadsheet; Moodle's gradebook                    |
| `canvas.csv`                       | Canvas's gradebook: see `canvas`                       |
| `moodle/<chapter>.csv`             | Moodle's grading worksheet: see `moodle`               |
| `feedback/<student>/<chapter>.html`| the student                                            |
| `report.html`                      | the instructor                                         |
| nbgrader's gradebook               | formgrader, where a database is named: see `gradebook` |

The verdicts are read twice, one student at a time. The same verdicts give the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import GradingError
from course_utils.grading.judge.store import (
    chapter_file,
    graded_in,
    read_left_aside,
    read_refused,
    students_in,
)
from course_utils.grading.outputs.canvas import open_canvas
from course_utils.grading.outputs.class_summary import ClassSummary
from course_utils.grading.outputs.feedback import write_feedback
from course_utils.grading.outputs.gradebook import open_gradebook
from course_utils.grading.outputs.grades_csv import open_grades
from course_utils.grading.outputs.moodle import open_moodle
from course_utils.grading.outputs.report import write_report
from course_utils.grading.outputs.roster import Roster, read_roster
from course_utils.grading.outputs.tables import Columns, columns_of

__all__ = ["Written", "write_outputs"]


@dataclass(frozen=True)
class Written:
    """What was written, and what the instructor has to know of it.

    Attributes:
        files: the paths, feedback as its one folder.
        students: how many.
        submissions: how many.
        remarks: sentences: students that the roster does not have, verdicts not readable, …
    """

    files: tuple[Path, ...]
    students: int
    submissions: int
    remarks: tuple[str, ...] = ()


def write_outputs(
    out: Path,
    *,
    nbgrader_db: str | Path | None = None,
    rosters: Sequence[Path] = (),
    feedback: bool = True,
) -> Written:
    """Write every output of the verdicts below `out`.

    Args:
        out: the output folder of a run of the grader.
        nbgrader_db: nbgrader's gradebook to bring up to date: a file, or a database's address.
        rosters: Canvas's exported gradebook, Moodle's grading worksheets: see `roster`.
        feedback: whether to write the students' pages.

    Raises:
        GradingError: there are no verdicts, a roster lacks columns, the disk is full, …
    """
    out = Path(out)
    unreadable: list[tuple[str, str]] = []
    columns = columns_of(graded_in(out, unreadable))
    known = {stem: exercises for stem, exercises in columns.items() if stem}
    canvas_roster, worksheets = _sorted_rosters(rosters, known)
    summary = ClassSummary(columns)
    if feedback and (out / "feedback").is_dir():
        shutil.rmtree(out / "feedback")  # no page of a verdict that is gone
    with ExitStack() as stack:
        grades = stack.enter_context(open_grades(out / "grades.csv", columns))
        canvas = stack.enter_context(open_canvas(out / "canvas.csv", known, canvas_roster))
        moodle = stack.enter_context(open_moodle(out / "moodle", known, worksheets))
        book = stack.enter_context(open_gradebook(nbgrader_db, known)) if nbgrader_db else None
        for folder, submissions in students_in(out):
            summary.add(folder, submissions)
            student = submissions[0].student
            grades.add(student, submissions)
            gradable = [graded for graded in submissions if graded.chapter]
            if gradable:
                canvas.add(student, gradable)
            for graded in gradable:
                moodle[graded.chapter].add(graded)
                if book is not None:
                    book.add(graded)
            for graded in submissions if feedback else ():
                page = out / "feedback" / folder / f"{chapter_file(graded.chapter)}.html"
                write_feedback(page, graded)
    lists = [("Canvas's roster", "anything", canvas.unknown, canvas.absent)]
    lists += [
        (f"Moodle's worksheet of {stem}", stem, moodle[stem].unknown, moodle[stem].absent)
        for stem in worksheets
    ]
    write_report(
        out / "report.html",
        summary,
        read_refused(out),
        unreadable,
        aside=read_left_aside(out),
        missing=[(name, what) for _, what, _, absent in lists for name in absent],
        unlisted=[(name, where) for where, _, unknown, _ in lists for name in unknown],
    )
    remarks = [sentence for _, sentence in unreadable]
    for where, what, unknown, absent in lists:
        remarks += [*_unknown(where, unknown), *_absent(what, absent)]
    return Written(
        tuple(_files(out, columns, feedback, nbgrader_db)),
        summary.students,
        summary.submissions,
        tuple(remarks),
    )


def _sorted_rosters(
    paths: Sequence[Path], columns: Columns
) -> tuple[Roster | None, dict[str, Roster]]:
    """Canvas's roster, and Moodle's worksheets by chapter."""
    canvas: Roster | None = None
    worksheets: dict[str, Roster] = {}
    for path in paths:
        roster = read_roster(path)
        chapter = roster.chapter or (next(iter(columns)) if len(columns) == 1 else "")
        if roster.lms == "canvas" and canvas is None:
            canvas = roster
        elif roster.lms == "moodle" and chapter and chapter not in worksheets:
            worksheets[chapter] = roster
        elif roster.lms == "moodle" and not chapter:
            raise GradingError(
                f"{path}: it is not clear which chapter this worksheet is for. Put the chapter "
                "into its file's name, as in Grades-ch02.csv."
            )
        else:
            raise GradingError(f"{path} is a second roster of the same kind. Name one of them.")
    return canvas, worksheets


def _unknown(where: str, students: Sequence[str]) -> Iterator[str]:
    if students:
        shown = ", ".join(students[:5]) + (", …" if len(students) > 5 else "")
        yield f"{len(students)} students are not in {where} and got no row there: {shown}"


def _absent(what: str, students: Sequence[str]) -> Iterator[str]:
    if students:
        yield f"{len(students)} of the roster did not hand in {what}: {'; '.join(students)}"


def _files(
    out: Path, columns: Columns, feedback: bool, nbgrader_db: str | Path | None
) -> Iterator[Path]:
    yield from (out / "grades.csv", out / "canvas.csv", out / "report.html")
    yield from (out / "moodle" / f"{stem}.csv" for stem in columns if stem)
    if feedback:
        yield out / "feedback"
    if nbgrader_db:
        yield Path(str(nbgrader_db))
