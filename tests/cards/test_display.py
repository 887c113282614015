"""A card goes into the notebook's output where there is a notebook, else onto the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from course_utils.cards.display import in_notebook, show
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
