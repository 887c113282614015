"""A card goes into the notebook's output where there is a notebook, else onto the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nbclient
import nbformat
import pytest

from course_utils.cards.display import in_notebook, show, show_with_points, waiting
from course_utils.checking.types import Result


@pytest.fixture
def shell() -> Iterator[Any]:
    from IPython.core.interactiveshell import InteractiveShell

    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_outside_a_notebook_the_text_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert not in_notebook()
    show("<b>a</b>", "a", {"key": 1})
    assert capsys.readouterr().out == "a\n"


def test_in_a_notebook_both_forms_are_one_output_with_its_metadata(shell: Any) -> None:
    from IPython.utils.capture import capture_output

    with capture_output() as seen:
        show("<b>a</b>", "a", {"key": 1})
    assert seen.stdout == ""
    (output,) = seen.outputs
    assert output.data == {"text/html": "<b>a</b>", "text/plain": "a"}
    assert output.metadata == {"key": 1}


def test_a_result_left_at_a_cells_end_shows_its_card(shell: Any) -> None:
    result = Result("elman_step", 2.0, 2.0, True, cases=3)
    data, _ = shell.display_formatter.format(result)
    assert "All 3 cases agree" in data["text/html"]
    assert str(result).startswith("elman_step: right (2 of 2 points)\nAll 3 cases agree")


_CELLS = """\
from course_utils.cards.display import show_with_points
points = show_with_points("<b>a</b>", "a", 1.5); print("after"); points
show_with_points("<b>a</b>", "a", 2);
points
points + 1
"""


@pytest.mark.slow
def test_a_card_with_points_is_its_cells_result_and_the_number_is_shown_once() -> None:
    cells = [nbformat.v4.new_code_cell(line) for line in _CELLS.splitlines()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, kernel_name="python3").execute()
    card, silenced, later, sum_ = (cell.outputs for cell in notebook.cells[1:])
    assert [each.output_type for each in card] == ["execute_result", "stream"]
    assert card[0].data == {"text/html": "<b>a</b>", "text/plain": "1.5"}
    assert [each.data["text/plain"] for each in silenced] == ["2.0"]
    assert [each.data["text/plain"] for each in later] == ["1.5"]
    assert [each.data["text/plain"] for each in sum_] == ["2.5"]


def test_outside_a_notebook_points_are_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    points = show_with_points("<b>a</b>", "a", 2)
    assert capsys.readouterr().out == "a\n"
    assert points == 2.0
    assert repr(points) == "2.0"


def test_a_line_stands_while_one_waits_and_is_gone_afterwards(
    shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from IPython.utils.capture import capture_output

    monkeypatch.delenv("UNROLLED_QUIET", raising=False)
    with capture_output() as seen, waiting("ten seconds"):
        pass
    first, *later = seen.outputs
    assert first.data == {"text/plain": "ten seconds"}
    assert [each.data["text/plain"] for each in later] == [""]
    monkeypatch.setenv("UNROLLED_QUIET", "1")
    with capture_output() as seen, waiting("ten seconds"):
        pass
    assert seen.outputs == []
