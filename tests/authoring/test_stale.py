"""What `check_student_copies` finds, without running anything."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_utils.authoring import check_student_copies


@pytest.fixture
def copy(built_toy: Any, tmp_path: Path) -> Any:
    """A copy of the built toy that a test may spoil."""
    shutil.copytree(built_toy.root, tmp_path / "copy")
    return type(built_toy)(tmp_path / "copy")


def change(path: Path, how: Callable[[Any], object]) -> None:
    notebook = nbformat.read(path, 4)
    how(notebook)
    nbformat.write(notebook, path)


def stale(toy: Any) -> list[str]:
    return [each.path.as_posix() for each in check_student_copies(toy.root)]


SOLUTION, STUDENT = "solutions/ch91_toy.ipynb", "notebooks/ch91_toy.ipynb"


def test_a_source_that_moved_on_leaves_both_notebooks_stale(copy: Any) -> None:
    copy.edit("# Two of a kind.", "# A pair.")
    assert stale(copy) == [STUDENT, SOLUTION]


def test_an_answer_that_moved_on_leaves_the_solution_stale(copy: Any) -> None:
    copy.edit("return number + number", "return 2 * number")
    assert stale(copy) == [SOLUTION]


def test_a_student_copy_edited_by_hand_is_stale(copy: Any) -> None:
    copy.student.write_text(copy.student.read_text().replace("Two of a kind", "Two of one"))
    assert stale(copy) == [STUDENT]


@pytest.mark.parametrize(
    "how",
    [
        lambda nb: nb.cells.pop(),
        lambda nb: nb.cells[3].metadata.nbgrader.update(points=9),
        lambda nb: nb.cells[1].update(execution_count=None),
        lambda nb: nb.metadata.update(language_info={"name": "python", "version": "3.12"}),
    ],
    ids=["a cell gone", "other points", "not run", "a version"],
)
def test_a_solution_changed_by_hand_is_stale(copy: Any, how: Callable[[Any], object]) -> None:
    change(copy.solution, how)
    assert SOLUTION in stale(copy)


@pytest.mark.parametrize("name", [SOLUTION, STUDENT, "solutions/sanitize.cfg", "CLAIMS.md"])
def test_a_missing_file_is_stale(copy: Any, name: str) -> None:
    (copy.root / name).unlink()
    assert stale(copy) == [name]


@pytest.mark.parametrize("name", ["solutions/sanitize.cfg", "CLAIMS.md", "solutions/claims/C1.svg"])
def test_a_generated_file_edited_by_hand_is_stale(copy: Any, name: str) -> None:
    path = copy.root / name
    path.write_text(path.read_text() + "\n")
    assert stale(copy) == [name]


def test_a_picture_of_no_claim_is_named(copy: Any) -> None:
    (copy.root / "solutions" / "claims" / "C77.svg").write_text("lost")
    assert stale(copy) == ["solutions/claims/C77.svg"]


def test_a_notebook_of_no_chapter_is_named(copy: Any) -> None:
    shutil.copy(copy.student, copy.root / "notebooks" / "ch77_lost.ipynb")
    (found,) = check_student_copies(copy.root)
    assert str(found).startswith("notebooks/ch77_lost.ipynb: belongs to no chapter")
