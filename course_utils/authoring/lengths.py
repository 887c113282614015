"""How long a cell is to its reader: what counts as a line, and how many there may be."""

from __future__ import annotations

import ast

from course_utils.authoring.python import parse_cell
from course_utils.notebook import strip_solutions

__all__ = ["MOST_IN_CELL", "MOST_IN_EXPERIMENTS", "lines_shown"]

#: Lines that one code cell may have.
MOST_IN_CELL = 30
#: Lines that the experiment cells of a chapter may have together.
MOST_IN_EXPERIMENTS = 250

_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def lines_shown(source: str, asks: bool = False) -> int:
    """How many lines of a code cell count, as the student's copy shows it.

    Blank lines do not count, and an answer between markers counts as its stub.

    Args:
        source: the cell's.
        asks: whether it is an exercise's, whose docstrings say what is asked and do not count.
    """
    shown = strip_solutions(source)
    documented = _documented(shown) if asks else set()
    lines = enumerate(shown.splitlines(), start=1)
    return sum(bool(line.strip()) and number not in documented for number, line in lines)


def _documented(source: str) -> set[int]:
    """The 1-based lines that hold nothing but a docstring."""
    try:
        tree = parse_cell(source)
    except SyntaxError:
        return set()
    lines = source.splitlines()
    dropped = len(source) - len(source.lstrip("\n"))  # IPython drops empty lines at the top
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            text = node.body[0]
            first, last = text.lineno + dropped, (text.end_lineno or text.lineno) + dropped
            alone = lines[first - 1].lstrip()[:1] in "\"'rRuU"  # no `def` before it
            found.update(range(first if alone else first + 1, last + 1))
    return found
