"""`canvas.csv`: what Canvas's Gradebook imports (Gradebook, Import).

Columns `Student, ID, SIS User ID, SIS Login ID, Section`, then one a chapter; the second row holds
`Points Possible` (Canvas, lib/gradebook_importer.rb; Instructor Guide, "How do I import grades in
the Gradebook?"). Canvas finds a student by `ID`, else `SIS User ID`, else `SIS Login ID`, else by
the name.

`ID` is known where the notebooks came in Canvas's own archive, whose names hold it. Elsewhere the
student goes into `SIS Login ID`, which is right where nbgrader knows students by their login. With
the gradebook that Canvas exports as a roster, its rows and columns are kept as they are and only
what was graded is filled in: into the column that names the chapter (`ch02_elman_cell (987)`), on
that column's own scale.

An empty cell may erase a mark in Canvas. So whoever handed in nothing at all has no row here, and
with a roster what was not graded keeps the mark that Canvas exported.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from course_utils.grading.intake.chapter_detection import chapter_in_text
from course_utils.grading.intake.lms import identity
from course_utils.grading.outputs.roster import Roster
from course_utils.grading.outputs.tables import Columns, Figure, Table, number, open_table
from course_utils.grading.types import GradedSubmission

__all__ = ["Canvas", "open_canvas"]

_STUDENT = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_POSSIBLE = "    Points Possible"  # with Canvas's own four spaces


class Canvas:
    """The rows of `canvas.csv`.

    Args:
        table: where they go.
        columns: what occurs in the class.
        roster: the gradebook as Canvas exported it.

    Attributes:
        unknown: the students that the roster does not have; they get no row.
    """

    def __init__(self, table: Table, columns: Columns, roster: Roster | None = None) -> None:
        self._table, self._roster = table, roster
        self.unknown: list[str] = []
        self._met: set[int] = set()
        worth = {stem: sum(each.values()) for stem, each in columns.items()}
        header = roster.header if roster else _STUDENT
        #: chapter → the name of its column
        self._column = {stem: stem for stem in columns}
        self._column |= {
            stem: name for name in header if (stem := chapter_in_text(name)) in columns
        }
        self._header = (*header, *(name for name in self._column.values() if name not in header))
        possible = dict(roster.possible) if roster else {}
        self._scale: dict[str, float] = {}
        for stem, name in self._column.items():
            theirs = _points(possible.get(name, ""))
            if theirs and worth[stem]:
                self._scale[stem] = theirs / worth[stem]
            else:
                possible[name] = number(worth[stem])
        table.writerow(self._header)
        self._write(possible | {"Student": _POSSIBLE})

    def add(self, student: str, submissions: list[GradedSubmission]) -> None:
        """One student, with the chapters that were handed in."""
        who = identity(student, submissions[0].name)
        row: dict[str, str] = {"Student": who.name}
        if self._roster is not None:
            place = self._roster.row_of(student, who)
            if place is None:
                self.unknown.append(student)
                return
            self._met.add(place)
            row = dict(self._roster.rows[place])
        elif who.lms == "canvas":
            row["ID"] = who.number
        elif not who.lms:
            row["SIS Login ID"] = student
        for graded in submissions:
            scale = self._scale.get(graded.chapter, 1.0)
            row[self._column[graded.chapter]] = number(graded.points * scale)
        self._write(row)

    @property
    def absent(self) -> list[str]:
        """Those of the roster who handed in nothing at all, by name."""
        return self._roster.others(self._met, "Student") if self._roster else []

    def _write(self, row: dict[str, str]) -> None:
        self._table.writerow([_kept(name, row.get(name, "")) for name in self._header])


@contextmanager
def open_canvas(path: Path, columns: Columns, roster: Roster | None = None) -> Iterator[Canvas]:
    """`canvas.csv` at `path`, whole once the block ends."""
    with open_table(path) as table:
        yield Canvas(table, columns, roster)


def _kept(name: str, value: str) -> str:
    """A cell; Canvas's own numbers may be negative, which is no formula."""
    figure = name not in _STUDENT and _points(value, least=-1e9) is not None
    return Figure(value) if figure else value


def _points(text: str, least: float = 0.0) -> float | None:
    with suppress(ValueError):
        points = float(text)
        return points if least < points < 1e9 else None
    return None
