"""nbgrader's own API reads the marks, under the names that nbgrader itself gives our notebooks."""

from __future__ import annotations

import builtins
import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from course_utils.chapters import CHAPTERS
from course_utils.checking.registry import exercise_named
from course_utils.errors import GradingError
from course_utils.grading.outputs.gradebook import open_gradebook
from course_utils.grading.outputs.write import write_outputs
from course_utils.grading.types import GradedSubmission
from tests.grading.handing import CHAPTER
from tests.grading.outputs.classroom import EXERCISES, real_class, store, verdict

pytest.importorskip("nbgrader")
from nbgrader.api import Gradebook

pytestmark = pytest.mark.slow  # a new gradebook takes nbgrader some seconds


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a database, the ids that nbgrader draws at random included."""
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
        tables = [name for name in names if not name.startswith(("sqlite_", "ix_"))]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in tables
        }


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook with nobody in it, which nbgrader takes some seconds to make."""
    place = tmp_path_factory.mktemp("new") / "gradebook.db"
    with open_gradebook(place, {}):
        return place


@pytest.fixture(scope="module")
def book(new: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = store(tmp_path_factory.mktemp("book"), real_class(6))
    write_outputs(out, nbgrader_db=shutil.copy(new, out))
    return out


@pytest.fixture
def database(new: Path, tmp_path: Path) -> Path:
    """A new gradebook of the test's own."""
    return Path(shutil.copy(new, tmp_path))


def test_every_mark_is_there_under_the_name_of_its_check_cell(book: Path) -> None:
    with Gradebook(f"sqlite:///{book / 'gradebook.db'}") as opened:
        for each in real_class(6):
            submitted = opened.find_submission_notebook(CHAPTER, CHAPTER, each.student)
            assert {grade.name: grade.auto_score for grade in submitted.grades} == {
                f"{mark.result.name}_check": mark.result.points for mark in each.exercises
            }
            assert submitted.score == pytest.approx(each.points)
            assert submitted.max_score == each.max_points
            assert not submitted.needs_manual_grade
        assert len(opened.students) == 10


@pytest.mark.parametrize("stem", [each.stem for each in CHAPTERS])
def test_the_names_and_points_are_those_in_the_notebooks(stem: str, checkout: Path) -> None:
    notebook = json.loads((checkout / "notebooks" / f"{stem}.ipynb").read_text())
    marks = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    graded = {mark["grade_id"]: mark["points"] for mark in marks if mark.get("grade")}
    answers = {mark["grade_id"] for mark in marks if mark.get("solution")}
    exercises = next(each.exercises for each in CHAPTERS if each.stem == stem)
    assert graded == {f"{name}_check": exercise_named(name).points for name in exercises}
    assert answers == set(exercises)


def test_a_second_time_changes_nothing(book: Path) -> None:
    before = rows(book / "gradebook.db")
    write_outputs(book, nbgrader_db=f"sqlite:///{book / 'gradebook.db'}")
    assert rows(book / "gradebook.db") == before


def test_what_a_person_marked_stays_and_counts_first(tmp_path: Path, database: Path) -> None:
    out = store(tmp_path, [verdict("ada")])
    write_outputs(out, nbgrader_db=database)
    with Gradebook(f"sqlite:///{database}") as opened:
        grade = opened.find_grade(f"{EXERCISES[0]}_check", CHAPTER, CHAPTER, "ada")
        grade.manual_score, grade.extra_credit = 1.5, 0.25
        opened.db.commit()
    write_outputs(out, nbgrader_db=database)
    with Gradebook(f"sqlite:///{database}") as opened:
        grade = opened.find_grade(f"{EXERCISES[0]}_check", CHAPTER, CHAPTER, "ada")
        assert grade.score == 1.75


def test_a_new_mark_replaces_the_old_one(tmp_path: Path, database: Path) -> None:
    for seed in (1, 2, 3):
        new = verdict("ada", seed=seed)
        write_outputs(store(tmp_path, [new]), nbgrader_db=database)
        with Gradebook(f"sqlite:///{database}") as opened:
            assert opened.find_submission(CHAPTER, "ada").score == pytest.approx(new.points)


def test_an_error_half_way_leaves_the_gradebook_as_it_was(
    tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_outputs(store(tmp_path, [verdict("ada")]), nbgrader_db=database)
    before = rows(database)
    store(tmp_path, [replace(verdict("ada", seed=9), remarks=("new",)), verdict("bob")])

    def fail(path: Path, each: GradedSubmission) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("course_utils.grading.outputs.write.write_feedback", fail)
    with pytest.raises(KeyboardInterrupt):
        write_outputs(tmp_path, nbgrader_db=database)
    assert rows(database) == before


def test_what_is_no_database_is_said_plainly(tmp_path: Path) -> None:
    out = store(tmp_path, [verdict("ada")])
    (tmp_path / "g.db").write_text("this is no database, but long enough to be read as one" * 20)
    with pytest.raises(GradingError, match="cannot be used"):
        write_outputs(out, nbgrader_db=tmp_path / "g.db")
    with pytest.raises(GradingError, match="no folder"):
        write_outputs(out, nbgrader_db=tmp_path / "nowhere" / "g.db")


def test_without_nbgrader_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("nbgrader"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(GradingError, match=r"unrolled\[grade\]"):
        write_outputs(store(tmp_path, [verdict("ada")]), nbgrader_db=tmp_path / "g.db")
