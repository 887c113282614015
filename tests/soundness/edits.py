"""What an operator of mutation works on: a parsed cell, its nodes in their places, edits."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

__all__ = ["Cell", "Edit", "Operator", "Place", "changed", "replaced"]

Node = TypeVar("Node", bound=ast.AST)

#: A part of the tree exchanged for text.
Edit: TypeAlias = "tuple[ast.AST, str]"


@dataclass(frozen=True)
class Place:
    """One node of a cell and what stands around it.

    Attributes:
        node: the node itself.
        parents: its ancestors, the nearest first.
    """

    node: ast.AST
    parents: tuple[ast.AST, ...]

    @property
    def parent(self) -> ast.AST | None:
        """The node that holds this one."""
        return self.parents[0] if self.parents else None

    @property
    def function(self) -> ast.FunctionDef | None:
        """The nearest function around the node."""
        return next((each for each in self.parents if isinstance(each, ast.FunctionDef)), None)


#: Looks at one place and gives the edits it would make there.
Operator: TypeAlias = Callable[[Place], "Iterator[Edit]"]


@dataclass
class Cell:
    """A cell's text and tree; finds places and applies edits.

    Args:
        source: Python text.
    """

    source: str
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.source)
        self._lines = self.source.encode().splitlines(keepends=True)
        self._starts = [sum(map(len, self._lines[:k])) for k in range(len(self._lines) + 1)]

    def places(self) -> Iterator[Place]:
        """Every node that a mutation may touch: not docstrings, annotations or errors' messages."""
        yield from self._walk(self.tree, ())

    def _walk(self, node: ast.AST, parents: tuple[ast.AST, ...]) -> Iterator[Place]:
        yield Place(node, parents)
        around = (node, *parents)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns"):
                continue
            children = value if isinstance(value, list) else [value]
            for child in children:
                if not isinstance(child, ast.AST) or _is_docstring(child):
                    continue
                if isinstance(node, ast.Raise) and isinstance(child, ast.Call):
                    yield from self._walk(child.func, (child, *around))
                else:
                    yield from self._walk(child, around)

    def apply(self, edit: Edit) -> str:
        """The text with one node exchanged; lines around it stay as they are."""
        node, text = edit
        start, end = self._span(node)
        whole = self.source.encode()
        return (whole[:start] + text.encode() + whole[end:]).decode()

    def _span(self, node: ast.AST) -> tuple[int, int]:
        first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        return (
            self._starts[first - 1] + node.col_offset,  # type: ignore[attr-defined]
            self._starts[last - 1] + node.end_col_offset,  # type: ignore[attr-defined]
        )


def _is_docstring(node: ast.AST) -> bool:
    """A statement that is nothing but a string."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


_LOOSE = (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.UnaryOp, ast.Tuple)
_TIGHT_PARENTS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Attribute, ast.Subscript)


def replaced(place: Place, new: ast.AST | str) -> Edit:
    """An edit that puts an expression in the place of a node, in brackets where they are needed."""
    text = new if isinstance(new, str) else ast.unparse(new)
    node = ast.parse(text, mode="eval").body if isinstance(new, str) else new
    loose = isinstance(node, _LOOSE) and isinstance(place.parent, _TIGHT_PARENTS)
    inside_index = isinstance(place.parent, ast.Subscript) and place.parent.slice is place.node
    return place.node, f"({text})" if loose and not inside_index else text


def changed(place: Place, node: Node, change: Callable[[Node], None]) -> Edit:
    """An edit that puts a changed copy of a node in its own place."""
    new = copy.deepcopy(node)
    change(new)
    if isinstance(new, ast.expr):
        return replaced(place, new)
    return place.node, ast.unparse(new)
