"""A notebook's cell as the Python that Jupyter would run: read by IPython's own transformer."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["TEXT_CELL", "NoIPython", "as_python", "opaque_magic"]

#: The magic under which the intake hands on a text cell that seems to hold an answer.
TEXT_CELL = "unrolled-text-cell"

#: Cell magics that leave the rest of the cell what it is: Python.
_TRANSPARENT = frozenset({"time", "timeit", "capture", "prun"})
#: What ends a line for Python; `splitlines` also splits at signs that may stand in a string.
_LINE = re.compile(r"\r\n|\r|\n")


def opaque_magic(cell: str) -> str:
    """The cell magic that makes a cell something other than Python; "" if there is none."""
    first = next((line for line in _LINE.split(cell) if line.strip()), "")
    if not first.startswith("%%"):
        return ""
    magic = (first[2:].split() or [""])[0]
    return "" if magic in _TRANSPARENT else magic or "%%"


def as_python(cell: str) -> str:
    """The cell with magics, shell lines and help as calls of `get_ipython()`, line for line.

    Args:
        cell: the source of a code cell.

    Returns:
        Python, if the cell is sound; "" for a cell magic whose cell is something else.
    """
    lines = _LINE.split(cell)
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        magic = lines[first][2:].split()
        if not magic or magic[0] not in _TRANSPARENT:
            return ""
        lines[first] = ""
        first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    source = "\n".join(lines[first:])
    if _is_python(source):
        return "\n" * first + source  # IPython's additions are no Python: there are none
    try:
        return "\n" * first + _LineForLine().transform_cell(source).removesuffix("\n")
    except Exception:  # noqa: BLE001 - IPython fails in many ways on what is no cell; Python says where
        return "\n" * first + source


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


class _LineForLine(TransformerManager):
    """IPython's transformer, with an empty line for each line that it joins to another."""

    def do_one_token_transform(self, lines: Sequence[str]) -> tuple[bool, list[str]]:
        """One magic; see the base class, which puts one line in place of its lines."""
        changed, made = super().do_one_token_transform(lines)
        joined = len(lines) - len(made)
        if joined > 0:
            at = next(place for place, line in enumerate(made) if line != lines[place]) + 1
            made = [*made[:at], *["\n"] * joined, *made[at:]]
        return changed, made


class NoIPython:
    """What `get_ipython()` gives where there is no notebook: magics and shell lines do nothing."""

    def __getattr__(self, name: str) -> object:
        return lambda *arguments, **keywords: None
