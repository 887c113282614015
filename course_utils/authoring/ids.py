"""Stable cell ids: from the exercise's name, or from the section, the role and the place in it.

A cell that is inserted into one section changes no id of another. An author who wants an id to
survive reordering inside a section writes `id="…"` in the header.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from course_utils.authoring.source import SourceCell
from course_utils.notebook import cell_id

__all__ = ["check_id", "duplicate_ids", "ids_of"]

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LONGEST_SLUG = 40


def check_id(exercise: str) -> str:
    """The id of the check cell of an exercise."""
    return f"{exercise}_check"


def ids_of(cells: Sequence[SourceCell]) -> list[str]:
    """The id of each cell, in order: unique unless `duplicate_ids` says otherwise."""
    ids, section = [], "start"
    sections = {section}
    places: Counter[tuple[str, str]] = Counter()
    for cell in cells:
        if cell.role == "text" and (slug := _heading_slug(cell.source)):
            section = _unused(slug, sections)
            sections.add(section)
        if cell.id:
            ids.append(cell.id)
        elif cell.role == "exercise" and cell.exercise:
            ids.append(cell_id(cell.exercise))
        elif cell.role == "check" and cell.exercise:
            ids.append(cell_id(check_id(cell.exercise)))
        else:
            places[section, cell.role] += 1
            ids.append(cell_id(section, cell.role, str(places[section, cell.role])))
    return ids


def duplicate_ids(cells: Sequence[SourceCell]) -> Iterator[tuple[SourceCell, str, SourceCell]]:
    """(cell, id, the cell that has the id) where two cells would share an id.

    The cell that wrote the id out is the one to blame: the other has no say in its own.
    """
    owners: dict[str, SourceCell] = {}
    for cell, name in zip(cells, ids_of(cells), strict=True):
        if name not in owners:
            owners[name] = cell
        elif cell.exercise and owners[name].exercise and not cell.id:
            continue  # the same exercise twice: another rule says so
        elif owners[name].id and not cell.id:
            yield owners[name], name, cell
        else:
            yield cell, name, owners[name]


def _heading_slug(markdown: str) -> str:
    """The first heading of a Markdown cell as lower-case words; "" where it has none."""
    found = _HEADING.search(_FENCED.sub("", markdown))
    if not found:
        return ""
    plain = unicodedata.normalize("NFKD", found[1]).encode("ascii", "ignore").decode()
    return cell_id(plain.lower())[:_LONGEST_SLUG].strip("-")


def _unused(slug: str, taken: set[str]) -> str:
    """The slug, or the slug with the smallest number that makes it new."""
    number, name = 2, slug
    while name in taken:
        name = f"{slug}-{number}"
        number += 1
    return name
