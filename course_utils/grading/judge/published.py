"""The course's published solutions, to see whether a hand-in is one of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from course_utils.chapters import chapter
from course_utils.errors import SubmissionError
from course_utils.grading.inside.slicing import needed, parse
from course_utils.grading.intake.notebooks import LARGEST, read_cells

__all__ = ["is_published", "published_answers"]

_SOLUTIONS = Path(__file__).resolve().parents[3] / "solutions"


@cache
def published_answers(stem: str) -> dict[str, tuple[str, ...]]:
    """Exercise → the published answer's source, its statements alone and its whole cells.

    {} where the course came without its solutions.
    """
    try:
        with (_SOLUTIONS / f"{stem}.ipynb").open("rb") as file:
            cells = read_cells(file.read(LARGEST))
    except (OSError, SubmissionError):
        return {}
    statements, _ = parse(cells)
    found: dict[str, tuple[str, ...]] = {}
    for name in chapter(stem).exercises:
        own = [each for each in needed(statements, name) if name in each.binds]
        whole = [cells[number - 1] for number in sorted({each.cell for each in own})]
        found[name] = ("\n".join(each.source for each in own), "\n".join(whole))
    return found


def is_published(answer: str, stem: str, name: str) -> bool:
    """Whether an answer is the published one but for empty lines, comments and indentation."""
    bare = _bare(answer)
    return any(bare == _bare(each) for each in published_answers(stem).get(name, ()))


def _bare(source: str) -> list[str]:
    lines = (line.strip() for line in source.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]
