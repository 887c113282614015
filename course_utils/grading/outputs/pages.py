"""Self-contained HTML pages, from the templates of this package and the card of a result."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader

from course_utils.cards.rendering import environment
from course_utils.chapters import CHAPTERS
from course_utils.grading.atomic_write import write_whole
from course_utils.grading.judge.store import chapter_file
from course_utils.grading.outputs.states import STATES

__all__ = ["chapter_title", "percent", "points", "write_page"]


def write_page(path: Path, template: str, **values: Any) -> None:
    """Render a template of this package to a file, whole or not at all."""
    text = _environment().get_template(template).render(**values)
    write_whole(path, text.encode("utf-8", "replace"), lasting=False)


def points(value: float) -> str:
    """Points for a reader: at most two decimals."""
    return f"{round(value, 2):g}"


def percent(share: float) -> str:
    """A share in whole percent; neither all nor nothing is rounded to."""
    whole = round(100 * share)
    if whole == 0 and share > 0:
        return "<1%"
    return ">99%" if whole == 100 and share < 1 else f"{whole}%"


def chapter_title(stem: str) -> str:
    """The chapter as a reader calls it."""
    for each in CHAPTERS:
        if each.stem == stem:
            return f"Chapter {each.number}: {each.title}"
    return stem or "Unknown chapter"


@cache
def _environment() -> Environment:
    made = environment(PackageLoader("course_utils.grading.outputs", "templates"))
    made.filters |= {"chapter": chapter_title, "percent": percent, "points": points}
    made.globals |= {"words": dict(STATES), "chapter_file": chapter_file}
    return made
