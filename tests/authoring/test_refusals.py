"""Each way in which a source is refused, with the file, the cell and the line it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from course_utils import chapters as course
from course_utils.authoring.chapter import read_draft
from course_utils.authoring.lengths import lines_shown
from course_utils.authoring.settings import Settings
from course_utils.chapters import Chapter
from course_utils.errors import SourceError


@dataclass
class Refusal:
    """One edit of the good source, and what is said about it.

    `at` is a line of the edited source: the refusal names the last such line.
    """

    old: str
    new: str
    at: str
    says: str


CHECK = '# %% tags=["check"] exercise="double"'
EXERCISE = '# %% tags=["exercise"] exercise="double"'
CHECK_CELL = f'{CHECK}\ncheck("double", double)\n'
EXPERIMENT = '# %% tags=["experiment"]\nfigure'

REFUSALS = {
    "unknown role": Refusal(
        'tags=["predict"]', 'tags=["guess"]', '# %% tags=["guess"]', "unknown tag 'guess'"
    ),
    "two roles": Refusal(
        'tags=["predict"]',
        'tags=["predict", "repair"]',
        '# %% tags=["predict", "repair"]',
        "2 roles",
    ),
    "code without a role": Refusal('# %% tags=["predict"]', "# %%", "# %%", "no role"),
    "only an extra tag": Refusal(
        'tags=["predict"]', 'tags=["raises-exception"]', '# %% tags=["raises-exception"]', "no role"
    ),
    "tags on prose": Refusal(
        "# %% [markdown]\n# ## Halving",
        '# %% [markdown] tags=["predict"]\n# ## Halving',
        '# %% [markdown] tags=["predict"]',
        "takes no tags",
    ),
    "a claim by its number": Refusal(
        "# What doubles?", "# What doubles (C7)?", "# What doubles (C7)?", "C7 is our number"
    ),
    "a table under the title": Refusal(
        "# What doubles?",
        "# | reading | computing |",
        "# | reading | computing |",
        "the builder writes it from chapters.py",
    ),
    "misspelt markdown": Refusal(
        "# %% [markdown]\n# ## Halving",
        "# %% [mardown]\n# ## Halving",
        "# %% [mardown]",
        "'\\[mardown\\]'",
    ),
    "raw cell": Refusal(
        "# %% [markdown]\n# ## Halving",
        "# %% [raw]\n# ## Halving",
        "# %% [raw]",
        "raw cell has no place",
    ),
    "header that is not closed": Refusal(
        'tags=["predict"]', 'tags=["predict"', '# %% tags=["predict"', "not understood"
    ),
    "unknown option": Refusal(
        'tags=["predict"]',
        'tags=["predict"] points=3',
        '# %% tags=["predict"] points=3',
        "option 'points'",
    ),
    "varies that is no boolean": Refusal(
        'tags=["predict"]',
        'tags=["predict"] varies=3',
        '# %% tags=["predict"] varies=3',
        "varies=true",
    ),
    "explicit id with a space": Refusal(
        'tags=["predict"]',
        'tags=["predict"] id="a b"',
        '# %% tags=["predict"] id="a b"',
        "letters, digits",
    ),
    "exercise cell without a name": Refusal(
        EXERCISE, '# %% tags=["exercise"]', '# %% tags=["exercise"]', "which exercise"
    ),
    "check cell without a name": Refusal(
        CHECK, '# %% tags=["check"]', '# %% tags=["check"]', "which exercise"
    ),
    "name on an experiment": Refusal(
        EXPERIMENT,
        '# %% tags=["experiment"] exercise="double"\nfigure',
        '# %% tags=["experiment"] exercise="double"',
        "experiment cell takes no exercise",
    ),
    "unknown exercise": Refusal(
        EXERCISE,
        '# %% tags=["exercise"] exercise="dubble"',
        '# %% tags=["exercise"] exercise="dubble"',
        "no exercise named 'dubble'. Did you mean 'double'",
    ),
    "exercise of another chapter": Refusal(
        EXERCISE,
        '# %% tags=["exercise"] exercise="elsewhere"',
        '# %% tags=["exercise"] exercise="elsewhere"',
        "belongs to ch92_other",
    ),
    "exercise twice": Refusal(
        "# %% [markdown]\n# ## Halving",
        f"{EXERCISE} \ndef double(n):\n    ### BEGIN SOLUTION\n    return 2 * n\n"
        "    ### END SOLUTION\n\n"
        "# %% [markdown]\n# ## Halving",
        f"{EXERCISE} ",
        "second exercise cell for 'double'; the first is cell 4",
    ),
    "check twice": Refusal(CHECK_CELL, CHECK_CELL * 2, CHECK, "second check cell"),
    "check missing": Refusal(CHECK_CELL, "", EXERCISE, "has no check cell"),
    "check that calls something else": Refusal(
        'check("double", double)',
        "double(3)",
        "double(3)",
        r'this call and nothing else: check\("double"',
    ),
    "check of another name": Refusal(
        'check("double", double)', 'check("Halver", double)', 'check("Halver", double)', "this call"
    ),
    "check of another answer": Refusal(
        'check("double", double)', 'check("double", Halver)', 'check("double", Halver)', "this call"
    ),
    "check beside other code": Refusal(
        'check("double", double)', 'x = 1\ncheck("double", double)', "x = 1", "nothing else"
    ),
    "marker never closed": Refusal(
        "    return number + number\n    ### END SOLUTION",
        "    return number + number",
        "    ### BEGIN SOLUTION ",
        "never closed",
    ),
    "marker never opened": Refusal(
        "    ### BEGIN SOLUTION \n    return", "    return", "    ### END SOLUTION ", "without"
    ),
    "nested markers": Refusal(
        "    return number + number",
        "    ### BEGIN SOLUTION  \n    return number + number",
        "    ### BEGIN SOLUTION  ",
        "second",
    ),
    "marker with other text": Refusal(
        "    ### BEGIN SOLUTION \n",
        "    ### BEGIN SOLUTION here\n",
        "    ### BEGIN SOLUTION here",
        "whole line",
    ),
    "marker outside an exercise": Refusal(
        "choice = None",
        "choice = None\n### BEGIN SOLUTION",
        "### BEGIN SOLUTION",
        "marker in a predict cell",
    ),
    "exercise without markers": Refusal(
        "    ### BEGIN SOLUTION \n    return number + number\n    ### END SOLUTION \n",
        "    return number\n",
        EXERCISE,
        "no answer; put it between",
    ),
    "empty answer": Refusal(
        "    return number + number\n", "", EXERCISE, "answer between the markers is empty"
    ),
    "syntax error": Refusal(
        "choice = None", "\nchoice = = None", "choice = = None", "syntax error"
    ),
    "stub that is no Python": Refusal(
        "    ### BEGIN SOLUTION \n    return number + number\n    ### END SOLUTION \n",
        "    return [\n    ### BEGIN SOLUTION \n    number]\n    ### END SOLUTION \n",
        EXERCISE,
        "no valid Python with the stub",
    ),
    "signature inside the answer": Refusal(
        'def double(number):\n    """Twice the number."""\n    ### BEGIN SOLUTION \n',
        "### BEGIN SOLUTION\ndef double(number):\n",
        EXERCISE,
        "does not define 'double'",
    ),
    "second set-up cell": Refusal(
        EXPERIMENT,
        '# %% tags=["setup"] \nimport os\n\n' + EXPERIMENT,
        '# %% tags=["setup"] ',
        "second set-up",
    ),
    "code before the set-up cell": Refusal(
        '# %% tags=["setup"]',
        '# %% tags=["experiment"] \nx = 1\n\n# %% tags=["setup"]',
        '# %% tags=["experiment"] ',
        "code before the set-up",
    ),
    "no set-up cell": Refusal(
        'tags=["setup"]', 'tags=["experiment"]', "# %% [markdown] ", "no set-up cell"
    ),
    "no title": Refusal("# # A toy", "# A toy", "# %% [markdown] ", 'begin with "# Title"'),
    "empty code": Refusal("choice = None", "", '# %% tags=["predict"]', "empty cell"),
    "empty prose": Refusal("# ## Halving", "", "# %% [markdown]", "empty cell"),
    "text before the first cell": Refusal(
        "# %% [markdown] \n",
        "import os\n# %% [markdown] \n",
        "import os",
        "text before the first cell",
    ),
    "explicit id twice": Refusal(
        'tags=["predict"]\nchoice = None',
        'tags=["predict"] id="q"\nchoice = None\n\n# %% tags=["predict"] id="q" \n1',
        '# %% tags=["predict"] id="q" ',
        "id='q' is taken",
    ),
    "explicit id that an exercise has": Refusal(
        'tags=["predict"]',
        'tags=["predict"] id="double_check"',
        '# %% tags=["predict"] id="double_check"',
        "id='double_check' is taken",
    ),
    "explicit id that another cell gets": Refusal(
        'tags=["setup"]',
        'tags=["setup"] id="halving-predict-1"',
        '# %% tags=["setup"] id="halving-predict-1"',
        "id='halving-predict-1' is taken",
    ),
    "indented header": Refusal(
        "choice = None",
        "if True:\n    # %% x\n    choice = None",
        '# %% tags=["predict"]',
        "indented",
    ),
    "answer left in an experiment": Refusal(
        "figure(random.random())",
        "figure(random.random())\nhidden = np.tanh( x @ W_x+h @ W_h )",
        "hidden = np.tanh( x @ W_x+h @ W_h )",
        r"answer to 'double' \(cell 4\) stays",
    ),
    "answer left in prose": Refusal(
        "# ## Halving",
        "# ## Halving\n# Write `return np.tanh(x @ W_x + h @ W_h)`.",
        "# Write `return np.tanh(x @ W_x + h @ W_h)`.",
        "stays",
    ),
    "answer left in its own docstring": Refusal(
        "Twice the number.",
        "np.tanh(x @ W_x + h @ W_h)",
        '    """np.tanh(x @ W_x + h @ W_h)"""',
        "stays",
    ),
}


def _lines(count: int) -> str:
    """A line of code, as often as asked."""
    return "\n".join(f"x{number} = {number}" for number in range(count))


REFUSALS |= {
    "long experiment": Refusal(
        EXPERIMENT,
        f'# %% tags=["experiment"] \n{_lines(30)}\nfigure',
        '# %% tags=["experiment"] ',
        r"a cell of 31 lines, and 30 are the most .* course_utils/experiments/ch91_toy\.py",
    ),
    "long predict cell": Refusal(
        "choice = None", f"{_lines(30)}\nchoice = None", '# %% tags=["predict"]', "of 31 lines"
    ),
    "long set-up": Refusal(
        '# %% tags=["setup"]\nimport random\nimport time\n',
        f'# %% tags=["setup"]\nimport random\nimport time\n{_lines(28)}\n',
        '# %% tags=["setup"]',
        "of 31 lines",
    ),
    "long stub": Refusal(
        "def double(number):\n",
        f"{_lines(28)}\ndef double(number):\n",
        EXERCISE,
        "of 31 lines",
    ),
    "long experiments together": Refusal(
        "# %% [markdown]\n# ## Halving",
        f'# %% tags=["experiment"]\n{_lines(30)}\n\n' * 8
        + f'# %% tags=["experiment"] \n{_lines(8)}\n\n'
        + f'# %% tags=["experiment"]\n{_lines(2)}\n\n'
        + "# %% [markdown]\n# ## Halving",
        '# %% tags=["experiment"] ',
        "have 254 lines together, and 250 are the most: passed in this cell",
    ),
}

#: Cases whose answer has to be a telling line.
TELLING = "    return np.tanh(x @ W_x + h @ W_h)"


@pytest.fixture
def read(toy: Any, chapter: Chapter, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    other = Chapter("ch92_other", "Other", "", 5, 1, (), ("elsewhere",), (), ())
    monkeypatch.setattr(course, "CHAPTERS", (chapter, other))
    # A trailing space tells the first of two equal lines from the second.
    toy.edit(
        "SOLUTION\n    return number + number\n    ### END SOLUTION\n",
        "SOLUTION \n    return number + number\n    ### END SOLUTION \n",
    )
    toy.edit("# %% [markdown]\n# # A toy", "# %% [markdown] \n# # A toy")

    def once() -> None:
        read_draft(chapter, toy.root, Settings("someone/toys"))

    return once


def test_the_good_source_is_not_refused(read: Callable[[], None]) -> None:
    read()


@pytest.mark.parametrize("name", REFUSALS)
def test_refused_with_file_cell_and_line(toy: Any, read: Callable[[], None], name: str) -> None:
    refusal = REFUSALS[name]
    if "left in" in name:
        toy.edit("    return number + number", TELLING)
    toy.edit(refusal.old, refusal.new)
    lines = toy.source.read_text().splitlines()
    with pytest.raises(SourceError, match=refusal.says) as caught:
        read()
    error = caught.value
    line = len(lines) - lines[::-1].index(refusal.at)
    wanted = [
        each for each in str(error).splitlines() if each.startswith(f"{toy.source}:{line} (cell ")
    ]
    headers = [row for row, text in enumerate(lines, start=1) if text.startswith("# %%")]
    if refusal.at == "import os":
        assert str(error).startswith(f"{toy.source}:{line}: ")
    else:
        cell = sum(row <= line for row in headers)
        assert any(each.startswith(f"{toy.source}:{line} (cell {cell}): ") for each in wanted), (
            error
        )


def test_a_check_before_its_exercise_is_refused(toy: Any, read: Callable[[], None]) -> None:
    toy.edit(CHECK_CELL, "")
    toy.edit("# %% [markdown]\n# ## Doubling", f"{CHECK_CELL}\n# %% [markdown]\n# ## Doubling")
    with pytest.raises(SourceError, match=r"stands before its exercise \(cell 5\)") as caught:
        read()
    assert caught.value.cell == 3


def test_an_exercise_of_the_chapter_that_is_never_asked_is_refused(
    toy: Any, chapter: Chapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    more = dataclasses.replace(chapter, exercises=(*chapter.exercises, "treble"))
    with pytest.raises(SourceError, match="exercise 'treble' is not asked for"):
        read_draft(more, toy.root, Settings("someone/toys"))


def test_a_check_without_its_exercise_is_refused(toy: Any, read: Callable[[], None]) -> None:
    text = toy.source.read_text()
    start, end = text.index(EXERCISE), text.index(CHECK)
    toy.source.write_text(text[:start] + text[end:])
    with pytest.raises(SourceError, match="a check of 'double', which no exercise cell asks for"):
        read()


def test_all_problems_of_a_source_are_said_at_once(toy: Any, read: Callable[[], None]) -> None:
    toy.edit("choice = None", "choice = = None")
    toy.edit('check("double", double)', "double(3)")
    toy.edit("return number / 4", "return number /")
    with pytest.raises(SourceError) as caught:
        read()
    told = str(caught.value).splitlines()
    assert len(told) == 3
    assert all(each.startswith(f"{toy.source}:") for each in told)


def test_a_missing_and_an_empty_source_are_refused(toy: Any, read: Callable[[], None]) -> None:
    toy.source.write_text("# nothing\n")
    with pytest.raises(SourceError, match="no cell"):
        read()
    toy.source.write_bytes(b"# %%\n\xff")
    with pytest.raises(SourceError, match="UTF-8"):
        read()
    toy.source.unlink()
    with pytest.raises(SourceError, match="does not exist"):
        read()


def test_a_line_may_be_revealed_on_purpose(toy: Any, read: Callable[[], None]) -> None:
    toy.edit("    return number + number", TELLING)
    toy.edit(
        EXPERIMENT,
        '# %% tags=["experiment"] reveals="double"\n'
        + TELLING.strip().removeprefix("return ")
        + "\nfigure",
    )
    read()


@pytest.mark.parametrize(
    "line",
    [
        "return hs",
        "h = step(x, h)",
        "for t in range(steps):",
        "# np.tanh(x @ W_x + h @ W_h)",
        "x = 12345678901234567890",
    ],
)
def test_lines_that_say_nothing_are_no_leftover(
    toy: Any, read: Callable[[], None], line: str
) -> None:
    body = f"    {line}" + ("\n        pass" if line.endswith(":") else "\n    pass")
    toy.edit("    return number + number", body)
    experiment = line + ("\n    pass" if line.endswith(":") else "")
    experiment = experiment.replace("return hs", "hs = hs")
    toy.edit("figure(random.random())", experiment + "\nfigure(1)")
    read()


@pytest.mark.parametrize(
    "code",
    ["%matplotlib inline\nx = 1", "!ls", "if True:\n\tx = 1", "%%time\nx = 1", "x = !ls", "x?"],
)
def test_magics_shell_lines_and_tabs_are_allowed(
    toy: Any, read: Callable[[], None], code: str
) -> None:
    toy.edit("choice = None", code)
    read()


def test_a_cell_may_have_thirty_lines_that_count(toy: Any, read: Callable[[], None]) -> None:
    documented = 'def f():\n    """One.\n\n    Two.\n    """\n'
    toy.edit("choice = None", f"{documented}\n    x = 1\n\n{_lines(25)}\n\n")
    read()
    toy.edit("    x = 1", "    x = 1\n    # a comment counts")
    with pytest.raises(SourceError, match="a cell of 31 lines"):
        read()


def test_an_answer_counts_as_its_stub(toy: Any, read: Callable[[], None]) -> None:
    toy.edit("    return number + number", "\n".join(f"    x = {n}" for n in range(40)))
    read()


def test_experiments_may_have_two_hundred_and_fifty_lines(
    toy: Any, read: Callable[[], None]
) -> None:
    cells = f'# %% tags=["experiment"]\n{_lines(30)}\n\n' * 8 + '# %% tags=["experiment"]\n'
    toy.edit(
        "# %% [markdown]\n# ## Halving", f"{cells}{_lines(6)}\n\n# %% [markdown]\n# ## Halving"
    )
    read()
    toy.edit("figure(random.random())", "figure(random.random())\nx = 1")
    with pytest.raises(SourceError, match="251 lines together"):
        read()


@pytest.mark.parametrize(
    ("source", "length"),
    [
        ("", 0),
        ("\n\n\ndef f():\n    'one'\n    return 1", 2),
        ("def f(): 'one'", 1),
        ("class A:\n    r'''one\n    two'''\n    def f(self):\n        \"\"\"three\"\"\"\n", 2),
        ("'no docstring of a function'", 1),
        ("x = '''\na\n\nb\n'''", 4),
        ("%time f()\n\n# said", 2),
        ("x = = 1\n\ny", 2),
        ("def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION", 3),
    ],
)
def test_what_counts_as_a_line_of_a_stub(source: str, length: int) -> None:
    assert lines_shown(source, asks=True) == length


def test_elsewhere_a_docstring_counts() -> None:
    assert lines_shown("def f():\n    '''one\n\n    two'''\n    return 1") == 4
