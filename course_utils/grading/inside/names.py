"""The names of the notebook that a statement binds, gives anew, and reads."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator
from contextlib import suppress

from course_utils.grading.inside.effects import root_of, walk_scope

__all__ = ["EVERYTHING", "bound_by", "given_by", "read_by"]

#: Functions that reach names by text, and what stands for all names.
_BY_TEXT = frozenset({"eval", "exec", "globals"})
EVERYTHING = "*"


def read_by(node: ast.stmt, source: str) -> frozenset[str]:
    """Names of the notebook that a statement reads, also inside functions that it defines.

    Args:
        node: the statement.
        source: its own text.
    """
    read = set(_read_in(symtable.symtable(source, "statement", "exec")))
    if read & _BY_TEXT:
        read.update(_read_by_text(node))
    return frozenset(read)


def bound_by(node: ast.stmt) -> Iterator[str]:
    """Names that a statement gives or changes: `f = …`, `def f`, `f.x = …`, `f[k] = …`.

    Not `del f`: the check cell stood above it.
    """
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
        yield from (each for inner in ast.walk(node) for each in _globals(inner))
        return
    for each in walk_scope(node):
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield each.name
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
        elif isinstance(each, (ast.Attribute, ast.Subscript)) and isinstance(
            each.ctx, (ast.Store, ast.Del)
        ):
            yield root_of(each)
        elif isinstance(each, ast.alias):
            yield (each.asname or each.name).partition(".")[0]
        elif isinstance(each, ast.ExceptHandler) and each.name:
            yield each.name
        elif isinstance(each, (ast.MatchAs, ast.MatchStar)) and each.name:
            yield each.name


def given_by(node: ast.stmt) -> Iterator[str]:
    """The names that are given anew: `f` of `f = 1`, of `for f in …`, of `with … as f`."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for each in walk_scope(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                yield each.id


def _globals(node: ast.AST) -> Iterable[str]:
    return node.names if isinstance(node, ast.Global) else ()


def _read_in(table: symtable.SymbolTable) -> Iterator[str]:
    """Names of the notebook that a statement reads, now or when what it defines is called."""
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        read = symbol.is_referenced() or symbol.is_declared_global()  # n += 1 is no reference
        # `class A: x = x` reads the notebook's x, though the class has its own
        if read and (top or symbol.is_global() or table.get_type() == "class"):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read_in(child)


def _read_by_text(node: ast.AST) -> Iterator[str]:
    """Names in the texts that `eval` and its like may be given; all, where the text is made."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                tree = ast.parse(each.value.strip())
                yield from (one.id for one in ast.walk(tree) if isinstance(one, ast.Name))
        elif isinstance(each, ast.Call) and root_of(each.func) in _BY_TEXT:
            yield from () if isinstance([*each.args, None][0], ast.Constant) else (EVERYTHING,)
