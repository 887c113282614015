"""From a notebook, the statements that one answer needs, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.chapters import CHAPTERS
from course_utils.grading.inside.slicing import needed, parse
from course_utils.grading.intake.notebooks import read_cells

ROOT = Path(__file__).resolve().parents[3]
_RETURNS_S = "def f(): return s"
_LONG = "x = " + " + ".join(["y"] * 800)


def sources(cells: list[str], name: str = "f") -> list[str]:
    """The text of each needed statement."""
    return [each.source for each in needed(parse(cells)[0], name)]


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        (["def f(): return 1"], ["def f(): return 1"]),
        (["x = 1", "y = 2", "def f(): return x"], ["x = 1", "def f(): return x"]),
        (
            ["def f(): return g()", "def g(): return 1"],
            ["def f(): return g()", "def g(): return 1"],
        ),
        (
            ["n = 0\ndef f():\n    global n\n    n += 1"],
            ["n = 0", "def f():\n    global n\n    n += 1"],
        ),
        (
            ["a = []\na.append(1)\ndef f(): return a"],
            ["a = []", "a.append(1)", "def f(): return a"],
        ),
        (["import m\nm.show()\ndef f(): return m"], ["import m", "def f(): return m"]),
        (["d = {}\nd['x'] = 1\ndef f(): return d"], ["d = {}", "d['x'] = 1", "def f(): return d"]),
        (["def f(): return 1\nf.x = 2"], ["def f(): return 1", "f.x = 2"]),
        (["def f(): return 1", "f()\nprint(f)\ncheck('f', f)"], ["def f(): return 1"]),
        (["def f(): return 1", "del f"], ["def f(): return 1"]),
        (["def f(): return 1", "def f(): raise NotImplementedError()"], ["def f(): return 1"]),
        (["def f(): raise NotImplementedError()"], ["def f(): raise NotImplementedError()"]),
        (["from m import *\ndef f(): return 1"], ["from m import *", "def f(): return 1"]),
        (["x = 1\ndef f(x): return x"], ["def f(x): return x"]),
        (
            ["k = 2", "ä = 'ö'; g = k; h = none", "def f(): return g"],
            ["k = 2", "ä = 'ö'; g = k; h = none", "def f(): return g"],
        ),
        (
            ["none = 1", "k = len; g = none", "def f(): return k"],
            ["k = len; g = none", "def f(): return k"],
        ),
        (["k = 1", "@k\ndef f():\n    return 1"], ["k = 1", "@k\ndef f():\n    return 1"]),
        ([_LONG, "y = 1", "def f(): return x"], [_LONG, "y = 1", "def f(): return x"]),
        (["x = 1\ndef f(): return [x for x in ()]"], ["def f(): return [x for x in ()]"]),
        (["x = 1\nf = lambda y=x: y"], ["x = 1", "f = lambda y=x: y"]),
        (["@g\ndef f(): pass", "g = None"], ["@g\ndef f(): pass", "g = None"]),
        (["%%bash\ndef f(): pass"], []),
        (["%%time\ndef f(): pass"], ["def f(): pass"]),
        (["%matplotlib inline\n!ls\nx = !ls\ndef f(): pass"], ["def f(): pass"]),
        (["\n\n%%time\n\n  def f(): pass"], ["def f(): pass"]),
        (["%load_ext a \\\n  b\ndef f(): pass"], ["def f(): pass"]),
        (["f?\n?f\nf.x??\ndef f(): pass"], ["def f(): pass"]),
        ([">>> def f():\n...     pass"], ["def f():\n    pass"]),
        (["  x = 1\n  def f(): return x"], ["x = 1", "def f(): return x"]),
        (
            ["def f():\n    !ls\n    return 1"],
            ["def f():\n    get_ipython().system('ls')\n    return 1"],
        ),
        (
            ["d = 2\ns = ('a'\n% d)\ndef f(): return s"],
            ["d = 2", "s = ('a'\n% d)", "def f(): return s"],
        ),
        (
            ["s = '''\n%a\n!b\n'''\ndef f(): return s"],
            ["s = '''\n%a\n!b\n'''", "def f(): return s"],
        ),
        (["x = 1"], []),
        ([], []),
    ],
    ids=repr,
)
def test_what_an_answer_needs(cells: list[str], kept: list[str]) -> None:
    assert sources(cells) == kept


def test_a_broken_cell_is_named_and_the_others_are_read() -> None:
    statements, broken = parse(["x = 1", "def g(:\n    pass", "def f(): return x"])
    assert [each.source for each in needed(statements, "f")] == ["x = 1", "def f(): return x"]
    assert [(each.cell, each.line) for each in broken] == [(2, 1)]


@pytest.mark.parametrize(
    "above",
    [
        "",
        "\n\n",
        "%%time\n",
        "%time x\n",
        "!a \\\n  b \\\n  c\n",
        "x = !a \\\n b\n",
        "y = 'a\u2028'\n",
    ],
    ids=repr,
)
def test_a_statement_keeps_the_number_of_its_line(above: str) -> None:
    (statement,) = needed(parse([f"{above}def f(): pass"])[0], "f")
    assert statement.node.lineno == above.count("\n") + 1


@pytest.mark.parametrize("cell", ["x = 1\n\ny = (", "!a \\\n b\ny = ("], ids=repr)
def test_a_broken_line_keeps_its_number(cell: str) -> None:
    assert [each.line for each in parse([cell])[1]] == [3]


def test_lines_end_where_python_ends_them() -> None:
    assert sources(['s = "\x0c\u2028\x85"\r\ndef f():\r\n    return s\r']) == [
        's = "\x0c\u2028\x85"',
        "def f():\n    return s",
    ]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.text(alphabet="def f():\n\t%!?=x'\"\\#[]@;,.0\r\x0c", max_size=40), max_size=3))
def test_no_text_breaks_the_reader(cells: list[str]) -> None:
    statements, _ = parse(cells)
    needed(statements, "f")


@pytest.mark.parametrize("stem", [chapter.stem for chapter in CHAPTERS])
def test_of_a_solved_chapter_each_answer_is_found_and_no_check_is_run(stem: str) -> None:
    cells = read_cells((ROOT / "solutions" / f"{stem}.ipynb").read_bytes())
    statements, broken = parse(cells)
    assert broken == []
    names = next(chapter.exercises for chapter in CHAPTERS if chapter.stem == stem)
    for name in names:
        kept = needed(statements, name)
        assert any(getattr(each.node, "name", "") == name for each in kept)
        text = "\n".join(each.source for each in kept)
        assert not any(word in text for word in ("check(", ".fit(", "claim("))


def test_an_untouched_notebook_has_stubs_alone() -> None:
    stem = CHAPTERS[0].stem
    cells = read_cells((ROOT / "notebooks" / f"{stem}.ipynb").read_bytes())
    statements, _ = parse(cells)
    for name in CHAPTERS[0].exercises:
        own = [each for each in needed(statements, name) if name in each.binds]
        assert own
        assert all(each.stub for each in own)
    assert json.dumps(cells)
