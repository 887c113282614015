"""Stock nbgrader and the course's own chapters: full marks for the solution, none for the stub."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_utils.authoring.chapter import points_of
from course_utils.chapters import CHAPTERS, chapter
from tests.authoring.nbgrader_course import PATH, Course, assert_same_as_ours

pytest.importorskip("nbgrader")

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", PATH)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Course:
    solutions = [CHECKOUT / "solutions" / f"{chapter.stem}.ipynb" for chapter in CHAPTERS]
    return Course(tmp_path_factory.mktemp("real"), CHECKOUT, solutions)


@pytest.mark.slow
@pytest.mark.parametrize("stem", [chapter.stem for chapter in CHAPTERS])
def test_what_nbgrader_generates_of_a_chapter_is_its_student_copy(real: Course, stem: str) -> None:
    assert_same_as_ours(real.release(stem), CHECKOUT / "notebooks" / f"{stem}.ipynb")


@pytest.mark.slow
@pytest.mark.parametrize("stem", ["ch02_elman_cell"])
def test_a_chapter_s_solution_earns_all_and_its_untouched_copy_nothing(
    real: Course, stem: str
) -> None:
    name = f"{stem}.ipynb"
    scores = real.scores(stem, CHECKOUT / "solutions" / name, CHECKOUT / "notebooks" / name)
    points = points_of(chapter(stem))
    assert scores["ada"] == {f"{exercise}_check": worth for exercise, worth in points.items()}
    assert scores["bob"] == {f"{exercise}_check": 0.0 for exercise in points}
