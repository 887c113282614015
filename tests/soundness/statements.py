"""Mutations of statements: one left out, two in the wrong order, an error of another kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from tests.soundness.edits import Edit, Operator, Place, changed

__all__ = ["STATEMENTS"]

_SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return)


def drop_statement(place: Place) -> Iterator[Edit]:
    """Any statement → `pass`; a `raise` too, a definition not."""
    node = place.node
    if not isinstance(node, ast.stmt):
        return
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)):
        if not (isinstance(node, ast.FunctionDef) and isinstance(place.parent, ast.ClassDef)):
            return
        if node.decorator_list:
            return
    if isinstance(node, ast.If) and all(isinstance(each, ast.Raise) for each in node.body):
        return  # the same as dropping the raise
    yield node, "pass"


def swap_statements(place: Place) -> Iterator[Edit]:
    """Two simple statements that stand one after the other, in the other order."""
    for name in ("body", "orelse"):
        block = getattr(place.node, name, None)
        if not isinstance(block, list):
            continue
        for first, second in pairwise(block):
            if isinstance(first, _SIMPLE) and isinstance(second, _SIMPLE):
                yield _span(first, second), _two(second, first)


def _two(first: ast.stmt, second: ast.stmt) -> str:
    indent = " " * min(first.col_offset, second.col_offset)
    return f"{ast.unparse(first)}\n{indent}{ast.unparse(second)}"


def _span(first: ast.stmt, second: ast.stmt) -> ast.AST:
    """A node that reaches from the start of one statement to the end of the next."""
    whole = ast.Pass()
    whole.lineno, whole.col_offset = first.lineno, first.col_offset
    whole.end_lineno, whole.end_col_offset = second.end_lineno, second.end_col_offset
    return whole


def replace_error(place: Place) -> Iterator[Edit]:
    """`raise ValueError(…)` → `raise KeyError(…)`."""
    node = place.node
    if isinstance(node, ast.Raise) and node.exc is not None:
        error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if isinstance(error, ast.Name) and error.id != "KeyError":
            yield error, "KeyError"


def settle_condition(place: Place) -> Iterator[Edit]:
    """`if c:` → `if True:` and → `if False:`."""
    node = place.node
    if isinstance(node, ast.If):
        for word in ("True", "False"):
            yield node.test, word


def change_update(place: Place) -> Iterator[Edit]:
    """`a += b` → `a = b`."""
    node = place.node
    if isinstance(node, ast.AugAssign):
        yield node, f"{ast.unparse(node.target)} = {ast.unparse(node.value)}"


def keep_first_value(place: Place) -> Iterator[Edit]:
    """In a loop, `h = f(h)` → `_ = f(h)`: the name is not carried on."""
    node = place.node
    in_loop = any(isinstance(each, (ast.For, ast.While)) for each in place.parents)
    if isinstance(node, ast.Assign) and in_loop:

        def forget(each: ast.Assign) -> None:
            each.targets[-1:] = [ast.Name("_", ast.Store())]

        yield changed(place, node, forget)


def change_loop(place: Place) -> Iterator[Edit]:
    """`for x in xs` → all read at once, backwards, without the first, without the last."""
    node = place.node
    if isinstance(node, ast.For):
        text = f"list({ast.unparse(node.iter)})"
        if isinstance(node.iter, ast.Name):  # a range or a tuple is there at once all the same
            yield node.iter, text
        for new in (f"{text}[::-1]", f"{text}[1:]", f"{text}[:-1]"):
            yield node.iter, new


def leave_loop(place: Place) -> Iterator[Edit]:
    """The last statement of a loop's body → after the loop, as with a wrong indent."""
    node = place.node
    if isinstance(node, ast.For) and len(node.body) > 1 and not node.orelse:

        def leave(loop: ast.For) -> None:
            loop.body.pop()

        whole, text = changed(place, node, leave)
        indent = " " * node.col_offset
        inner = text.splitlines()
        last = ast.unparse(node.body[-1]).splitlines()
        yield whole, f"\n{indent}".join([*inner, *last])


STATEMENTS: tuple[Operator, ...] = (
    drop_statement,
    swap_statements,
    replace_error,
    settle_condition,
    change_update,
    keep_first_value,
    change_loop,
    leave_loop,
)
