"""`grades.csv`: one row a student, a column for each chapter and each exercise, and the total.

Moodle's gradebook imports it as well (Grades, Import, CSV file): map `student` to the username and
a chapter's column to its grade item.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_utils.grading.outputs.tables import Columns, Table, number, open_table
from course_utils.grading.types import GradedSubmission

__all__ = ["Grades", "open_grades"]


class Grades:
    """The rows of `grades.csv`.

    Args:
        table: where they go.
        columns: what occurs in the class.
    """

    def __init__(self, table: Table, columns: Columns) -> None:
        self._table, self._columns = table, columns
        names = ["student"]
        worth: list[str] = ["(points possible)"]
        for stem, exercises in columns.items():
            names += [stem, *(f"{stem}: {name}" for name in exercises)]
            worth += [number(sum(exercises.values())), *map(number, exercises.values())]
        total = number(sum(sum(exercises.values()) for exercises in columns.values()))
        table.writerow([*names, "total", "remarks"])
        table.writerow([*worth, total, ""])

    def add(self, student: str, submissions: list[GradedSubmission]) -> None:
        """One student. What was not handed in is empty; the total counts it as nothing."""
        by_chapter = {graded.chapter: graded for graded in submissions}
        row = [student]
        for stem, exercises in self._columns.items():
            graded = by_chapter.get(stem)
            handed_in = graded.exercises if graded else ()
            points = {each.result.name: each.result.points for each in handed_in}
            row.append(number(graded.points) if graded else "")
            row += [number(points[name]) if name in points else "" for name in exercises]
        remarks = [graded.problem for graded in submissions if graded.problem]
        row.append(number(sum(graded.points for graded in submissions)))
        self._table.writerow([*row, "; ".join(remarks)])


@contextmanager
def open_grades(path: Path, columns: Columns) -> Iterator[Grades]:
    """`grades.csv` at `path`, whole once the block ends."""
    with open_table(path) as table:
        yield Grades(table, columns)
