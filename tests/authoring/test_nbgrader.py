"""Stock nbgrader reads what we build: it generates, validates and autogrades the same notebooks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytest.importorskip("nbgrader")

CHAPTER = "ch91_toy"
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "toys"
c.ExecutePreprocessor.timeout = 60
c.Exchange.root = "exchange"
"""


class Course:
    """An nbgrader course folder around a built chapter."""

    def __init__(self, root: Path, toy: Any) -> None:
        self.root, self.toy = root, toy
        (root / "nbgrader_config.py").write_text(CONFIG)
        self.put(f"source/{CHAPTER}", toy.solution)

    def put(self, folder: str, notebook: Path) -> None:
        path = self.root / folder / f"{CHAPTER}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook.read_bytes())

    def run(self, *command: str) -> str:
        """Run one nbgrader command; its output."""
        env = {**os.environ, "PYTHONPATH": str(self.toy.root), "HOME": str(self.root)}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=self.root,
            env=env,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def nbgrader(built_toy: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    with pytest.MonkeyPatch.context() as patch:  # nbgrader calls `alembic` by its bare name
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        course = Course(tmp_path_factory.mktemp("nbgrader"), built_toy)
        course.run("generate_assignment", CHAPTER)
        yield course


@pytest.mark.slow
def test_what_it_generates_is_our_student_copy(nbgrader: Course, built_toy: Any) -> None:
    released = nbformat.read(nbgrader.root / "release" / CHAPTER / f"{CHAPTER}.ipynb", 4)
    ours = nbformat.read(built_toy.student, 4)
    assert [cell.source for cell in released.cells] == [cell.source for cell in ours.cells]
    assert [cell.id for cell in released.cells] == [cell.id for cell in ours.cells]
    for theirs, cell in zip(released.cells, ours.cells, strict=True):
        expected = cell.metadata.get("nbgrader")
        found = theirs.metadata.get("nbgrader")
        if expected is None:
            assert found is None
        else:
            assert {key: found[key] for key in expected} == expected


@pytest.mark.slow
def test_it_validates_the_solution(nbgrader: Course, built_toy: Any) -> None:
    said = nbgrader.run("validate", str(built_toy.solution))
    assert "Your notebook passes all the tests" in said


@pytest.mark.slow
def test_it_faults_the_untouched_copy(nbgrader: Course, built_toy: Any) -> None:
    said = nbgrader.run("validate", str(built_toy.student))
    assert "partial credit" in said or "failed" in said


@pytest.mark.slow
def test_the_solution_earns_all_and_the_untouched_copy_nothing(
    nbgrader: Course, built_toy: Any
) -> None:
    nbgrader.put(f"submitted/ada/{CHAPTER}", built_toy.solution)
    nbgrader.put(f"submitted/bob/{CHAPTER}", built_toy.student)
    nbgrader.run("autograde", CHAPTER)
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{nbgrader.root / 'gradebook.db'}") as book:
        scores = {
            student: book.find_submission_notebook(CHAPTER, CHAPTER, student)
            for student in ("ada", "bob")
        }
        assert (scores["ada"].score, scores["ada"].max_score) == (3.0, 3.0)
        assert (scores["bob"].score, scores["bob"].max_score) == (0.0, 3.0)
        grades = {grade.name: grade.auto_score for grade in scores["ada"].grades}
    assert grades == {"double_check": 2.0, "Halver_check": 1.0}
