"""CSV that a spreadsheet opens without running anything, and the class as rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from course_utils.chapters import CHAPTERS
from course_utils.grading.atomic_write import open_whole
from course_utils.grading.types import GradedSubmission

__all__ = ["Columns", "Table", "cell", "columns_of", "number", "open_table"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 30_000  # characters in one cell; Excel takes 32,767


class Table(Protocol):
    """Where rows go."""

    def writerow(self, row: Iterable[Any], /) -> Any: ...


#: Chapter's stem → exercise → the points it is worth, in the order of the course.
Columns = dict[str, dict[str, float]]


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: `=1+1` becomes `'=1+1`.

    Source: OWASP, "CSV Injection".
    """
    text = text.replace("\0", "")[:_LONGEST]
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def number(points: float) -> str:
    """Points as a spreadsheet reads them: at most four decimals, no trailing zeros."""
    return f"{round(points, 4):.4f}".rstrip("0").rstrip(".")


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """A CSV file in UTF-8, written whole or not at all."""
    with open_whole(path) as file:
        text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
        yield csv.writer(text)
        text.flush()
        text.detach()


def columns_of(submissions: Iterable[GradedSubmission]) -> Columns:
    """The chapters and exercises that occur, with what each is worth."""
    found: Columns = {}
    for graded in submissions:
        add_columns(found, graded)
    return ordered(found)


def add_columns(columns: Columns, graded: GradedSubmission) -> None:
    """Note the exercises of one verdict."""
    exercises = columns.setdefault(graded.chapter, {})
    for exercise in graded.exercises:
        worth = exercises.get(exercise.result.name, 0.0)
        exercises[exercise.result.name] = max(worth, exercise.result.max_points)


def ordered(columns: Columns) -> Columns:
    """The same in the order of the course; what the course does not know comes last."""
    stems = [each.stem for each in CHAPTERS]
    known: dict[str, Sequence[str]] = {each.stem: each.exercises for each in CHAPTERS}

    def place(names: Sequence[str], name: str) -> tuple[int, str]:
        return (names.index(name) if name in names else len(names)), name

    return {
        stem: {
            name: columns[stem][name]
            for name in sorted(columns[stem], key=lambda name: place(known.get(stem, ()), name))
        }
        for stem in sorted(columns, key=lambda stem: place(stems, stem))
    }
