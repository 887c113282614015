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
        (
            ["f = None\nx = 1\nclass A:\n    x = x\ndef f(): return A"],
            ["f = None", "x = 1", "class A:\n    x = x", "def f(): return A"],
        ),
    ],
    ids=repr,
)
def test_what_an_answer_needs(cells: list[str], kept: list[str]) -> None:
    assert sources(cells) == kept


#: Cells that need all of their statements but those that read `none`.
_KEPT_WHOLE = {
    "append in a loop": "s = []\nfor p in 'ab':\n    s.append(p)\ndef f(): return s",
    "append in a comprehension": "s = []\n[s.append(p) for p in 'ab']\ndef f(): return s",
    "append by map": "s = []\nlist(map(s.append, 'ab'))\ndef f(): return s",
    "append under an if": "s = []\nif 1 < 2:\n    s.append(1)\ndef f(): return s",
    "pop that is used": "s = [1, 2]\nlast = s.pop()\ndef f(): return s",
    "a queue": "import q\ns = q.deque()\ns.appendleft(1)\ndef f(): return s",
    "copyto": "import numpy as np\ns = np.zeros(2)\nnp.copyto(s, 1.0)\ndef f(): return s",
    "out": "import numpy as np\ns = np.zeros(2)\nnp.add(s, 1, out=s)\ndef f(): return s",
    "shuffle": "import random\ns = [1, 2]\nrandom.shuffle(s)\ndef f(): return s",
    "imported by name": "from heapq import heappush\ns = []\nheappush(s, 1)\ndef f(): return s",
    "setattr": "class f: pass\ndef g(self): pass\nsetattr(f, 'call', g)",
    "a function that changes its argument": (
        "s = {}\ndef put(d, k):\n    d[k] = 1\nput(s, 'a')\ndef f(): return s"
    ),
    "through another function": (
        "s = {}\ndef put(d):\n    d['a'] = 1\n"
        "def twice(e):\n    put(e)\ntwice(s)\ndef f(): return s"
    ),
    "a function that changes a global": (
        "s = []\ndef fill():\n    s.append(1)\nfill()\ndef f(): return s"
    ),
    "a function that gives a global": (
        "s = 0\ndef fill():\n    global s\n    s = 1\nfill()\ndef f(): return s"
    ),
    "a decorator that registers": (
        "s = {}\ndef named(g):\n    s[g.__name__] = g\n    return g\n"
        "@named\ndef square(x): return x * x\ndef f(x): return s['square'](x)"
    ),
    "a decorator of an object": (
        "class Book:\n    def keep(self, g): return g\nbook = Book()\n"
        "@book.keep\ndef g(): pass\ndef f(): return book"
    ),
    "a decorator with a class": (
        "def add_to(c):\n    return lambda g: setattr(c, g.__name__, g)\nclass f: pass\n"
        "@add_to(f)\ndef call(self): pass"
    ),
    "a patch by annotation": (
        "def patch(g): return g\nclass f: pass\n@patch\ndef call(self: f): pass"
    ),
    "classes that register": (
        "s = []\nclass Base:\n    def __init_subclass__(cls):\n        s.append(cls)\n"
        "class One(Base): pass\ndef f(): return s"
    ),
    "a switch": "import numpy as np\nnp.random.seed(1)\ndef f(): return np",
    "a switch by assignment": "import m\nm.setting = 2\ndef f(): return m",
    "eval": "def g(): return 1\ndef f(): return eval('g() + 1')",
    "eval of what is made": "def g_1(): return 1\nk = 2\ndef f(): return eval(f'g_{k - 1}()')",
    "globals": "def g(): return 1\ndef f(): return globals()['g']()",
}


@pytest.mark.parametrize("cell", _KEPT_WHOLE.values(), ids=_KEPT_WHOLE)
def test_what_changes_what_the_answer_uses_is_kept(cell: str) -> None:
    assert "\n".join(sources([f"none = len('')\n{cell}\nprint(none)"])) == cell


def test_what_is_only_guessed_to_be_needed_may_fail() -> None:
    cells = ["def g1(): return 1", "def h(): return missing", "missing = load()", "k = 1"]
    cells += ["def f(): return eval(f'g{1}') + k"]
    kept = needed(parse(cells)[0], "f")
    assert [(each.source, each.optional) for each in kept] == [
        ("def g1(): return 1", True),
        ("def h(): return missing", True),
        ("missing = load()", True),
        ("k = 1", False),
        (cells[-1], False),
    ]
    assert sources(["x = 1", "class f:\n    def g(self): return vars(self), locals()"]) == [
        "class f:\n    def g(self): return vars(self), locals()"
    ]


@pytest.mark.parametrize(
    "shown",
    [
        "print(f())",
        "check('f', f)",
        "plt.plot(f)",
        "claim('C1', f)",
        "if solved('f'):\n    np.random.seed(1)\n    f.append(3)",
        "y = train(f)",
        "train(f)",
        "assert f() == 1",
    ],
)
def test_what_only_looks_at_the_answer_is_not_run(shown: str) -> None:
    above = (
        "from course_utils import check, claim, solved\nimport matplotlib.pyplot as plt\n"
        "import numpy as np\n"
        "def train(cell):\n    model = cell()\n    model.fit(1)\n    return model\n"
        "def f(): return np"
    )
    assert sources([above, shown]) == ["import numpy as np", "def f(): return np"]


@pytest.mark.parametrize(
    ("later", "kept"),
    [
        ("for f in (1, 2):\n    print(f)", False),
        ("with open('x') as f:\n    pass", False),
        ("f = 3", False),
        ("f = f(2)", True),  # whether it is a function is seen when it is run
        ("f = lambda: 2", True),
        ("for g in (1, 2):\n    print(g)", False),
        ("g = g()", False),
        ("g.note = 1", True),
        ("f.note = 1", True),
        ("def g(): return 2", True),
    ],
)
def test_a_function_counts_before_a_later_use_of_its_name(later: str, kept: bool) -> None:
    cells = ["def g(): return 1", "def f(): return g()", later]
    assert sources(cells) == (cells if kept else cells[:2])


def test_what_a_helper_is_before_the_answer_counts() -> None:
    cells = ["def g(): return {}", "g = g()", "def f(): return g"]
    assert sources(cells) == cells


def test_the_stubs_raise_behind_a_return_makes_no_stub() -> None:
    written = "def f():\n    return 2\n    raise NotImplementedError()"
    assert sources(["def f(): return 1", written]) == ["def f(): return 1", written]
    assert not any(each.stub for each in parse([written])[0])


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
