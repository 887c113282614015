"""Whose a notebook is where no LMS named it: told by the folders it lies in and by its own name.

A folder may be a student's, a section's or an export's. Here names are read; whether they fit what
lies under them is asked once the chapters are known: see `doubts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import PurePosixPath

from course_utils.grading.intake.chapter_detection import without_chapter, without_copy

__all__ = ["ALONE", "Person", "names_inside", "people_in", "stem_of"]

ALONE = "student"  # whose files have names that tell nobody's, if all of them do
_NAMELESS = (
    "It is not clear whose this is: neither its name nor its folder tells a student. Name it after "
    "the student, as in ada_ch02.ipynb."
)
_WORDS = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: What people call drafts and folders of their own; a name of these words alone is nobody's.
_NOBODYS = frozenset(
    _WORDS.findall("""
    abgabe aangepast again answer answers assignment assignments attempt backup bak best chapter
    checkpoint checkpoints clean code colab copie copy corrected current done download downloads
    draft due essay exercise exercises export file files final finished first fixed hand handin
    home homework hw in ipynb kopie lab last late latest main master mine my neu new nieuw notebook
    notebooks of old older oplossing part problem project question recurrent redo rnn solution
    solutions solved src student students submission submissions submit submitted task temp test
    the tmp try unit unrolled untitled update updated v ver version versuch week work working
    """)
)
#: What a folder of several students is called.
_GROUPS = frozenset(
    _WORDS.findall("""
    class cohort course day friday group groep grp gruppe klas kurs lab monday room sec section
    sectie slot team thursday track tuesday tut tutor tutorial uebung wednesday werkgroep
    """)
)


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


def names_inside(path: PurePosixPath) -> tuple[str, ...]:
    """The names on a path below what is one person's already: `ada` of `class/ada/ch02.ipynb`."""
    return tuple(each.written for each in _names(path, path.parts, outer=False))


def people_in(files: Sequence[tuple[PurePosixPath, str]], packed: bool = False) -> list[Person]:
    """For each notebook whose it is.

    Args:
        files: path and the path as it was written, of the notebooks and zips of a class.
        packed: they come from one archive, which may hold all of them in one more folder.
    """
    names = _out_of_groups(_without_common(files, packed))
    if not any(names):
        return [Person(ALONE, (path.name,)) for path, _ in files]
    return [_person(path, each) for (path, _), each in zip(files, names, strict=True)]


def _person(path: PurePosixPath, names: list[_Name]) -> Person:
    if not names:
        return Person("", (str(path),), -1, _NAMELESS)
    return Person(names[0].person, tuple(each.written for each in names), names[0].place)


def _names(path: PurePosixPath, written: Sequence[str], outer: bool = True) -> list[_Name]:
    """The names on a path that may be a person's, from the outside in.

    Args:
        path: cleaned.
        written: its parts as they were written.
        outer: it begins where a student's folder may stand, whatever that is called.
    """
    found: list[_Name] = []
    last = len(path.parts) - 1
    for place, part in enumerate(path.parts):
        person = without_chapter(stem_of(part) if place == last else part)
        free = outer and not found and place < last
        if person and (free or not _is_nobodys(person)):
            as_written = without_copy(stem_of(written[place]) if place == last else written[place])
            found.append(_Name(person, as_written, place))
    return found


def _is_nobodys(text: str) -> bool:
    if re.fullmatch(r"submission_\d+", text):  # Gradescope's word for a student
        return False
    words = _WORDS.findall(text.casefold())
    if not words:
        return len(text) < 4 or bool(_YEAR.fullmatch(text))  # else a student's number
    told = [word for word in words if word not in _NOBODYS]
    return not told or (len(told) < len(words) and all(len(word) == 1 for word in told))


def _without_common(files: Sequence[tuple[PurePosixPath, str]], packed: bool) -> list[list[_Name]]:
    """Each file's names, without the folders that all files lie in, if the rest tells them apart.

    Beside folders of students a folder that looks like a chapter is a student's login.
    """
    cut, names = 0, _cut(files, 0)
    for deeper in range(1, _common(files) + 1):
        inner = _cut(files, deeper)
        if len({each[0].person for each in inner if each}) > 1:
            cut, names = deeper, inner
            break
        if packed and all(inner):
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


def _cut(files: Sequence[tuple[PurePosixPath, str]], cut: int) -> list[list[_Name]]:
    """Each file's names below so many folders."""
    made = []
    for path, raw in files:
        written = raw.split("/")
        if len(written) != len(path.parts):
            written = list(path.parts)
        found = _names(PurePosixPath(*path.parts[cut:]), written[cut:])
        made.append([_Name(each.person, each.written, each.place + cut) for each in found])
    return made


def _out_of_groups(names: list[list[_Name]]) -> list[list[_Name]]:
    """Without the outermost folder where all are called as sections or assignments are."""
    groups = {each[0].person for each in names if each}
    inside = sum(len(each) > 1 for each in names)
    told = [_is_group(each) or _is_nobodys(each) for each in groups]
    if len(groups) < 2 or not all(told) or 2 * inside <= len(names):
        return names
    return [_below(each[0], each[1:]) if len(each) > 1 else [] for each in names]


def _below(group: _Name, names: list[_Name]) -> list[_Name]:
    """The names in a group; two groups may each have their own Kim, and their labels tell it."""
    first = replace(names[0], written=f"{group.written}/{names[0].written}")
    return [first, *names[1:]]


def _is_group(name: str) -> bool:
    words = _WORDS.findall(name.casefold())
    return 0 < len(words) <= 2 and any(word in _GROUPS for word in words)
