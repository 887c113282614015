"""Which chapter a notebook is of: told by a name, by its metadata, or by what it defines."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from course_utils.chapters import CHAPTERS
from course_utils.grading.intake.notebooks import cell_names, chapter_in_metadata, sources

__all__ = ["chapter_in_notebook", "chapter_in_text", "without_chapter", "without_copy"]

#: `ch02`, `ch2`, `Ch 02`, `chapter-2`; a number alone says nothing.
_SHORT = re.compile(r"(?<![a-z0-9])ch(?:apter|ap)?[ _-]?0*(\d{1,2})(?!\d)", re.IGNORECASE)
#: What browsers, systems, Jupyter and Colab add to the name of a copy.
_COPY = re.compile(
    r"^(?:Copy of|Kopie van|Kopie von) |(?: ?\(\d+\)|-Copy\d*| - (?:Copy|Kopie)(?: \(\d+\))?"
    r"|[-_.]checkpoint)$",
    re.IGNORECASE,
)
_STEMS = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(each.stem for each in CHAPTERS)})(?![a-z0-9])", re.IGNORECASE
)
_DEFINES = re.compile(r"^(?:(?:async\s+)?def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)


def chapter_in_text(text: str) -> str:
    """The stem of the one chapter that a name speaks of; "" if none or several."""
    lower = text.lower()
    found = {each.stem for each in CHAPTERS if each.stem in lower}
    if not found:
        numbers = {int(number) for number in _SHORT.findall(lower)}
        found = {each.stem for each in CHAPTERS if each.number in numbers}
    return found.pop() if len(found) == 1 else ""


def without_copy(text: str) -> str:
    """A name without what tools add to the name of a copy, however often."""
    while (shorter := _COPY.sub("", text)) != text:
        text = shorter
    return text


def without_chapter(text: str) -> str:
    """A name without the words that speak of a chapter or of a copy."""
    text = without_copy(text)
    text = _STEMS.sub("", text)
    return _SHORT.sub("", text).strip(" _-.,+")


def chapter_in_notebook(notebook: dict[str, Any]) -> str:
    """The stem of the chapter, by the course's mark, the cells' names, then the names defined.

    Args:
        notebook: as `notebooks.open_notebook` gives it.

    Returns:
        The chapter that most of the names belong to; "" if none do, or two chapters as many.
    """
    marked = chapter_in_metadata(notebook)
    if marked in {each.stem for each in CHAPTERS}:
        return marked
    named = {name.removesuffix("_check") for name in cell_names(notebook)}
    defined = {
        name for source in sources(notebook) for pair in _DEFINES.findall(source) for name in pair
    }
    for names in (named, defined):
        counts = Counter({each.stem: len(names & {*each.exercises}) for each in CHAPTERS})
        (best, most), (_, second) = counts.most_common(2)
        if most > second:
            return best
    return ""
