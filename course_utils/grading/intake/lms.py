"""Whose file it is, told by the names that nbgrader and LMSs give to what they collect.

Sources:
    nbgrader: `submitted/{student_id}/{assignment_id}/{notebook}.ipynb`, `timestamp.txt` beside it
    (nbgrader.readthedocs.io, "Philosophy"; `CourseDirectory.directory_structure`).

    Its exchange: `inbound/{student}+{assignment}+2026-03-01 10:00:00 UTC[+random]/{notebook}.ipynb`
    (`exchange/default/submit.py`), once for each time that something was handed in.

    Moodle: `{full name}_{participant}_assignsubmission_file_/{path}`, or in one folder
    `{full name}_{participant}_assignsubmission_file_{path}` ("Download all submissions", with and
    without "Download submissions in folders"; mod/assign/classes/downloader.php). Underscores of
    the full name are spaces there; blind marking writes `Participant`; a team without a group has
    no number. The number is the one of `Participant 1234567` in the grading worksheet; a student
    has another one in each assignment, so it is not a part of the student's name here.

    Canvas: `{name}[_LATE]_{user id}_{attachment id}_{file}`, or `[LATE_]anon_{id}_{attachment
    id}_{file}` where students are anonymous (lib/content_zipper.rb). The name is in lower case
    without spaces; a file handed in again is named `file-1.ipynb`, `file-2.ipynb`.

    Brightspace: `{user id}-{folder id} - {full name} - Mar 1, 2026 1159 PM/{path}`, one folder for
    each time that something was handed in ("Download All", as its users show it).

    Blackboard: `{assignment}_{login}_attempt_2026-03-01-12-00-00_{file}`, and the same without a
    file and with `.txt` for what the student wrote ("Assignment File Download").
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from course_utils.grading.intake.naming import safe_name, with_digest

__all__ = [
    "Identity",
    "Owner",
    "blackboard_owner",
    "brightspace_owner",
    "canvas_owner",
    "common_start",
    "exchange_owner",
    "identity",
    "moodle_owner",
    "without_number",
]

_MOODLE = re.compile(
    r"(?P<who>.+?)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL
)
_CANVAS = re.compile(
    r"(?P<who>.*?_)??(?P<late>LATE_)?(?P<id>\d+|anon_[A-Za-z0-9]+)_(?P<file_id>\d+)_(?P<file>.+)",
    re.DOTALL,
)
_BRIGHTSPACE = re.compile(
    r"(?P<id>\d+)-\d+ ?- (?P<who>.+?) ?- (?P<when>[A-Z][a-z]+ \d{1,2}, \d{4} \d{1,2}:?\d\d [AP]M)"
    r"(?: ?- (?P<file>.+))?",
    re.DOTALL,
)
_BLACKBOARD = re.compile(
    r"(?P<who>.+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL
)
_EXCHANGE = re.compile(
    r"(?P<who>[^+]+)\+[^+]+\+(?P<when>\d{4}-\d\d-\d\d \d\d[:_]?\d\d[:_]?\d\d)[^+]*(?:\+[^+]*)?"
)
_AGAIN = re.compile(r"-(\d{1,4})$")
_NUMBERED = re.compile(r"(?P<name>.*)_(?P<id>\d+)", re.DOTALL)


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, as far as its name says.

    Attributes:
        student: the name with the LMS's own number, `lovelaceada_12345`: two students may have the
            same name.
        file: what the student called the file.
        version: rises with each hand-in of the same file; what is compared first.
        late: whether the LMS marked it late.
    """

    student: str
    file: str
    version: tuple[int, ...] = ()
    late: bool = False


def moodle_owner(name: str) -> Owner | None:
    """The owner by a folder's or a file's name in Moodle's manner; None where it is not.

    Moodle's other plugins (`onlinetext`, `comments`) hold no notebook and are told apart by
    `file` being "".
    """
    found = _MOODLE.fullmatch(name)
    if not found:
        return None
    return Owner(found["who"], (found["file"] or "") if found["plugin"] == "file" else "")


def canvas_owner(name: str) -> Owner | None:
    """The owner by a file's name in Canvas's manner; None where it is not."""
    found = _CANVAS.fullmatch(name)
    if not found or (not found["who"] and not found["id"].startswith("anon")):
        return None
    stem, dot, ending = found["file"].rpartition(".")
    again = _AGAIN.search(stem)
    file = f"{stem[: again.start()]}{dot}{ending}" if again else found["file"]
    version = (int(found["file_id"][:18]), int(again[1]) if again else 0)
    return Owner(f"{found['who'] or ''}{found['id']}", file, version, bool(found["late"]))


def brightspace_owner(name: str) -> Owner | None:
    """The owner by a folder's or a file's name in Brightspace's manner; None where it is not."""
    found = _BRIGHTSPACE.fullmatch(name)
    if not found:
        return None
    version: tuple[int, ...] = ()
    with suppress(ValueError):
        when = datetime.strptime(found["when"].replace(":", ""), "%b %d, %Y %I%M %p")
        version = tuple(when.timetuple()[:5])
    return Owner(f"{found['who']}_{found['id']}", found["file"] or "", version)


def blackboard_owner(name: str) -> Owner | None:
    """The owner by a file's name in Blackboard's manner, the assignment's name in front of it.

    Both may hold underscores: see `common_start`.
    """
    found = _BLACKBOARD.fullmatch(name)
    if not found:
        return None
    return Owner(found["who"], found["file"] or "", tuple(map(int, found["when"].split("-"))))


def exchange_owner(name: str) -> Owner | None:
    """The owner by a folder's name in nbgrader's exchange; None where it is not."""
    found = _EXCHANGE.fullmatch(name)
    if not found:
        return None
    return Owner(found["who"], "", tuple(map(int, re.findall(r"\d+", found["when"]))))


def common_start(students: Collection[str]) -> str:
    """What all names begin with, up to an underscore; of one name all but its last part."""
    first, last = min(students, default=""), max(students, default="")
    pairs = enumerate(zip(first, last, strict=False))
    shared = first[: next((place for place, (one, two) in pairs if one != two), len(first))]
    return shared[: shared.rfind("_") + 1]


def without_number(student: str) -> str:
    """A student's name without the number that the LMS set behind it."""
    found = _NUMBERED.fullmatch(student)
    return found["name"] if found else student


@dataclass(frozen=True)
class Identity:
    """Who a student is to the LMS, told by where the submission lay.

    Attributes:
        lms: "moodle", "canvas", or "" where neither named the file.
        name: the name without a number.
        number: of the participant (Moodle) or the user (Canvas); "" where unknown.
    """

    lms: str
    name: str
    number: str


def identity(student: str, place: str) -> Identity:
    """What the LMS knows a student by.

    Args:
        student: as in the verdict.
        place: the verdict's `name`, the path of what was handed in.
    """
    parts = place.split("/")
    owners = [("moodle", moodle_owner(part)) for part in parts]
    owners += [("canvas", canvas_owner(part)) for part in parts]
    for lms, owner in owners:
        found = _NUMBERED.fullmatch(owner.student) if owner else None
        if found and student in _written(found["name"], found["id"]):
            return Identity(lms, found["name"], found["id"])
    return Identity("", student, "")


def _written(name: str, number: str) -> set[str]:
    """What a student of an LMS may be called here: with the number or without, and made safe."""
    every = (name, f"{name}_{number}")
    return {each for one in every for each in (safe_name(one), with_digest(one))}
