"""Whose a notebook is where no LMS named it: told by the folders it lies in and by its own name.

A folder may be a student's, a section's or an export's. Here names are read; whether they fit what
lies under them is asked once the chapters are known: see `doubts`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import PurePosixPath

from course_utils.errors import SubmissionError
from course_utils.grading.intake.chapter_detection import (
    chapter_in_text,
    without_chapter,
    without_copy,
)
from course_utils.grading.intake.checkouts import START, Checkouts, checkouts_in
from course_utils.grading.intake.spoken_names import (
    is_draft,
    is_group,
    is_nobodys,
    without_version,
)

__all__ = ["ALONE", "Person", "names_inside", "people_in", "stem_of"]

ALONE = "student"  # whose files have names that tell nobody's, if all of them do
_NAMELESS = (
    "It is not clear whose this is: neither its name nor its folder tells a student. Name it after "
    "the student, as in ada_ch02.ipynb."
)
_NUMBERED = re.compile(r"(\d{1,3})[ _.-]+(?=\D)")


@dataclass(frozen=True)
class Person:
    """Who a file is by.

    Attributes:
        student: the name; ALONE where no file of the class tells one; "" where only this does not.
        label: the names on its path that tell it, as they were written: files of one student and
            one chapter with different labels may be two persons'.
        place: where in the path the name stands, or -1.
        problem: why it is not clear who that is; "" if it is.
    """

    student: str
    label: tuple[str, ...]
    place: int = -1
    problem: str = ""


@dataclass(frozen=True)
class _Name:
    """One name on a path that may be a person's: what it says, how it was written, where."""

    person: str
    written: str
    place: int


def stem_of(name: str) -> str:
    """A file's name without the ending, be it `.ipynb` or `.ipynb.json`."""
    lower = name.lower()
    for ending in (".ipynb.json", ".ipynb.txt", ".ipynb", ".zip", ".json", ".txt"):
        if lower.endswith(ending):
            return name[: -len(ending)]
    return name


def names_inside(path: PurePosixPath, checkouts: Checkouts | None = None) -> tuple[str, ...]:
    """The names on a path below what is one person's already: `ada` of `class/ada/ch02.ipynb`."""
    hidden = checkouts.places(path) if checkouts else ()
    return tuple(each.written for each in _names(path, path.parts, hidden, outer=False))


def people_in(
    files: Sequence[tuple[PurePosixPath, str]], packed: bool = False, called: str = ""
) -> list[Person]:
    """For each notebook whose it is.

    Args:
        files: path and the path as it was written, of the notebooks and zips of a class.
        packed: they come from one archive, which may hold all of them in one more folder.
        called: what the whole is called: a lone student's name, where that handed in the course.

    Raises:
        SubmissionError: the files are told apart by nothing but numbers which may mean anything.
    """
    checkouts = checkouts_in(path for path, _ in files)
    if (root := _lone_root(checkouts.roots, files)) is not None:
        own = root[-1] if root and not is_nobodys(root[-1]) else without_copy(called) or ALONE
        _refuse_others([PurePosixPath(*path.parts[len(root) :]) for path, _ in files])
        return [Person(own, (own,)) for _ in files]
    names = _out_of_groups(_without_common(files, packed, checkouts))
    if not any(names) or _only_drafts(files, names):
        return _numbered(files) or [Person(ALONE, (path.name,)) for path, _ in files]
    return [_person(path, each) for (path, _), each in zip(files, names, strict=True)]


def _lone_root(
    roots: frozenset[tuple[str, ...]], files: Sequence[tuple[PurePosixPath, str]]
) -> tuple[str, ...] | None:
    """The one course folder that all files lie in, if they do."""
    root: tuple[str, ...] | None = None
    if () in roots:
        root = ()
    elif len(roots) == 1:
        (root,) = roots
    if root is None or any(path.parts[: len(root)] != root for path, _ in files):
        return None
    return root


def _refuse_others(files: Sequence[PurePosixPath]) -> None:
    """Refuse what lies in one student's course folder under other names: whose is it?"""
    others = [
        path
        for path in files
        if any(not is_draft(each) for each in names_inside(path, Checkouts(frozenset({()}))))
    ]
    if others:
        shown = ", ".join(sorted(map(str, others))[:4])
        raise SubmissionError(
            "It is not clear who the students are: this is the course's own folder, with "
            f"notebooks of other names in it: {shown}. Nothing was graded. If those are hand-ins, "
            "grade their folder; if all is one student's, grade notebooks/ and work/ without them."
        )


def _numbered(files: Sequence[tuple[PurePosixPath, str]]) -> list[Person]:
    """Students by the number in front, `1_ch02.ipynb`, `2_ch02.ipynb`; [] where there is none."""
    found = [_NUMBERED.match(path.name) for path, _ in files]
    told = [each[1] for each in found if each]
    if len(told) < max(2, len(files)):
        return []
    chapters = Counter(chapter_in_text(str(path)) for path, _ in files)
    chapters.pop("", None)
    if max(chapters.values(), default=0) < 2:
        shown = ", ".join(sorted(path.name for path, _ in files)[:4])
        raise SubmissionError(
            f"It is not clear whether the numbers of {shown} are students or one student's order. "
            "Nothing was graded. Name each file after its student, as in ada_ch02.ipynb, or give "
            "each student a folder."
        )
    return [
        Person(number, (without_copy(stem_of(path.name)),))
        for number, (path, _) in zip(told, files, strict=True)
    ]


def _only_drafts(
    files: Sequence[tuple[PurePosixPath, str]], names: Sequence[Sequence[_Name]]
) -> bool:
    """Whether all names are of folders that one keeps beside the answer: `old/ch02.ipynb`."""
    beside = any(len(path.parts) == 1 for path, _ in files)
    return beside and all(is_draft(one.person) for each in names for one in each)


def _person(path: PurePosixPath, names: list[_Name]) -> Person:
    if not names:
        return Person("", (str(path),), -1, _NAMELESS)
    return Person(names[0].person, tuple(each.written for each in names), names[0].place)


def _names(
    path: PurePosixPath, written: Sequence[str], hidden: Collection[int] = (), outer: bool = True
) -> list[_Name]:
    """The names on a path that may be a person's, from the outside in.

    Args:
        path: cleaned.
        written: its parts as they were written.
        hidden: the places of the course's own folders.
        outer: it begins where a student's folder may stand, whatever that is called.
    """
    found: list[_Name] = []
    last = len(path.parts) - 1
    for place, part in enumerate(path.parts):
        if place in hidden or (place == last and stem_of(part) == START):
            continue
        inner = place == last
        person = without_chapter(stem_of(part) if inner else part)
        as_written = without_copy(stem_of(written[place]) if inner else written[place])
        if inner:
            person, as_written = without_version(person), without_version(as_written)
        free = outer and not found and not inner
        if person and (free or not is_nobodys(person)):
            found.append(_Name(person, as_written, place))
    return found


def _without_common(
    files: Sequence[tuple[PurePosixPath, str]], packed: bool, checkouts: Checkouts
) -> list[list[_Name]]:
    """Each file's names, without the folders that all files lie in, if the rest tells them apart.

    Beside folders of students a folder that looks like a chapter is a student's login.
    """
    cut, names = 0, _cut(files, 0, checkouts)
    for deeper in range(1, _common(files) + 1):
        inner = _cut(files, deeper, checkouts)
        if len({each[0].person for each in inner if each}) > 1:
            cut, names = deeper, inner
            break
        if packed and all(each and not is_nobodys(each[0].person) for each in inner):
            cut, names = deeper, inner
    in_folders = any(
        each and each[0].place < len(path.parts) - 1
        for (path, _), each in zip(files, names, strict=True)
    )
    for number, (path, _) in enumerate(files):
        if in_folders and not names[number] and len(path.parts) > cut + 1:
            login = path.parts[cut]
            names[number] = [_Name(login, login, cut)]
    return names


def _common(files: Sequence[tuple[PurePosixPath, str]]) -> int:
    """How many folders all files lie in, one in another."""
    folders = [path.parts[:-1] for path, _ in files]
    levels = zip(*folders, strict=False)  # as deep as the least deep
    return len(list(takewhile(lambda level: len(set(level)) == 1, levels)))


def _cut(
    files: Sequence[tuple[PurePosixPath, str]], cut: int, checkouts: Checkouts
) -> list[list[_Name]]:
    """Each file's names below so many folders."""
    made = []
    for path, raw in files:
        written = raw.split("/")
        if len(written) != len(path.parts):
            written = list(path.parts)
        hidden = {place - cut for place in checkouts.places(path)}
        found = _names(PurePosixPath(*path.parts[cut:]), written[cut:], hidden)
        made.append([_Name(each.person, each.written, each.place + cut) for each in found])
    return made


def _out_of_groups(names: list[list[_Name]]) -> list[list[_Name]]:
    """Without the outermost folder where all are called as sections or assignments are."""
    groups = {each[0].person for each in names if each}
    inside = sum(len(each) > 1 for each in names)
    told = [is_group(each) or is_nobodys(each) for each in groups]
    if len(groups) < 2 or not all(told) or 2 * inside <= len(names):
        return names
    return [_below(each[0], each[1:]) if len(each) > 1 else [] for each in names]


def _below(group: _Name, names: list[_Name]) -> list[_Name]:
    """The names in a group; two groups may each have their own Kim, and their labels tell it."""
    first = replace(names[0], written=f"{group.written}/{names[0].written}")
    return [first, *names[1:]]
