"""The class as the LMS exports it: to give marks back under the LMS's own ids.

Canvas: Gradebook, Export, Export Entire Gradebook. Moodle: Assignment, Submissions, Download
grading worksheet ("Offline grading worksheet" must be among the assignment's feedback types).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from course_utils.errors import GradingError
from course_utils.grading.intake.chapter_detection import chapter_in_text
from course_utils.grading.intake.lms import Identity
from course_utils.grading.intake.naming import clean_name

__all__ = ["Roster", "read_roster"]

_LARGEST = 50_000_000
_WORD = re.compile(r"\w+")
_POSSIBLE = "Points Possible"
_PARTICIPANT = re.compile(r"\D*(\d+)")


@dataclass(frozen=True)
class Roster:
    """One exported table.

    Attributes:
        lms: whose it is.
        header: the names of the columns, as exported.
        rows: one dict a student, column → text.
        possible: Canvas's row of points possible; {} elsewhere.
        chapter: of the assignment that a Moodle worksheet is for, by the file's name; "" if it
            does not say.
    """

    lms: Literal["canvas", "moodle"]
    header: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    possible: dict[str, str]
    chapter: str = ""
    _index: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)

    def row_of(self, student: str, who: Identity) -> int | None:
        """The row of a student: by the LMS's number, the login, then the name if it is only one's.

        Args:
            student: as in the verdict.
            who: what the LMS knows the student by.
        """
        keys = [("login", _plain(student)), *(("name", name) for name in _names(who.name))]
        if who.lms == self.lms and who.number:
            keys = [("number", who.number), *keys]
        for key in keys:
            found = self._index.get(key, -1)
            if found >= 0:
                return found
        return None

    def others(self, met: Collection[int], *columns: str) -> list[str]:
        """The students whose rows are not among `met`, each by the first column that tells it."""
        return [
            clean_name(next((row[name] for name in columns if row.get(name)), "?"))
            for place, row in enumerate(self.rows)
            if place not in met
        ]


def read_roster(path: Path) -> Roster:
    """Read a table that Canvas or Moodle exported.

    Raises:
        GradingError: it is no roster, or cannot be read; the message says what to export.
    """
    try:
        data = Path(path).read_bytes()[: _LARGEST + 1]
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GradingError(f"The roster {path} cannot be read: {error}") from error
    lines = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    header = tuple(lines[0]) if lines else ()
    rows = [dict(zip(header, line, strict=False)) for line in lines[1:]]
    if {"Student", "ID", "Section"} <= set(header):
        possible = next((row for row in rows if _POSSIBLE in row.get("Student", "")), {})
        students = [row for row in rows if row.get("Student", "").strip() and row is not possible]
        columns = {"number": ("ID",), "login": ("SIS Login ID", "SIS User ID")}
        return _indexed("canvas", header, students, possible, "", {**columns, "name": ("Student",)})
    if {"Identifier", "Grade"} <= set(header):
        columns = {"number": ("Identifier",), "login": ("Username", "ID number", "Email address")}
        chapter = chapter_in_text(Path(path).stem)
        return _indexed("moodle", header, rows, {}, chapter, {**columns, "name": ("Full name",)})
    raise GradingError(
        f"{path} is neither Canvas's exported gradebook (columns Student, ID, Section) nor "
        "Moodle's grading worksheet (columns Identifier, Grade). Export one of them again."
    )


def _indexed(
    lms: Literal["canvas", "moodle"],
    header: tuple[str, ...],
    rows: list[dict[str, str]],
    possible: dict[str, str],
    chapter: str,
    columns: dict[str, tuple[str, ...]],
) -> Roster:
    index: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        for kind, names in columns.items():
            for key in {key for name in names for key in _keys(kind, row.get(name) or "")}:
                # a name that two students have is nobody's
                index[kind, key] = -1 if (kind, key) in index else place
    return Roster(lms, header, tuple(rows), possible, chapter, index)


def _keys(kind: str, value: str) -> set[str]:
    """What a cell of the roster is found by."""
    if kind == "number":
        found = _PARTICIPANT.fullmatch(value.strip())  # "12345", or "Participant 1234567"
        return {found[1]} if found else set()
    return (_names(value) if kind == "name" else {_plain(value)}) - {""}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _names(name: str) -> set[str]:
    """A name without case and signs: its words in any order ("Lovelace, Ada" is "Ada Lovelace"),
    and written together as Canvas does it ("lovelaceada")."""
    words = _WORD.findall(_plain(name))
    return {" ".join(sorted(words)), "".join(words)}


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)
