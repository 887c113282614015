"""The book of claims: every card of the executed solutions, a section each, with its pictures.

A claim's card leaves its record in its output's metadata: see `claims/record.py`. The book adds
nothing to what is said there.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_utils import chapters as course
from course_utils.authoring.interval_picture import in_words, interval_picture
from course_utils.authoring.storing import read_notebook, write_bytes
from course_utils.chapters import Chapter
from course_utils.claims.card import KEY, SHORT
from course_utils.claims.record import Record

__all__ = [
    "BOOK",
    "PICTURES",
    "Card",
    "book_files",
    "claims_of",
    "missing_solutions",
    "pictures_in",
    "write_book",
]

BOOK = Path("CLAIMS.md")
#: Where the book's pictures lie.
PICTURES = Path("solutions/claims")

_HEAD = """\
# The book of claims

What the lectures claim, what else was worth asking, and what this course measured. The rule of each
verdict was written before its measurement was run; the verdict is what the rule made of the
numbers. `≈` marks what may differ a little on your machine. In the strips green is where the rule
asks a number to lie, the dot is the mean, the line its interval; grey belongs to the control, which
must come out as the claim foresees if the measurement is to mean anything.

*Written by `unrolled build` from the executed solutions; do not edit.*
"""
_VERDICTS = {
    "supported": "The measurement bears the claim out, and the control does what it should.",
    "qualified": "Not every condition of the rule holds; the sentence under the claim says which.",
    "refuted": "What was measured is the opposite of what is claimed.",
}
_LOOK_BACK = 1  # code cells before a card's own where its figure may stand


@dataclass(frozen=True)
class Card:
    """A card as it stands in an executed notebook.

    Attributes:
        record: all that it says.
        short: whether the notebook shows verdict and statement alone.
        figure: the last picture before it, a PNG file, or None.
    """

    record: Record
    short: bool
    figure: bytes | None


def claims_of(notebook: NotebookNode) -> list[Card]:
    """The cards of an executed notebook, in order."""
    cards = []
    pictures: list[tuple[int, bytes]] = []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for place, cell in enumerate(code):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                pictures.append((place, base64.b64decode(output.data["image/png"])))
            marks = output.get("metadata", {})
            if KEY in marks:
                near = [png for where, png in pictures if place - where <= _LOOK_BACK]
                figure = near[-1] if near else None
                cards.append(Card(marks[KEY], bool(marks.get(SHORT)), figure))
    return cards


def missing_solutions(root: Path) -> list[str]:
    """The stems of the chapters whose executed solution is not there yet."""
    return [
        each.stem
        for each in course.CHAPTERS
        if read_notebook(root / "solutions" / f"{each.stem}.ipynb") is None
    ]


def write_book(root: Path) -> bool:
    """Write the book and its pictures if every chapter has its executed solution.

    Pictures of claims that no chapter shows any more are removed.

    Returns:
        Whether any bytes changed.
    """
    if missing_solutions(root):
        return False
    files = book_files(root)
    changed = [write_bytes(root / path, data) for path, data in files.items()]
    left = [path for path in pictures_in(root) if path.relative_to(root) not in files]
    for path in left:
        path.unlink()
    return any(changed) or bool(left)


def pictures_in(root: Path) -> list[Path]:
    """The files in the pictures' folder."""
    return sorted((root / PICTURES).glob("*.*"))


def book_files(root: Path) -> dict[Path, bytes]:
    """Path in the checkout → bytes: the book and its pictures, from the stored solutions."""
    entries = _entries(root)
    if not entries:
        return {BOOK: f"{_HEAD}\nNo claim has been measured yet.\n".encode()}
    files: dict[Path, bytes] = {}
    for each in entries:
        files[PICTURES / f"{each.name}.svg"] = interval_picture(each.card.record).encode()
        if each.card.figure is not None:
            files[PICTURES / f"{each.name}.png"] = each.card.figure
    parts = [_HEAD, _contents(entries)]
    for verdict, meaning in _VERDICTS.items():
        sections = [_section(each) for each in entries if each.verdict == verdict]
        if sections:
            parts += [f"## {verdict.capitalize()}\n\n{meaning}\n", *sections]
    return {BOOK: "\n".join(parts).encode(), **files}


@dataclass(frozen=True)
class _Entry:
    """A card in the book. name: "C18", and "C18-2" for the second card of one claim."""

    name: str
    chapter: Chapter
    card: Card

    @property
    def verdict(self) -> str:
        return self.card.record["verdict"]

    @property
    def anchor(self) -> str:
        return self.name.lower()


def _entries(root: Path) -> list[_Entry]:
    """All cards of all chapters, by the claims' numbers."""
    entries: list[_Entry] = []
    counts: dict[str, int] = {}
    for chapter in course.CHAPTERS:
        notebook = read_notebook(root / "solutions" / f"{chapter.stem}.ipynb")
        for card in claims_of(notebook) if notebook is not None else []:
            claim = card.record["id"]
            counts[claim] = counts.get(claim, 0) + 1
            name = claim if counts[claim] == 1 else f"{claim}-{counts[claim]}"
            entries.append(_Entry(name, chapter, card))
    return sorted(entries, key=lambda each: (*_place(each.card.record["id"]), each.name))


def _contents(entries: list[_Entry]) -> str:
    """One line a claim, and how many there are of each verdict."""
    given = [each.verdict for each in entries]
    total = ", ".join(f"{given.count(each)} {each}" for each in _VERDICTS if each in given)
    rows = "".join(
        f"| [{_text(each.card.record['statement'])}](#{each.anchor}) | {each.verdict} "
        f"| {each.chapter.number} |\n"
        for each in entries
    )
    head = f"{len(entries)} claim{'s' if len(entries) > 1 else ''}: {total}."
    return f"{head}\n\n| claim | verdict | chapter |\n| --- | --- | --- |\n{rows}"


def _section(entry: _Entry) -> str:
    """One claim: verdict in words, where it was measured, pictures, and the rest folded."""
    record, chapter = entry.card.record, entry.chapter
    notebook = f"{chapter.stem}.ipynb"
    picture = (PICTURES / entry.name).as_posix()
    figure = f"![The figure of chapter {chapter.number}]({picture}.png)\n\n"
    numbers = [*_numbers(record, False), *_numbers(record, True)]
    explained = "".join(f"- {each}\n" for each in _explained(record))
    return (
        f'<a id="{entry.anchor}"></a>\n\n'
        f"### {_text(record['statement'])}\n\n"
        f"**{entry.verdict.capitalize()}.** {_text(record['because'])} "
        f"Measured in [chapter {chapter.number}, {chapter.title}](notebooks/{notebook}) "
        f"([with its results](solutions/{notebook})).\n\n"
        f"{figure if entry.card.figure is not None else ''}"
        f"![{_text('; '.join(numbers))}]({picture}.svg)\n\n"
        "<details><summary>Rule, control and source</summary>\n\n"
        f"- Rule, written before the run: {_text(record['rule'])}\n"
        f"- Control: {_text(record['control'])}\n"
        f"{explained}"
        f"- Numbers: {_text(record['runs'])}\n"
        f"- Source: {_text(record['source'])}\n"
        f"- Number: {record['id']}\n\n</details>\n"
    )


def _numbers(record: Record, control: bool) -> list[str]:
    rows = record["controlled" if control else "measured"]
    before = "control, " if control else ""
    return [f"{before}{row['metric']}: {in_words(row)}" for row in rows]


def _explained(record: Record) -> list[str]:
    """What each quantity is."""
    rows = [*record["measured"], *record["controlled"]]
    lines = [f"*{_text(row['metric'])}*: {_text(row['about'])}" for row in rows]
    return list(dict.fromkeys(lines))


def _text(words: str) -> str:
    """Words as Markdown shows them: on one line, with nothing taken for markup."""
    line = " ".join(words.split())
    for mark in ("\\", "*", "_", "[", "]", "<", "|", "`"):
        line = line.replace(mark, f"\\{mark}")
    return line


def _place(claim: str) -> tuple[str, int]:
    """The lectures' claims (C) before our own (O), each in the order of its number."""
    digits = "".join(filter(str.isdigit, claim))
    return claim[:1], int(digits) if digits else 0
