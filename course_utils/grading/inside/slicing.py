"""From a whole notebook, the statements that one answer needs, in the order of the document.

Answers are found by the name the student defines, so cells may be missing, doubled, moved or
added, and neither checks nor experiments are run. A statement is needed if it binds a name that the
answer, or another needed statement, reads from the notebook. Pure: text in,
statements out; nothing is run here.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from course_utils.grading.inside.ipython_syntax import as_python

__all__ = ["Statement", "Unreadable", "needed", "parse"]


@dataclass(frozen=True)
class Statement:
    """One statement at the top of a cell.

    Attributes:
        cell: the 1-based number of the code cell.
        node: its tree.
        source: the lines that it stands on, with comments and decorators.
        alone: its own text: of `a = 1; b = 2` one of the two.
        binds: the names of the notebook that it gives or changes.
        calls_on: the name whose method it calls, and nothing else: `steps.append(f)`. It may change
            what the name holds, unless that is a module.
        stub: whether it is a definition that was never written.
        star: whether it imports everything from somewhere.
    """

    cell: int
    node: ast.stmt
    source: str
    alone: str
    binds: frozenset[str]
    calls_on: frozenset[str] = frozenset()
    stub: bool = False
    star: bool = False

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names of the notebook that it reads, also inside functions that it defines."""
        if self.star:
            return frozenset()
        return frozenset(_read_in(symtable.symtable(self.alone, f"cell {self.cell}", "exec")))


@dataclass(frozen=True)
class Unreadable:
    """A cell that is no Python: where, and why."""

    cell: int
    line: int
    problem: str
    text: str
    source: str


def parse(cells: Sequence[str]) -> tuple[list[Statement], list[Unreadable]]:
    """Every statement at the top level of the notebook, and the cells that are no Python.

    Args:
        cells: the sources of the code cells.
    """
    statements: list[Statement] = []
    unreadable: list[Unreadable] = []
    for number, text in enumerate(cells, start=1):
        source = as_python(text)
        try:
            tree = ast.parse(source)
            symtable.symtable(source, f"cell {number}", "exec")  # what parsing alone lets pass
            statements += [_statement(number, node, source) for node in tree.body]
        except SyntaxError as error:
            line = error.lineno or 0
            lines = source.split("\n")
            wrong = lines[line - 1].strip() if 0 < line <= len(lines) else ""
            unreadable.append(
                Unreadable(number, line, error.msg or "invalid syntax", wrong, source)
            )
        except (ValueError, RecursionError, MemoryError) as error:
            unreadable.append(Unreadable(number, 0, str(error) or "too deeply nested", "", source))
    return statements, unreadable


def needed(statements: Sequence[Statement], name: str) -> list[Statement]:
    """The statements that the answer `name` needs, itself included, in the document's order.

    Of several definitions the last one counts, as in a notebook that is run from top to bottom; a
    stub counts only where nothing else defines the name. Empty where nothing binds it.
    """
    written = {
        bound
        for each in statements
        if not each.stub
        for bound in each.binds
        if _defines(each, bound)
    }
    usable = [
        each for each in statements if not each.star and not (each.stub and each.binds & written)
    ]
    chosen = {k for k, each in enumerate(statements) if each.star}
    by_name: dict[str, list[int]] = {}
    places = {id(each): k for k, each in enumerate(statements)}
    imported = {
        bound
        for each in statements
        if isinstance(each.node, (ast.Import, ast.ImportFrom))
        for bound in each.binds
    }
    for each in usable:
        for bound in each.binds | (each.calls_on - imported):
            by_name.setdefault(bound, []).append(places[id(each)])
    if name not in by_name and not chosen:
        return []
    wanted, seen = [name], {name}
    while wanted:
        for place in by_name.get(wanted.pop(), []):
            if place in chosen:
                continue
            chosen.add(place)
            fresh = statements[place].reads - seen
            seen |= fresh
            wanted += fresh
    return [statements[k] for k in sorted(chosen)]


def _defines(statement: Statement, name: str) -> bool:
    return getattr(statement.node, "name", None) == name


def _statement(cell: int, node: ast.stmt, source: str) -> Statement:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    lines = source.split("\n")[first - 1 : node.end_lineno]
    star = isinstance(node, ast.ImportFrom) and any(each.name == "*" for each in node.names)
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return Statement(
        cell,
        node,
        "\n".join(lines),
        _cut(lines, 0 if decorators else node.col_offset, node.end_col_offset),
        frozenset() if star else frozenset(_bound(node)),
        calls_on=frozenset(_called_on(node)),
        stub=_is_stub(node),
        star=star or future,
    )


def _cut(lines: list[str], begin: int, end: int | None) -> str:
    """The lines from a place in the first to a place in the last, which trees count in bytes."""
    parts = [line.encode() for line in lines]
    parts[-1] = parts[-1][:end]
    parts[0] = parts[0][begin:]
    return b"\n".join(parts).decode()


def _bound(node: ast.stmt) -> Iterator[str]:
    """Names that a statement gives or changes: `f = …`, `def f`, `f.x = …`, `f[k] = …`, `f.add(…)`.

    Not `del f`: the check cell stood above it.
    """
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
        yield from (each for inner in ast.walk(node) for each in _globals(inner))
        return
    for each in _walk_scope(node):
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield each.name
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
        elif isinstance(each, (ast.Attribute, ast.Subscript)) and isinstance(
            each.ctx, (ast.Store, ast.Del)
        ):
            yield from _root(each)
        elif isinstance(each, ast.alias):
            yield (each.asname or each.name).partition(".")[0]
        elif isinstance(each, ast.ExceptHandler) and each.name:
            yield each.name
        elif isinstance(each, (ast.MatchAs, ast.MatchStar)) and each.name:
            yield each.name


def _called_on(node: ast.stmt) -> Iterator[str]:
    """`steps` of the statement `steps.append(f)`."""
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        yield from _root(node.value.func)


def _globals(node: ast.AST) -> Iterable[str]:
    return node.names if isinstance(node, ast.Global) else ()


def _root(node: ast.AST) -> Iterator[str]:
    """The name that `name.a[b].c` begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is below it, without the insides of functions, classes and lambdas."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield child
        elif not isinstance(
            child, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        ):
            yield from _walk_scope(child)


def _read_in(table: symtable.SymbolTable) -> Iterator[str]:
    """Names of the notebook that a statement reads, now or when what it defines is called."""
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        read = symbol.is_referenced() or symbol.is_declared_global()  # n += 1 is no reference
        if read and (top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read_in(child)


def _is_stub(node: ast.stmt) -> bool:
    """Whether a definition does nothing but raise NotImplementedError, itself or in a method."""
    if isinstance(node, ast.ClassDef):
        return any(_is_stub(each) for each in node.body)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    last = node.body[-1]
    if not isinstance(last, ast.Raise) or last.exc is None:
        return False
    raised = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
