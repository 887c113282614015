"""Notebook code read as Python: magics and shell lines become calls, so that the rest parses."""

from __future__ import annotations

import ast
import warnings

from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["checked_names", "parse_cell", "syntax_problem"]


def parse_cell(source: str) -> ast.Module:
    """The syntax tree of one code cell.

    Raises:
        SyntaxError: it is no valid Python, magics and shell lines aside.
    """
    transformed = TransformerManager().transform_cell(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(transformed)


def syntax_problem(source: str) -> tuple[int, str] | None:
    """(0-based line, message) of the first syntax error of a cell, or None."""
    try:
        parse_cell(source)
    except SyntaxError as error:
        blank = len(source) - len(source.lstrip("\n"))  # IPython drops empty lines at the top
        return max((error.lineno or 1) - 1, 0) + blank, error.msg
    return None


def checked_names(source: str) -> tuple[str, str] | None:
    """What a check cell checks: `check("a", b)` gives ("a", "b"); None where it is other code."""
    try:
        body = parse_cell(source).body
    except SyntaxError:
        return None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return None
    call = body[0].value
    if not isinstance(call, ast.Call) or call.keywords or len(call.args) != 2:
        return None
    name, answer = call.args
    if not isinstance(call.func, ast.Name) or call.func.id != "check":
        return None
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    return (name.value, answer.id) if isinstance(answer, ast.Name) else None
