"""What a cell is: its role, its exercise, its solution markers, its id. Pure: text in, text out."""

from __future__ import annotations

import re

__all__ = [
    "BEGIN_SOLUTION",
    "END_SOLUTION",
    "ROLES",
    "STUB",
    "cell_id",
    "marker_problem",
    "solution_lines",
    "strip_solutions",
]

BEGIN_SOLUTION = "### BEGIN SOLUTION"
END_SOLUTION = "### END SOLUTION"

#: The roles a code cell can have; a source names one per code cell in `tags`.
ROLES = ("setup", "exercise", "check", "experiment", "predict", "repair")

#: What stands in the student's copy where the answer was: exactly nbgrader's own stub.
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")


def marker_problem(source: str) -> tuple[int, str] | None:
    """What is wrong with the solution markers of one cell.

    Args:
        source: the cell's text.

    Returns:
        (0-based line in the cell, problem in words), or None where they are balanced.
    """
    opened: int | None = None
    for number, line in enumerate(source.splitlines()):
        mark = line.strip()
        if mark == BEGIN_SOLUTION:
            if opened is not None:
                return number, f"a second {BEGIN_SOLUTION!r} before {END_SOLUTION!r}"
            opened = number
        elif mark == END_SOLUTION:
            if opened is None:
                return number, f"{END_SOLUTION!r} without {BEGIN_SOLUTION!r} before it"
            opened = None
        elif "BEGIN SOLUTION" in mark or "END SOLUTION" in mark:
            return (
                number,
                f"a marker must be the whole line: {BEGIN_SOLUTION!r} or {END_SOLUTION!r}",
            )
    if opened is not None:
        return opened, f"{BEGIN_SOLUTION!r} is never closed: add {END_SOLUTION!r}"
    return None


def solution_lines(source: str) -> list[str]:
    """The lines between the markers, without indentation, empty ones left out."""
    inside, found = False, []
    for line in source.splitlines():
        mark = line.strip()
        if mark == BEGIN_SOLUTION:
            inside = True
        elif mark == END_SOLUTION:
            inside = False
        elif inside and mark:
            found.append(mark)
    return found


def strip_solutions(source: str) -> str:
    """The cell as a student gets it: each marked region replaced by the indented stub."""
    kept: list[str] = []
    inside = False
    for line in source.splitlines():
        mark = line.strip()
        if mark == BEGIN_SOLUTION:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept.extend(indent + stub for stub in STUB)
        elif mark == END_SOLUTION:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def cell_id(*parts: str) -> str:
    """A stable notebook cell id from words: letters, digits, `-` and `_`, at most 64 characters."""
    words = [re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-") for part in parts]
    return "-".join(word for word in words if word)[:64].strip("-") or "cell"
