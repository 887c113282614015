"""Stock nbgrader reads what we build: it generates, validates and autogrades the same notebooks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.authoring.nbgrader_course import PATH, Course, assert_same_as_ours

pytest.importorskip("nbgrader")


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", PATH)


@pytest.fixture(scope="module")
def toys(built_toy: Any, tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(
        tmp_path_factory.mktemp("toys"), built_toy.root, {"ch91_toy": [built_toy.solution]}
    )


@pytest.mark.slow
def test_what_nbgrader_generates_of_the_toy_is_our_student_copy(
    toys: Course, built_toy: Any
) -> None:
    assert_same_as_ours(toys.release("ch91_toy", "ch91_toy"), built_toy.student)


@pytest.mark.slow
def test_nbgrader_validates_the_solution(toys: Course, built_toy: Any) -> None:
    said = toys.run("validate", str(built_toy.solution))
    assert "Your notebook passes all the tests" in said


@pytest.mark.slow
def test_nbgrader_faults_the_untouched_copy(toys: Course, built_toy: Any) -> None:
    said = toys.run("validate", str(built_toy.student))
    assert "Your notebook passes all the tests" not in said


@pytest.mark.slow
def test_each_check_is_worth_its_exercise_s_points(toys: Course, built_toy: Any) -> None:
    scores = toys.scores("ch91_toy", built_toy.solution, built_toy.student)
    assert scores == {
        "ada": {"double_check": 2.0, "Halver_check": 1.0},
        "bob": {"double_check": 0.0, "Halver_check": 0.0},
    }
