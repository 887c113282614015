"""The course's published solutions, to see whether a hand-in is one of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from course_utils.chapters import chapter
from course_utils.errors import SubmissionError
from course_utils.grading.inside.slicing import needed, parse
from course_utils.grading.intake.notebooks import LARGEST, read_cells

__all__ = ["published_answers", "same_answer"]

_SOLUTIONS = Path(__file__).resolve().parents[3] / "solutions"


@cache
def published_answers(stem: str) -> dict[str, str]:
    """Exercise → the published answer's source; {} where the course came without its solutions."""
    try:
        with (_SOLUTIONS / f"{stem}.ipynb").open("rb") as file:
            statements, _ = parse(read_cells(file.read(LARGEST)))
    except (OSError, SubmissionError):
        return {}
    return {
        name: "\n".join(each.source for each in needed(statements, name) if name in each.binds)
        for name in chapter(stem).exercises
    }


def same_answer(one: str, other: str) -> bool:
    """Whether two sources differ in empty lines, comments' lines and indentation at most."""
    return _bare(one) == _bare(other)


def _bare(source: str) -> list[str]:
    lines = (line.strip() for line in source.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]
