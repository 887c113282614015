"""Self-contained HTML pages: templates with autoescape, and text that cannot mislead its reader."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from course_utils.chapters import CHAPTERS
from course_utils.grading.atomic_write import write_whole
from course_utils.grading.judge.store import chapter_file
from course_utils.grading.outputs.states import STATES

__all__ = ["chapter_title", "percent", "plain", "points", "prose", "write_page"]

#: What shows as nothing or turns the writing around: in code it can hide what is run.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONGEST = 20_000


def write_page(path: Path, template: str, **values: Any) -> None:
    """Render a template of this package to a file, whole or not at all."""
    text = _environment().get_template(template).render(**values)
    write_whole(path, text.encode("utf-8", "replace"), lasting=False)


def plain(text: str, most: int = _LONGEST) -> str:
    """Text cut at a length a page can bear, with what cannot be seen made visible."""
    more = len(text) - most
    text = text[:most] + (f" … ({more:,} more characters)" if more > 0 else "")
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))


def prose(text: str) -> Markup:
    """A message as HTML: what stands between back-ticks becomes code."""
    pieces = plain(text, 4000).split("`")
    if len(pieces) % 2 == 0:
        return escape("`".join(pieces))
    code = Markup("<code>{}</code>")
    return Markup("").join(
        code.format(each) if place % 2 else escape(each) for place, each in enumerate(pieces)
    )


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
    made = Environment(
        loader=PackageLoader("course_utils.grading.outputs", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "chapter": chapter_title,
        "percent": percent,
        "plain": plain,
        "points": points,
        "prose": prose,
    }
    made.globals |= {"words": dict(STATES), "chapter_file": chapter_file}
    return made
