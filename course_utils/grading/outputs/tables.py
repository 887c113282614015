"""CSV that a spreadsheet opens without running anything, and the class as rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from course_utils.chapters import CHAPTERS
from course_utils.grading.atomic_write import open_whole
from course_utils.grading.types import GradedSubmission

__all__ = ["Columns", "Figure", "Table", "cell", "columns_of", "number", "open_table"]

#: What a formula begins with, also as East Asian input writes it and spreadsheets read it.
_SIGNS = "=+@＝＋－＠﹦﹢﹣﹫⁺⁻⁼₊₋₌−﬩-"
#: A sign where a cell begins: the whole cell, or a part where `;` or `|` separates cells.
_BEGINS = re.compile(rf"(^[\s'\"]*|[;|][\s'\"]*)(?=[{_SIGNS}])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONGEST = 30_000  # characters in one cell; Excel takes 32,767


class Table(Protocol):
    """Where rows go."""

    def writerow(self, row: Iterable[str], /) -> None: ...


#: Chapter's stem → exercise → the points it is worth, in the order of the course.
Columns = dict[str, dict[str, float]]


class Figure(str):
    """A number as it is written into a table: `-1` is no formula."""

    __slots__ = ()


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: `=1+1` becomes `'=1+1`.

    A table with commas may be opened where `;` separates: `a;=1+1` becomes `a;'=1+1`. Control
    characters become spaces. What is safe stays, so `cell(cell(x)) == cell(x)`.

    Source: OWASP, "CSV Injection".
    """
    text = _CONTROL.sub(" ", text)[:_LONGEST]
    return text if text == "-" else _BEGINS.sub(_quoted, text)


def _quoted(found: re.Match[str]) -> str:
    before = found[0]
    return before if before.endswith("'") else f"{before}'"


def number(points: float) -> Figure:
    """Points as a spreadsheet reads them: at most four decimals, no trailing zeros."""
    return Figure(f"{round(points, 4):.4f}".rstrip("0").rstrip("."))


class _SafeRows:
    """Writes rows; whatever is no `Figure` goes through `cell`. Every table is written by this.

    Args:
        file: a text file opened without translation of newlines.
    """

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._rows = csv.writer(file)

    def writerow(self, row: Iterable[str], /) -> None:
        """Write one row."""
        self._rows.writerow([each if isinstance(each, Figure) else cell(each) for each in row])


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """A CSV file in UTF-8, written whole or not at all."""
    with open_whole(path) as file:
        text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
        yield _SafeRows(text)
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
