"""A right answer earns its points whatever is written around it; a loss is explained."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from course_utils.checking.judging import draw_cases, verdict
from course_utils.checking.outcomes import Outcomes
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Result
from course_utils.grading.inside.child import answer_request
from course_utils.grading.intake.notebooks import read_cells
from course_utils.grading.judge.failure_messages import no_answer
from course_utils.grading.judge.reply_validation import answered_of
from tests.grading.handing import notebook

NAME = "readout"
ANSWER = "def readout(hs, W_y, b_y):\n    return hs @ W_y + b_y"
IMPORT = "import numpy as np"
BY_NUMPY = "def readout(hs, W_y, b_y):\n    return np.matmul(hs, W_y) + b_y"


def graded(cells: Sequence[str]) -> Result:
    exercise = exercise_named(NAME)
    cases = draw_cases(exercise, seed=0)
    tried = [(case.inputs, case.setup) for case in cases]
    answered = answered_of(answer_request(exercise.question, cells, tried, wired=False))
    if not answered.results:
        return no_answer(exercise, answered)
    return verdict(Outcomes(exercise), cases, answered.results)


def said(cells: Sequence[str]) -> str:
    result = graded(cells)
    assert result.points == 0
    return result.findings[0].message


@pytest.mark.parametrize(
    "cells",
    [
        [ANSWER, "readout = readout(1 + 0 * __import__('numpy').ones((1, 2, 3)), 1, 1)"],
        [ANSWER, "readout = readout(None, None)"],
        [ANSWER, "for readout in (1, 2):\n    pass"],
        [ANSWER, "readout = 3"],
        ["def g(f): return f\n" + ANSWER, "readout = g(readout)"],
        ["from nowhere_at_all import *", ANSWER],
        ["import nowhere_at_all", ANSWER],
        ["steps = []", ANSWER + "  + 0 * len(steps)", "steps.append(1 / 0)"],
        ["steps = []\nsteps.append(0)", ANSWER + " + steps[0]"],
        ["!pip install -q \\\n  einops \\\n  tqdm\nimport numpy as np", BY_NUMPY],
        ["%time \\\n  x = 1\nimport numpy as np", BY_NUMPY],
        ["%precision 3\n" + ANSWER + "\nprint('%d'\n  % 3)"],
        ["!ls\n" + ANSWER + " + (4\n% 2)"],
        ["x = [1\n% 1,\n2]\n%matplotlib inline\n" + ANSWER],
        ["s = '''\n%%bash\n!ls\n?x\n'''\n" + ANSWER],
        ["def g():\n    %time x = 1\n    files = !ls\n    return 1\n" + ANSWER],
        ["readout?\n?readout\nreadout??\n" + ANSWER],
        ["%%time\n" + ANSWER],
        ["%%capture out\n\n" + ANSWER],
        ["%%bash\necho 1", ANSWER],
        [ANSWER + "\n    # YOUR CODE HERE\n    raise NotImplementedError()"],
        ["def readout(hs, W_y, b_y):\n    return hs", ANSWER + "\n    raise NotImplementedError()"],
    ],
    ids=repr,
)
def test_a_right_answer_earns_its_points(cells: list[str]) -> None:
    result = graded(cells)
    assert result.passed, result.findings[0].message


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (f"{IMPORT}\nx = = 3", "`np` is imported in code cell 1, which is no Python: line 2: "),
        (
            f"%%bash\n{IMPORT}",
            "`np` is imported in code cell 1, which is not run. Its first line, ",
        ),
        ("np = 3 +", "`np` is defined in code cell 1, which is no Python: line 1: "),
        ("from helpers_of_mine import *", "everything from `helpers_of_mine`, which is not there"),
    ],
)
def test_a_name_that_is_not_defined_is_told_where_it_was_lost(cell: str, words: str) -> None:
    message = said([cell, BY_NUMPY])
    assert "name 'np' is not defined" in message and words in message


def test_it_is_told_also_where_the_cells_themselves_miss_it() -> None:
    message = said([f"{IMPORT} as", f"one = np.ones(1)\n{ANSWER} * one"])
    assert "`np` is imported in code cell 1, which is no Python: line 1: " in message


def test_an_answer_under_a_magic_is_found_and_named() -> None:
    message = said(["x = 1", f"%%writefile mine.py\n{ANSWER}"])
    assert "`readout` is in code cell 2, which is not run" in message
    assert "%%writefile" in message


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_answer_in_a_text_cell_is_found_and_named(kind: str) -> None:
    data = notebook("x = 1", ANSWER).decode().rpartition('"code"')
    cells = read_cells(f'{data[0]}"{kind}"{data[2]}'.encode())
    assert cells[0] == "x = 1"
    message = said(cells)
    assert "`readout` is in a text cell, which is not run. Make it a code cell" in message


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python knows all of it")
def test_a_newer_pythons_syntax_is_named_as_such() -> None:
    here = ".".join(map(str, sys.version_info[:2]))
    message = said([f'{ANSWER}\nx = t"{{hs}}"'])
    assert f"This is written for Python 3.14 or newer; here it is {here}" in message
    assert "newer" not in said([f"{ANSWER}\nx = = 3"])
