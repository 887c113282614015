"""A folder for stock nbgrader, and what its commands make of built chapters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "toys"
c.ExecutePreprocessor.timeout = 120
c.Exchange.root = "exchange"
"""
#: nbgrader calls `alembic` by its bare name.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

#: The rest of a chapter is experiments, which train for a while, and questions to the reader.
_KEPT = {"setup", "exercise", "check"}


def without_experiments(path: Path, folder: Path) -> Path:
    """The same notebook with set-up, exercises and checks alone.

    Args:
        path: a built notebook.
        folder: where the new one goes; it is made if need be.
    """
    notebook = nbformat.read(path, 4)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and _KEPT & set(cell.metadata.get("tags", ()))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / path.name)
    return folder / path.name


class Course:
    """An nbgrader course folder around built chapters.

    Args:
        root: the folder.
        checkout: what the notebooks import from.
        assignments: name of each assignment → the built solutions in it.
    """

    def __init__(self, root: Path, checkout: Path, assignments: dict[str, list[Path]]) -> None:
        self.root, self.checkout = root, checkout
        (root / "nbgrader_config.py").write_text(CONFIG)
        for name, solutions in assignments.items():
            for solution in solutions:
                self.put(f"source/{name}", solution)
            self.run("generate_assignment", name)

    def put(self, folder: str, notebook: Path) -> None:
        path = self.root / folder / notebook.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook.read_bytes())

    def run(self, *command: str) -> str:
        """Run one nbgrader command; its output."""
        env = {**os.environ, "PYTHONPATH": str(self.checkout), "PATH": PATH}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=self.root,
            env=env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def release(self, assignment: str, stem: str) -> Any:
        """The student's notebook as nbgrader generates it."""
        return nbformat.read(self.root / "release" / assignment / f"{stem}.ipynb", 4)

    def scores(self, stem: str, solution: Path, student: Path) -> dict[str, dict[str, float]]:
        """Hand in the solution as ada and the untouched copy as bob; points by check cell."""
        self.put(f"submitted/ada/{stem}", solution)
        self.put(f"submitted/bob/{stem}", student)
        self.run("autograde", stem)
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as book:
            return {
                who: {
                    grade.name: grade.auto_score
                    for grade in book.find_submission_notebook(stem, stem, who).grades
                }
                for who in ("ada", "bob")
            }


def assert_same_as_ours(released: Any, student: Path) -> None:
    """The cells nbgrader releases are those of our student copy, and so are its marks."""
    ours = nbformat.read(student, 4)
    assert [cell.source for cell in released.cells] == [cell.source for cell in ours.cells]
    assert [cell.id for cell in released.cells] == [cell.id for cell in ours.cells]
    for theirs, cell in zip(released.cells, ours.cells, strict=True):
        expected = cell.metadata.get("nbgrader", {})
        found = theirs.metadata.get("nbgrader", {})
        assert {key: found[key] for key in expected} == expected
        assert not (found and not expected)
