"""nbgrader's gradebook: marks go in by nbgrader's own API, so that its formgrader shows them.

The assignment and the notebook are called as the chapter, a grade cell as the check cell of our
notebooks (`elman_step_check`): what `nbgrader generate_assignment` makes of them has the same
names. What a person marked by hand stays and counts before ours.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_utils.errors import GradingError
from course_utils.grading.intake.lms import identity
from course_utils.grading.outputs.tables import Columns
from course_utils.grading.types import GradedSubmission
from course_utils.notebook import cell_id

__all__ = ["Gradebook", "open_gradebook"]

_ADDRESS = re.compile(r"[a-z][a-z0-9+]+://", re.IGNORECASE)


class Gradebook:
    """An open gradebook.

    Args:
        book: nbgrader's.
        columns: the chapters that occur; they become assignments.
    """

    def __init__(self, book: Any, columns: Columns) -> None:
        self._book = book
        self._cells: dict[tuple[str, str], tuple[str, str]] = {}
        for stem, exercises in columns.items():
            book.update_or_create_assignment(stem)
            book.update_or_create_notebook(stem, stem)
            for name, worth in exercises.items():
                check = book.update_or_create_grade_cell(
                    cell_id(f"{name}_check"), stem, stem, max_score=worth, cell_type="code"
                )
                answer = book.update_or_create_solution_cell(cell_id(name), stem, stem)
                self._cells[stem, name] = check.id, answer.id

    def add(self, graded: GradedSubmission) -> None:
        """The marks of one submission; where they stand already, nothing is written."""
        from nbgrader.api import Comment, Grade

        book, stem = self._book, graded.chapter
        student = book.update_or_create_student(graded.student)
        who = identity(graded.student, graded.name)
        if who.lms == "moodle" and not student.last_name:
            student.first_name, _, student.last_name = who.name.rpartition(" ")
        with book.db.no_autoflush:  # nbgrader builds it piece by piece
            book.update_or_create_submission(stem, graded.student)
        submitted = book.find_submission_notebook(stem, stem, graded.student)
        grades = {grade.cell_id: grade for grade in submitted.grades}
        commented = {comment.cell_id for comment in submitted.comments}
        for exercise in graded.exercises:
            check, answer = self._cells[stem, exercise.result.name]
            grade = grades.get(check) or Grade(cell_id=check, notebook=submitted)
            if grade.auto_score != exercise.result.points or grade.needs_manual_grade:
                grade.auto_score = exercise.result.points
                grade.needs_manual_grade = False
            if answer not in commented:
                book.db.add(Comment(cell_id=answer, notebook=submitted))
        book.db.commit()


@contextmanager
def open_gradebook(where: str | Path, columns: Columns) -> Iterator[Gradebook]:
    """The gradebook at `where`, made if it is not there.

    Args:
        where: a file (`gradebook.db`), or the address of a database (`sqlite:///gradebook.db`).
        columns: the chapters that occur.

    Raises:
        GradingError: nbgrader is not installed, or the database cannot be opened or written.
    """
    try:
        from nbgrader.api import Gradebook as Book
        from nbgrader.api import InvalidEntry, MissingEntry
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError as error:
        raise GradingError(
            "nbgrader is not installed, so its gradebook cannot be written. "
            'Install it: pip install "unrolled[grade]"'
        ) from error
    address = str(where)
    if not _ADDRESS.match(address):
        place = Path(where).absolute()
        if not place.parent.is_dir():
            raise GradingError(f"There is no folder {place.parent} for nbgrader's gradebook.")
        address = f"sqlite:///{place}"
    try:
        with _own_programs():
            opened = Book(address)
        with opened as book, book.engine.connect() as connection, connection.begin():
            # one transaction around nbgrader's many: all marks or none, and one wait for the disk
            book.db.remove()
            book.db.configure(bind=connection, join_transaction_mode="rollback_only")
            yield Gradebook(book, columns)
    except (SQLAlchemyError, InvalidEntry, MissingEntry) as error:
        raise GradingError(
            f"nbgrader's gradebook {where} cannot be used: {str(error).splitlines()[0]}. If an "
            "older nbgrader made it, run `nbgrader db upgrade` first."
        ) from error


@contextmanager
def _own_programs() -> Iterator[None]:
    """nbgrader calls `alembic` by its bare name: it lies beside this Python."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
