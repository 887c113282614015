"""From a whole notebook, the statements that one answer needs, in the order of the document.

Answers are found by the name the student defines, so cells may be missing, doubled, moved or
added, and neither checks nor experiments are run. A statement is needed if it binds a name that the
answer, or another needed statement, reads from the notebook, or may change what such a name holds:
see `effects`. Pure: text in, statements out; nothing is run here.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from course_utils.grading.inside.effects import Effects
from course_utils.grading.inside.ipython_syntax import TEXT_CELL, as_python, opaque_magic
from course_utils.grading.inside.names import EVERYTHING, bound_by, given_by, read_by

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
        gives: those of them that it gives anew by `=`, `for`, `with` and the like, so that nothing
            is left of what they held.
        optional: it is there for what it may change: if it fails, the answer goes on without it.
        stub: whether it is a definition that was never written.
        star: whether it imports everything from somewhere.
    """

    cell: int
    node: ast.stmt
    source: str
    alone: str
    binds: frozenset[str]
    gives: frozenset[str] = frozenset()
    optional: bool = False
    stub: bool = False
    star: bool = False

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names of the notebook that it reads, also inside functions that it defines."""
        if self.star:
            return frozenset()
        return read_by(self.node, self.alone)


@dataclass(frozen=True)
class Unreadable:
    """A cell that is not run as Python: where, and why.

    Attributes:
        cell: the 1-based number of the code cell; 0 for a text cell.
        line: where Python stops understanding it; 0 where that says nothing.
        problem: why, and what to do.
        text: that line.
        source: the whole cell.
        kind: "code"; "magic" for a code cell that a cell magic gives to another program; "text".
    """

    cell: int
    line: int
    problem: str
    text: str
    source: str
    kind: str = "code"

    @property
    def place(self) -> str:
        """Where it is, for a sentence."""
        return f"code cell {self.cell}" if self.cell else "a text cell"


def parse(cells: Sequence[str]) -> tuple[list[Statement], list[Unreadable]]:
    """Every statement at the top level of the notebook, and the cells that are no Python.

    Args:
        cells: the sources of the code cells.
    """
    statements: list[Statement] = []
    unreadable: list[Unreadable] = []
    for number, text in enumerate(cells, start=1):
        opaque = opaque_magic(text)
        if opaque:
            unreadable.append(_not_run(number, opaque, text))
            continue
        source = as_python(text)
        try:
            tree = ast.parse(source)
            symtable.symtable(source, f"cell {number}", "exec")  # what parsing alone lets pass
            lines = source.split("\n")
            statements += [_statement(number, node, lines) for node in tree.body]
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


def _not_run(number: int, magic: str, text: str) -> Unreadable:
    """A cell under a cell magic; text cells are handed on as if they were under one."""
    source = text.partition("\n")[2]
    if magic == TEXT_CELL:
        problem = "Make it a code cell (press Esc, then Y), and run it."
        return Unreadable(0, 0, problem, "", source, "text")
    problem = f"Its first line, %%{magic}, gives it to another program: take that line out."
    return Unreadable(number, 0, problem, "", source, "magic")


def needed(statements: Sequence[Statement], name: str) -> list[Statement]:
    """The statements that the answer `name` needs, itself included, in the document's order.

    Of several definitions the last one counts, as in a notebook that is run from top to bottom; a
    stub counts only where nothing else defines the name. A name that is used again for something
    else once the answer is defined keeps its function or class, as when the check was run. Empty
    where nothing binds the name.
    """
    usable = _usable(statements, name)
    effects = Effects(each.node for each in statements if not each.stub)
    by_name: dict[str, list[int]] = {}
    changing: dict[str, list[int]] = {}
    for place, each in usable:
        for bound in each.binds:
            by_name.setdefault(bound, []).append(place)
        for changed in effects.changed_by(each.node) - each.binds:
            changing.setdefault(changed, []).append(place)
    chosen = {k for k, each in enumerate(statements) if each.star}
    if name not in by_name and not chosen:
        return []
    binding: set[int] = set(chosen)
    wanted, seen, guessing = [name], {name}, False
    while wanted:
        reading = wanted.pop()
        if reading == EVERYTHING:
            if set(wanted) - {EVERYTHING}:
                wanted.insert(0, EVERYTHING)  # first what is surely needed
                continue
            fresh = {bound for _, each in usable if _is_plain(each) for bound in each.binds} - seen
            seen |= fresh
            wanted += fresh
            guessing = True
            continue
        if not guessing:
            binding.update(by_name.get(reading, []))
        for place in by_name.get(reading, []) + changing.get(reading, []):
            if place in chosen:
                continue
            chosen.add(place)
            fresh = set(statements[place].reads - seen)
            seen |= fresh
            wanted += fresh
    return [
        statements[k] if k in binding else replace(statements[k], optional=True)
        for k in sorted(chosen)
    ]


def _usable(statements: Sequence[Statement], name: str) -> list[tuple[int, Statement]]:
    """(place, statement) without stubs of what is written, and without later uses of a name."""
    defined = [
        {bound for bound in each.binds if not each.stub and _defines(each, bound)}
        for each in statements
    ]
    written = set().union(*defined) if defined else set()
    last = max((k for k, names in enumerate(defined) if name in names), default=len(statements))
    return [
        (place, each)
        for place, each in enumerate(statements)
        if not each.star
        and not (each.stub and each.binds & written)
        and not (place > last and each.gives & written and not _wraps(each, name))
    ]


def _wraps(statement: Statement, name: str) -> bool:
    """Whether it may give the answer another function: `f = jit(f)`, `f = lambda x: x`."""
    node = statement.node
    made = isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(
        node.value, (ast.Call, ast.Lambda, ast.Name, ast.Attribute, ast.IfExp)
    )
    return made and name in statement.gives


def _is_plain(statement: Statement) -> bool:
    """Whether it only defines or imports, or gives a name a value without calling anything."""
    if isinstance(statement.node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(statement.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return True
    return isinstance(statement.node, (ast.Assign, ast.AnnAssign)) and not any(
        isinstance(each, ast.Call) for each in ast.walk(statement.node)
    )


def _defines(statement: Statement, name: str) -> bool:
    return getattr(statement.node, "name", None) == name


def _statement(cell: int, node: ast.stmt, source: Sequence[str]) -> Statement:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    lines = list(source[first - 1 : node.end_lineno])
    star = isinstance(node, ast.ImportFrom) and any(each.name == "*" for each in node.names)
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return Statement(
        cell,
        node,
        "\n".join(lines),
        _cut(lines, 0 if decorators else node.col_offset, node.end_col_offset),
        frozenset() if star else frozenset(bound_by(node)),
        gives=frozenset(given_by(node)),
        stub=_is_stub(node),
        star=star or future,
    )


def _cut(lines: list[str], begin: int, end: int | None) -> str:
    """The lines from a place in the first to a place in the last, which trees count in bytes."""
    parts = [line.encode() for line in lines]
    parts[-1] = parts[-1][:end]
    parts[0] = parts[0][begin:]
    return b"\n".join(parts).decode()


def _is_stub(node: ast.stmt) -> bool:
    """Whether a definition does nothing but raise NotImplementedError, itself or in a method."""
    if isinstance(node, ast.ClassDef):
        return any(_is_stub(each) for each in node.body)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    last = node.body[-1]
    if not isinstance(last, ast.Raise) or last.exc is None:
        return False
    if any(isinstance(each, ast.Return) for each in node.body):
        return False  # written, with the stub's raise left behind it
    raised = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
