"""What the builder writes under a chapter's title."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from course_utils.authoring.heading import heading, onward
from course_utils.authoring.storing import read_notebook
from course_utils.chapters import CHAPTERS, Chapter, chapter
from course_utils.lectures import CLAIMS, OWN, TOPICS


@pytest.mark.parametrize("of", CHAPTERS, ids=lambda of: of.stem)
def test_topics_and_claims_are_said_in_words(of: Chapter) -> None:
    text = heading(of)
    assert not re.search(r"\b[TCO]\d+\b", text)
    for name in of.topics:
        assert TOPICS[name] in text
    for name in of.claims:
        assert {**CLAIMS, **OWN}[name] in text
    assert f"{of.minutes} minutes" in text and f"{of.seconds} seconds" in text


@pytest.mark.parametrize("of", CHAPTERS, ids=lambda of: of.stem)
def test_every_link_leads_to_a_chapter(of: Chapter, checkout: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", heading(of) + onward(of)):
        assert (checkout / "notebooks" / target).exists()


def test_what_comes_first_is_linked_or_said() -> None:
    assert "[2 · The Elman cell](ch02_elman_cell.ipynb)" in heading(chapter("ch09"))
    assert "| Python, NumPy, a dense layer |" in heading(chapter("ch01"))


def test_the_way_goes_from_each_chapter_to_its_neighbours() -> None:
    for before, after in pairwise(CHAPTERS):
        assert f"({after.stem}.ipynb) →" in heading(before)
        assert f"← [{before.number} · {before.title}]" in heading(after)
        assert onward(before).endswith(after.summary)
    assert "←" not in heading(CHAPTERS[0]) and "→" not in heading(CHAPTERS[-1])
    assert onward(CHAPTERS[-1]) == ""


def test_it_stands_in_the_notebooks(checkout: Path) -> None:
    for of in CHAPTERS:
        for folder in ("notebooks", "solutions"):
            notebook = read_notebook(checkout / folder / f"{of.stem}.ipynb")
            assert notebook is not None
            assert heading(of) in notebook.cells[0].source
            assert notebook.cells[-1].source.endswith(onward(of))
