"""The book of claims: every card of the executed solutions, in one table.

A claim's card leaves its record in its output's metadata under `unrolled_claim`: see
`claims/record.py`. The book adds nothing to what is said there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course_utils import chapters as course
from course_utils.authoring.storing import read_notebook, write_text
from course_utils.chapters import Chapter

__all__ = ["KEY", "book_text", "claims_of", "missing_solutions", "write_book"]

#: Where a card's JSON stands in the metadata of its output.
KEY = "unrolled_claim"

_HEAD = """\
# The book of claims

What the lectures claim, and what this course measured. Each verdict was computed from the
measurement by the rule beside it, and the rule was written before the measurement was run.
`~` marks what may differ on your machine.

*Written by `unrolled build` from the executed solutions; do not edit.*
"""
_COLUMNS = ("claim", "verdict", "statement", "measured", "control", "rule", "chapter")


def claims_of(notebook: NotebookNode) -> list[dict[str, Any]]:
    """The cards of an executed notebook, in order."""
    return [
        dict(output.metadata[KEY])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if KEY in output.get("metadata", {})
    ]


def missing_solutions(root: Path) -> list[str]:
    """The stems of the chapters whose executed solution is not there yet."""
    return [
        each.stem
        for each in course.CHAPTERS
        if read_notebook(root / "solutions" / f"{each.stem}.ipynb") is None
    ]


def write_book(root: Path) -> bool:
    """Write CLAIMS.md if every chapter has its executed solution.

    Returns:
        Whether its bytes changed.
    """
    return not missing_solutions(root) and write_text(root / "CLAIMS.md", book_text(root))


def book_text(root: Path) -> str:
    """The book of claims, from the stored solutions."""
    rows: list[tuple[int, str]] = []
    counts: dict[str, int] = {}
    for chapter in course.CHAPTERS:
        notebook = read_notebook(root / "solutions" / f"{chapter.stem}.ipynb")
        for card in claims_of(notebook) if notebook is not None else []:
            counts[card["verdict"]] = counts.get(card["verdict"], 0) + 1
            rows.append((_number(card["id"]), _row(card, chapter)))
    if not rows:
        return f"{_HEAD}\nNo claim has been measured yet.\n"
    total = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    lines = [_line(_COLUMNS), _line(["---"] * len(_COLUMNS)), *(row for _, row in sorted(rows))]
    return f"{_HEAD}\n{len(rows)} claims: {total}.\n\n" + "\n".join(lines) + "\n"


def _row(card: Mapping[str, Any], chapter: Chapter) -> str:
    name = f"{chapter.stem}.ipynb"
    chapter_links = (
        f"[{chapter.number} {chapter.title}](notebooks/{name}) ([as measured](solutions/{name}))"
    )
    return _line(
        [
            card["id"],
            f"**{card['verdict']}**<br>{card['because']}",
            f"{card['statement']} *({card['source']})*",
            f"{_rows(card['measured'])}<br>*{card['runs']}*",
            f"{card['control']}<br>{_rows(card['controlled'])}",
            card["rule"],
            chapter_links,
        ]
    )


def _rows(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows of a card as text: `ratio: ~1 (~1 to ~1)`."""
    return "<br>".join(f"{row['metric']}: {row['mean']} ({row['interval']})" for row in rows)


def _line(cells: Iterable[str]) -> str:
    """One row of a Markdown table; what would break the table is escaped."""
    escaped = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _number(claim: str) -> int:
    digits = "".join(filter(str.isdigit, claim))
    return int(digits) if digits else 0
