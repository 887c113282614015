"""Chapter 2 as a student takes it: a wrong answer, its hint, the right answer; and Run All.

Run All is clicked in a chapter of films, and by `make test-long` in one of series. The wheel's test
runs all of them without a browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from course_utils.checking.registry import exercise_named
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

CHAPTER = "ch02_elman_cell"
ANSWER = """def elman_step(x, h, W_x, W_h, b):
    return np.tanh(x @ W_x + h @ {weights} + b)
"""


def test_a_wrong_answer_is_named_its_hint_unfolds_and_the_right_answer_passes(
    desk: Callable[[str], Desk],
) -> None:
    chapter = desk(CHAPTER)
    seen, look, change = hints("elman_step", "recurrent-transposed")
    setup = next(name for name in chapter.ids if "setup" in name)
    assert chapter.run(setup).locator('[data-mime-type*="stderr"]').count() == 0

    chapter.run("elman_step")
    untouched = chapter.run("elman_step_check")
    untouched.first.wait_for()
    assert "not written yet" in untouched.first.inner_text()

    chapter.write("elman_step", ANSWER.format(weights="W_h.T"))
    chapter.run("elman_step")
    card = chapter.run("elman_step_check")
    card.get_by_text(seen).wait_for()
    assert "not right yet" in card.first.inner_text()

    assert not card.get_by_text(look).is_visible()
    card.get_by_text("Where to look").click()
    card.get_by_text(look).wait_for(state="visible")
    assert not card.get_by_text(change).is_visible()
    card.get_by_text("What to change").click()
    card.get_by_text(change).wait_for(state="visible")

    chapter.write("elman_step", ANSWER.format(weights="W_h"))
    chapter.run("elman_step")
    card = chapter.run("elman_step_check")
    card.get_by_text(re.compile("is right")).wait_for()
    assert seen not in card.first.inner_text()


def hints(exercise: str, mistake: str) -> tuple[str, str, str]:
    """What the bank says about a mistake, without the marks of code, which a page draws."""
    found = next(each for each in exercise_named(exercise).mistakes if each.id == mistake)
    seen, look, change = (hint.replace("`", "") for hint in found.hints)
    return seen, look, change


@pytest.mark.parametrize(
    "stem", [pytest.param(CHAPTER, marks=pytest.mark.long), "ch18_video_convlstm"]
)
def test_run_all_on_an_untouched_notebook_gets_to_the_end_without_a_traceback(
    stem: str, desk: Callable[[str], Desk]
) -> None:
    chapter = desk(stem)
    chapter.run_all()
    notebook = chapter.saved()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.execution_count is None] == []
    failed = [
        f"{cell.id}: {output.ename}: {output.evalue}"
        for cell in code
        if cell.metadata.unrolled.role not in ("exercise", "check")
        for output in cell.outputs
        if output.output_type == "error"
    ]
    assert failed == []
