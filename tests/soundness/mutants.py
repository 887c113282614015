"""All mutants of one cell: cosmic-ray's operators and the course's own, each meaning told once."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from tests.soundness.edits import Cell
from tests.soundness.expressions import EXPRESSIONS
from tests.soundness.statements import STATEMENTS

__all__ = ["Mutant", "mutants_of", "sample"]


@dataclass(frozen=True)
class Mutant:
    """A cell with one fault in it.

    Attributes:
        operator: what made it: `cosmic-ray/NumberReplacer`, `drop_operand`.
        source: the whole cell.
        diff: its lines that differ, `- old` and `+ new`, in Python's own layout, without
            docstrings and messages of errors: stable where the text around them changes.
    """

    operator: str
    source: str
    diff: str

    @property
    def digest(self) -> str:
        """A number that only the diff decides, for samples that stay the same."""
        return hashlib.sha256(self.diff.encode()).hexdigest()


def mutants_of(source: str) -> list[Mutant]:
    """The mutants of a cell, those that mean the same told once.

    Left out: what does not compile, and what differs in docstrings, annotations or messages alone.
    """
    original = _meaning(source)
    if original is None:
        raise ValueError("The cell does not compile: mend it before it is mutated.")
    seen = {original}
    counted: dict[str, int] = {}
    found = []
    for operator, text in [*_own(source), *_cosmic_ray(source)]:
        meaning = _meaning(text)
        if meaning is None or meaning in seen:
            continue
        seen.add(meaning)
        diff = _diff(original, meaning)
        counted[diff] = counted.get(diff, 0) + 1
        if counted[diff] > 1:
            diff = f"@ {counted[diff]}\n{diff}"
        found.append(Mutant(operator, text, diff))
    return found


def sample(mutants: list[Mutant], count: int) -> list[Mutant]:
    """Some of them, always the same ones."""
    return sorted(mutants, key=lambda each: each.digest)[:count]


def _own(source: str) -> Iterator[tuple[str, str]]:
    cell = Cell(source)
    for operator in (*EXPRESSIONS, *STATEMENTS):
        for place in cell.places():
            for edit in operator(place):
                yield operator.__name__, cell.apply(edit)


@cache
def _cosmic_ray_operators() -> dict[str, Any]:
    """Its operators by name, without the two that draw random names and numbers."""
    from cosmic_ray.operators.provider import OperatorProvider  # type: ignore[import-untyped]

    provider = OperatorProvider()
    return {name: provider[name] for name in provider if not provider[name].arguments()}


def _cosmic_ray(source: str) -> Iterator[tuple[str, str]]:
    from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-untyped]
    from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped]

    nodes = list(ast_nodes(get_ast(source)))
    for name, operator in _cosmic_ray_operators().items():
        count = sum(1 for node in nodes for _ in operator().mutation_positions(node))
        for occurrence in range(count):
            text = mutate_code(source, operator(), occurrence)
            if text is not None:
                yield f"cosmic-ray/{name}", text


class _Bare(ast.NodeTransformer):
    """Takes away what changes no behaviour: docstrings, annotations, messages of errors."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        if node.value is None:
            return node
        return ast.Assign([node.target], node.value)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call):
            node.exc = node.exc.func
        node.cause = None
        return node


def _meaning(source: str) -> str | None:
    """The text without what changes no behaviour, in Python's own layout; None if it is no text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<mutant>", "exec")
            return ast.unparse(ast.fix_missing_locations(_Bare().visit(ast.parse(source))))
    except (SyntaxError, ValueError):
        return None


def _diff(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    lines: list[str] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            lines += [f"- {line.strip()}" for line in old[i:j]]
            lines += [f"+ {line.strip()}" for line in new[k:m]]
    return "\n".join(lines)
