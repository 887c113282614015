"""The course's own notebook, never written in, is told from one that was, by its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_utils.chapters import CHAPTERS
from course_utils.grading.intake.notebooks import read_cells
from course_utils.grading.intake.untouched import is_untouched

ROOT = Path(__file__).resolve().parents[3]


def cells_of(folder: str, stem: str) -> list[str]:
    return read_cells((ROOT / folder / f"{stem}.ipynb").read_bytes())


@pytest.mark.parametrize("stem", [each.stem for each in CHAPTERS])
def test_every_students_copy_is_untouched_and_no_solution_is(stem: str) -> None:
    assert is_untouched(cells_of("notebooks", stem), stem)
    assert not is_untouched(cells_of("solutions", stem), stem)


@pytest.mark.parametrize("stem", [each.stem for each in CHAPTERS])
def test_one_line_above_one_stub_is_an_answer(stem: str) -> None:
    cells = cells_of("notebooks", stem)
    mark = "    # YOUR CODE HERE"
    place = next(k for k, cell in enumerate(cells) if mark in cell)
    cells[place] = cells[place].replace(mark, f"    return 1\n{mark}", 1)
    assert not is_untouched(cells, stem)


@pytest.mark.parametrize(
    "answer", ["elman_step = lambda x, h, W_x, W_h, b: x", "elman_step = helper", "elman_step=1"]
)
def test_an_answer_without_a_def_is_an_answer(answer: str) -> None:
    cells = cells_of("notebooks", "ch02_elman_cell")
    assert not is_untouched([*cells, answer], "ch02_elman_cell")


def test_a_notebook_without_any_exercise_is_untouched() -> None:
    assert is_untouched(["x = 1", "print(x)"], CHAPTERS[0].stem)
