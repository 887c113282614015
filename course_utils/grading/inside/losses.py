"""What was lost with a cell that cannot be read: said where the loss shows.

A name that is "not defined" is often defined in a cell that is no Python, stands under a cell magic
or in a text cell, or should have come with a star import of a module that is not there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from course_utils.grading.inside.slicing import Unreadable

__all__ = ["newer_syntax", "unread_answer", "where_lost"]

_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
#: Python's version → syntax that it brought. Only what an older one refuses is looked for.
_SINCE = (
    ((3, 11), re.compile(r"^\s*except\s*\*", re.MULTILINE)),
    ((3, 12), re.compile(r"^\s*type\s+\w+(?:\[.*\])?\s*=|^\s*(?:async\s+)?(?:def|class)\s+\w+\[")),
    ((3, 12), re.compile(r"""f("|').*\{[^}]*\1.*\}""")),
    ((3, 14), re.compile(r"""(?<![\w"'])[tT][rR]?["']|^\s*except\s+[\w.]+\s*,""")),
)


def newer_syntax(line: str) -> str:
    """A sentence if a line that this Python refuses is written for a newer one; else ""."""
    for since, pattern in _SINCE:
        if sys.version_info < since and pattern.search(line):
            here = ".".join(map(str, sys.version_info[:2]))
            return (
                f"This is written for Python {since[0]}.{since[1]} or newer; here it is {here}. "
                "Write it in the older way."
            )
    return ""


def where_lost(message: str, unreadable: Sequence[Unreadable], missing: Sequence[str]) -> str:
    """Where the name went that an exception misses; "" if that is not known.

    Args:
        message: of the exception: `name 'np' is not defined`.
        unreadable: the cells that are not run.
        missing: the modules whose star imports failed.
    """
    found = _UNDEFINED.search(message)
    if not found:
        return ""
    name = found[1]
    for each in unreadable:
        if re.search(rf"\bimport\b.*\b{name}\b", each.source):
            return f"`{name}` is imported in {_told(each)}"
        if _defines(each, name):
            return f"`{name}` is defined in {_told(each)}"
    if missing:
        modules = " and ".join(f"`{module}`" for module in missing)
        return (
            f"The notebook imports everything from {modules}, which is not there where it is "
            f"graded: if `{name}` comes from it, put it into the notebook."
        )
    return ""


def unread_answer(name: str, unreadable: Sequence[Unreadable]) -> Unreadable | None:
    """The cell that defines the answer but is not run as Python, by its text."""
    return next((each for each in unreadable if _defines(each, name)), None)


def _defines(cell: Unreadable, name: str) -> bool:
    return bool(re.search(rf"^\s*(?:def|class)\s+{name}\b|^{name}\s*=", cell.source, re.MULTILINE))


def _told(cell: Unreadable) -> str:
    """Which cell it is and why it is not run, as the end of a sentence."""
    if cell.kind != "code":
        return f"{cell.place}, which is not run. {cell.problem}"
    line = f"line {cell.line}: " if cell.line else ""
    return f"{cell.place}, which is no Python: {line}{cell.problem.rstrip('.')}."
