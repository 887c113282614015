"""Stock nbgrader and the course's own chapters: full marks for the solution, none for the stub.

It generates every chapter, all in one assignment, and autogrades one of them. The others are held
by what it reads: their metadata is what it generates itself, and each stored check gives all
points, which is what it would find (nbval holds that a run gives what is stored).
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from course_utils.authoring.chapter import points_of
from course_utils.chapters import CHAPTERS, chapter
from tests.authoring.nbgrader_course import (
    PATH,
    Course,
    assert_same_as_ours,
    without_experiments,
)

pytest.importorskip("nbgrader")

GRADED = "ch02_elman_cell"
STEMS = [each.stem for each in CHAPTERS]
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", PATH)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("real")
    graded = without_experiments(solution(GRADED), folder / "short")
    return Course(
        folder, CHECKOUT, {"all": [solution(each.stem) for each in CHAPTERS], GRADED: [graded]}
    )


def solution(stem: str) -> Path:
    return CHECKOUT / "solutions" / f"{stem}.ipynb"


def student(stem: str) -> Path:
    return CHECKOUT / "notebooks" / f"{stem}.ipynb"


@pytest.mark.slow
@pytest.mark.parametrize("stem", STEMS)
def test_what_nbgrader_generates_of_a_chapter_is_its_student_copy(real: Course, stem: str) -> None:
    assert_same_as_ours(real.release("all", stem), student(stem))


@pytest.mark.slow
def test_a_chapter_s_solution_earns_all_and_its_untouched_copy_nothing(
    real: Course, tmp_path: Path
) -> None:
    handed_in = without_experiments(solution(GRADED), tmp_path / "ada")
    untouched = without_experiments(student(GRADED), tmp_path / "bob")
    scores = real.scores(GRADED, handed_in, untouched)
    points = points_of(chapter(GRADED))
    assert scores["ada"] == {f"{exercise}_check": worth for exercise, worth in points.items()}
    assert scores["bob"] == {f"{exercise}_check": 0.0 for exercise in points}


@pytest.mark.parametrize("stem", STEMS)
def test_each_stored_check_gives_all_its_points_in_the_form_that_nbgrader_reads(stem: str) -> None:
    notebook = nbformat.read(solution(stem), 4)
    found, worth = {}, {}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            outputs = [each for each in cell.outputs if each.output_type == "execute_result"]
            found[cell.metadata.nbgrader.grade_id] = float(outputs[-1].data["text/plain"])
            worth[cell.metadata.nbgrader.grade_id] = cell.metadata.nbgrader.points
    assert found == worth
    assert worth == {f"{name}_check": each for name, each in points_of(chapter(stem)).items()}
