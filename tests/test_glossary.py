"""Terms stand in bold where they are explained, and are in the glossary from then on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course_utils.chapters import CHAPTERS

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = 6


def rows() -> list[list[str]]:
    lines = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def bold_terms(stem: str) -> set[str]:
    """The terms in bold in a chapter's prose; a whole sentence in bold is no term."""
    source = (ROOT / "solutions" / f"{stem}.py").read_text(encoding="utf-8")
    cells = re.split(r"(?m)^# %%", source)[1:]
    prose = "\n".join(cell for cell in cells if cell.startswith(" [markdown]"))
    prose = re.sub(r"\s*\n# ?", " ", prose)
    found = re.findall(r"\*\*([^*]+)\*\*", prose)
    return {term.strip().lower() for term in found if len(term.split()) <= 4}


@pytest.mark.parametrize("stem", [chapter.stem for chapter in CHAPTERS])
def test_every_term_in_bold_is_in_the_glossary(stem):
    known = {row[0].lower() for row in rows()}
    assert sorted(bold_terms(stem) - known) == []


def test_every_entry_is_whole_sorted_and_explained_in_its_chapter():
    table = rows()
    assert [len(row) for row in table] == [COLUMNS] * len(table)
    assert all(cell for row in table for cell in row)
    names = [row[0].lower() for row in table]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    stems = {str(chapter.number): chapter.stem for chapter in CHAPTERS}
    unexplained = [row[0] for row in table if row[0].lower() not in bold_terms(stems[row[1]])]
    assert unexplained == []
