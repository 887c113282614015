"""Mutants that no check can tell from the solution, listed by hand with the reason why."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import AuthorError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["FILE", "Equivalent", "read", "stale"]

FILE = Path(__file__).with_name("equivalent.toml")
_LEAST_REASON = 20  # characters


@dataclass(frozen=True)
class Equivalent:
    """One entry: a mutant by exercise and diff, and why it is as right as the solution."""

    exercise: str
    diff: str
    reason: str


def read(path: Path = FILE) -> list[Equivalent]:
    """The entries of the file; one reason may stand for several diffs.

    Raises:
        AuthorError: an entry lacks its exercise, its diffs or its reason, or stands there twice.
    """
    found: list[Equivalent] = []
    for number, row in enumerate(tomllib.loads(path.read_text("utf-8")).get("mutants", []), 1):
        where = f"{path.name}, entry {number}"
        for field in ("exercise", "diffs", "reason"):
            if not row.get(field):
                raise AuthorError(f"{where}: it lacks `{field}`; add it.")
        if len(row["reason"].strip()) < _LEAST_REASON:
            raise AuthorError(f"{where}: say in a sentence why no check could tell it apart.")
        for diff in row["diffs"]:
            entry = Equivalent(row["exercise"], diff.strip(), row["reason"].strip())
            if any((e.exercise, e.diff) == (entry.exercise, entry.diff) for e in found):
                raise AuthorError(f"{where}: this diff is listed twice: {diff.strip()!r}.")
            found.append(entry)
    return found


def stale(
    entries: Iterable[Equivalent], survivors: Iterable[tuple[str, str]], measured: Iterable[str]
) -> list[Equivalent]:
    """The entries whose mutant is killed or no longer made.

    Args:
        entries: the list.
        survivors: (exercise, diff) of the mutants that passed.
        measured: the exercises whose mutants were all tried.
    """
    alive, names = set(survivors), set(measured)
    return [e for e in entries if e.exercise in names and (e.exercise, e.diff) not in alive]
