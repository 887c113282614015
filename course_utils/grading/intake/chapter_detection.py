"""Which chapter a notebook is of: told by a name, by its metadata, or by what it defines."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from course_utils.chapters import CHAPTERS
from course_utils.grading.intake.notebooks import cell_names, chapter_in_metadata, sources

__all__ = ["chapter_in_notebook", "chapter_in_text", "without_chapter", "without_copy"]

#: `ch02`, `ch2`, `Ch 02`, `chapter-2`; a number alone says nothing.
_SHORT = re.compile(
    r"(?<![a-z0-9])(?:ch(?:apter|ap)?|kap(?:itel)?|hoofdstuk)[ _-]?0*(\d{1,2})(?!\d)", re.IGNORECASE
)
#: What browsers, systems, Jupyter and Colab add to the name of a copy.
_COPY = re.compile(
    r"^(?:Copy of|Copie de|Copia de|C[oó]pia de|Kopie van|Kopie von|Kopia) "
    r"|(?: ?\(\d+\)|-Copy\d*| - (?:Copy|Kopie)(?: \(\d+\))?| copy(?: \d+)?"
    r"| ?\([^()]*conflicted copy[^()]*\)|-(?:DESKTOP|LAPTOP)-[A-Z0-9]+|[-_.]checkpoint"
    r"|\.sync-conflict-[\w-]+)$",
    re.IGNORECASE,
)
#: Behind the chapter's name alone: macOS's `ch02 2`, and behind a student's and the chapter's words
#: that may also be surnames: `ada_ch02_new`.
_AGAIN = re.compile(
    r"(?P<number> \d{1,2})$|[ _.-]+(?:again|backup|bak|best|done|fix|good|last|mine|my|neu|new"
    r"|nieuw|ok|old|redo|test|try|work)\d{0,2}$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^ ?\(\d+\)")  # `ch02 (1) - Ada`
#: Behind the student's name: `Ada - Copy of ch02`.
_COPY_OF = re.compile(r"[ _-]*\b(?:Copy of|Copie de|Copia de|Kopie van|Kopie von)$", re.IGNORECASE)
_STEMS = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(each.stem for each in CHAPTERS)})(?![a-z0-9])", re.IGNORECASE
)
_BETWEEN = " _-.,+"
#: By chapter's number what a name says after `ch02`: the title's words in any number.
_TITLES = {
    each.number: re.compile(
        rf"\x00{each.number}:(?:[ _-]+(?:{'|'.join(each.stem.split('_')[1:])})(?![^\W_]))+",
        re.IGNORECASE,
    )
    for each in CHAPTERS
}
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
    again = _AGAIN.search(text)
    if again and any(
        found.end() == again.start() and (again["number"] or found.start() > 0)
        for pattern in (_STEMS, _SHORT)
        for found in pattern.finditer(text)
    ):
        return text[: again.start()]
    return text


def without_chapter(text: str) -> str:
    """A name without the words that speak of a chapter or of a copy.

    `ch02-elman-ada` is ada's: what follows the chapter's number is its title as long as it can be.
    """
    text = _STEMS.sub("\0", without_copy(text))
    text = _SHORT.sub(_mark, text)
    if "\0" not in text:
        return text.strip(_BETWEEN)
    for words in _TITLES.values():
        text = words.sub("\0", text)
    text = re.sub(r"\x00\d+:?", "\0", text)
    left, *others = text.split("\0")
    name = _COPY_OF.sub("", left.strip(_BETWEEN)).strip(_BETWEEN)
    for part in (_NUMBER.sub("", each) for each in others):
        if bare := part.strip(_BETWEEN):
            between = part[0] if part[0] in _BETWEEN else " "
            name = f"{name}{between}{bare}" if name else bare
    return name


def _mark(found: re.Match[str]) -> str:
    return f"\0{int(found[1])}:"


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
