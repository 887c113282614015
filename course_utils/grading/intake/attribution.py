"""Tell for each file whose it is and which chapter it is of, as far as its path says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from course_utils.errors import SubmissionError
from course_utils.grading.intake.chapter_detection import chapter_in_text, without_chapter
from course_utils.grading.intake.entries import Entry
from course_utils.grading.intake.lms import (
    Owner,
    blackboard_owner,
    brightspace_owner,
    canvas_owner,
    common_start,
    exchange_owner,
    moodle_owner,
    without_number,
)
from course_utils.grading.intake.people import people_in

__all__ = ["Attributed", "AttributedFile", "attribute", "is_useful"]

_SUBMITTED = "submitted"
_STAMP = "timestamp.txt"
_DEEPEST = 3  # folders around what an LMS exported
#: The path that tells whose a file is, and the file.
_Files: TypeAlias = list[tuple[PurePosixPath, Entry]]
_Named: TypeAlias = Callable[[str], "Owner | None"]
NO_NOTEBOOK = "no notebook"


@dataclass(frozen=True)
class AttributedFile:
    """One file with its owner.

    Attributes:
        student: as the LMS or the path names them; "" for a refused file that is nobody's.
        chapter: the stem, or "" where the path does not tell.
        entry: the file.
        version: the LMS's own count of hand-ins; rises.
        problem: why it is not read.
        remarks: what the reader should know.
        by_lms: whether an LMS named the file: then whoever has no notebook handed in none.
        label: the names that tell whose it is, as they were written; () where an LMS does.
    """

    student: str
    chapter: str
    entry: Entry
    version: tuple[float, ...] = ()
    problem: str = ""
    remarks: tuple[str, ...] = ()
    by_lms: bool = False
    label: tuple[str, ...] = ()

    def rank(self, chapter: str) -> tuple[bool, tuple[float, ...], bool, float, str]:
        """What is graded comes last: without a problem, newest, named as the chapter, latest."""
        exact = self.entry.path.stem == chapter
        return not self.problem, self.version, exact, self.entry.time, str(self.entry.path)


@dataclass(frozen=True)
class Attributed:
    """What a class handed in, as far as paths tell.

    Attributes:
        files: notebooks and zips, and one entry for each student who handed in neither.
        named_by: who told the students: "Moodle", "Canvas", …, "nbgrader", "folders and files".
        aside: (path, why) of every other file.
    """

    files: list[AttributedFile]
    named_by: str
    aside: list[tuple[str, str]] = field(default_factory=list)


def is_useful(entry: Entry) -> bool:
    """Whether it is a notebook or a zip by its name."""
    return entry.kind in ("notebook", "zip")


def attribute(
    entries: Iterable[Entry], root: Path, *, packed: bool = False, whole: str = ""
) -> Attributed:
    """Give each file to a student; those that hand in no notebook get a problem that says so.

    What decides is the outermost level of names which the LMS or the instructor wrote: what a
    student calls a file or a folder in it makes it nobody else's.

    Args:
        entries: the files below `root`.
        root: the folder they are in.
        packed: they come from an archive, which may hold all of them in one more folder.
        whole: what the folder or archive is called.
    """
    files = [(each.path, each) for each in entries]
    for depth in range(_DEEPEST + 1):
        names: dict[tuple[str, ...], set[str]] = {}
        useful = [path for path, each in files if depth == 0 or is_useful(each)]
        if any(len(path.parts) <= depth for path in useful):
            break  # beside the folders lie notebooks: nobody's export, or a student's own mess
        heads = {path.parts[:depth] for path in useful}
        for path, _ in files:
            if len(path.parts) > depth and path.parts[:depth] in heads:
                names.setdefault(path.parts[:depth], set()).add(path.parts[depth])
        if not names:
            break
        if len(names) == 1:
            ((head, tops),) = names.items()
            submitted = _submitted(files, head, None if packed or depth else root)
            if submitted and not _most(tops, moodle_owner):
                return _with_the_empty(_nbgrader(submitted), "nbgrader", files)
        for called, owner in _OWNERS.items():
            if _named_by(owner, names.values()):
                return _with_the_empty(_by_lms(files, depth, called), called, files)
    return _with_the_empty(_by_path(files, packed, whole), "folders and files", files)


def _named_by(owner: _Named, folders: Collection[set[str]]) -> bool:
    """Whether an LMS named something in each folder, and most of all."""
    found = [sum(owner(top) is not None for top in tops) for tops in folders]
    return all(found) and 2 * sum(found) > sum(map(len, folders))


def _most(tops: set[str], owner: _Named) -> bool:
    """Whether an LMS named most of what lies outermost: one name may look so by chance."""
    return 2 * sum(owner(top) is not None for top in tops) > len(tops)


def _canvas_owner(name: str) -> Owner | None:
    """Canvas's owner, if what stands for the name is not a chapter's: `ch02_2026_11_ada.ipynb`."""
    owner = canvas_owner(name)
    return owner if owner and not chapter_in_text(owner.student) else None


_OWNERS: dict[str, _Named] = {
    "Moodle": moodle_owner,
    "Brightspace": brightspace_owner,
    "Blackboard": blackboard_owner,
    "nbgrader's exchange": exchange_owner,
    "Canvas": _canvas_owner,
}


def _with_the_empty(handed: Iterable[AttributedFile], named_by: str, files: _Files) -> Attributed:
    """Notebooks and zips as they are; one entry for each student who handed in neither."""
    made = Attributed([], named_by)
    useful: set[str] = set()
    useless: dict[str, AttributedFile] = {}
    told = set()
    for each in handed:
        told.add(id(each.entry))
        if is_useful(each.entry):
            useful.add(each.student)
            made.files.append(each)
        elif each.entry.many or each.entry.points_out:
            made.files.append(each)
        else:
            if each.student and each.by_lms:
                useless.setdefault(each.student, each)
            if each.entry.path.name != _STAMP:
                made.aside.append((str(each.entry.path), each.entry.problem or NO_NOTEBOOK))
    for student, each in useless.items():
        if student not in useful:
            name = each.entry.path.name
            problem = f"No notebook was handed in, only {name}. Hand in the .ipynb file."
            made.files.append(
                AttributedFile(student, each.chapter, each.entry, each.version, problem)
            )
    outside = f"not among what {named_by} collected"
    made.aside.extend((str(each.path), outside) for _, each in files if id(each) not in told)
    return made


def _submitted(files: _Files, head: tuple[str, ...], root: Path | None) -> _Files:
    """nbgrader's files by their paths below `submitted`; none where there is no such folder."""
    lineage = [each.name for each in (root.absolute() / "_").parents][:3] if root else []
    mark = (*head, _SUBMITTED)
    if any(path.parts[: len(mark)] == mark for path, _ in files):
        below = [
            (PurePosixPath(*path.parts[len(mark) :]), each)
            for path, each in files
            if path.parts[: len(mark)] == mark and len(path.parts) > len(mark)
        ]
    elif _SUBMITTED in lineage:
        above = PurePosixPath(*reversed(lineage[: lineage.index(_SUBMITTED)]))
        below = [(above / path, each) for path, each in files]
    else:
        below = []
    return below if any(len(path.parts) > 2 for path, _ in below) else []


def _nbgrader(files: _Files) -> Iterator[AttributedFile]:
    """`<student>/<assignment>/[…/]<notebook>`; the time is that of nbgrader's timestamp."""
    stamps = {path.parent: _stamp(each) for path, each in files if path.name == _STAMP}
    for path, each in files:
        if path.name == _STAMP and not is_useful(each):
            yield AttributedFile("", "", each)
            continue
        if len(path.parts) < 2:
            continue
        assignment = path.parts[1] if len(path.parts) > 2 else ""
        chapter = chapter_in_text(assignment) or chapter_in_text(path.stem)
        version = (stamps.get(PurePosixPath(*path.parts[:2]), 0.0),)
        if each.problem:
            yield _refused(each, path.parts[0], chapter)
        else:
            written = each.raw.split("/")[-len(path.parts) :]
            yield AttributedFile(
                path.parts[0], chapter, each, version, by_lms=True, label=tuple(written[:1])
            )


def _stamp(entry: Entry) -> float:
    """The time in a `timestamp.txt`, `2015-02-02 15:58:23.948203 America/Los_Angeles`; else 0."""
    with suppress(SubmissionError, ValueError, OverflowError):
        words = entry.read(200).decode().split()
        return datetime.fromisoformat(" ".join(words[:2])).timestamp()
    return 0.0


def _by_lms(files: _Files, depth: int, called: str) -> Iterator[AttributedFile]:
    """What an LMS named, `depth` folders deep; what it did not name, by its path."""
    named: list[AttributedFile] = []
    others: _Files = []
    owner_of = canvas_owner if called == "Canvas" else _OWNERS[called]
    for path, each in files:
        owner = owner_of(path.parts[depth]) if len(path.parts) > depth else None
        if owner is None:
            if is_useful(each):
                others.append((path, each))
            continue
        owner = replace(owner, file="/".join(path.parts[depth + 1 :]) or owner.file)
        above = "/".join(path.parts[:depth])
        chapter = chapter_in_text(owner.file) or chapter_in_text(above)
        if each.problem:
            named.append(_refused(each, owner.student, chapter))
            continue
        remarks = ("The LMS marked it late.",) if owner.late else ()
        version = tuple(map(float, owner.version))
        named.append(AttributedFile(owner.student, chapter, each, version, "", remarks, True))
    numbers = Counter(without_number(student) for student in {each.student for each in named})
    assignment = common_start({each.student for each in named}) if called == "Blackboard" else ""
    for one in named:
        name = without_number(one.student)
        alone = called in ("Moodle", "Brightspace") and numbers[name] == 1
        yield replace(one, student=name if alone else one.student[len(assignment) :])
    yield from _by_path(others, packed=False)


def _by_path(files: _Files, packed: bool, whole: str = "") -> Iterator[AttributedFile]:
    """Notebooks and zips by the names on their paths; all others are nobody's."""
    useful = [(path, each) for path, each in files if is_useful(each) or each.many]
    people = people_in([(path, each.raw) for path, each in useful], packed, whole)
    for (path, each), person in zip(useful, people, strict=True):
        folders = [
            part
            for place, part in enumerate(path.parts[:-1])
            if place != person.place or without_chapter(part)  # else it is a login: `ch05`
        ]
        chapter = chapter_in_text(path.name) or chapter_in_text("/".join(folders))
        if each.problem:
            yield _refused(each, person.student, chapter)
        else:
            yield AttributedFile(
                person.student, chapter, each, problem=person.problem, label=person.label
            )
    told = {id(each) for _, each in useful}
    for _, each in files:
        if id(each) not in told:
            yield AttributedFile("", "", each, problem=each.problem)


def _refused(each: Entry, student: str, chapter: str) -> AttributedFile:
    """A refused file; nobody's where its name points elsewhere: anyone can write any name."""
    trusted = not each.points_out and (is_useful(each) or each.many)
    return AttributedFile(
        student if trusted else "", chapter if trusted else "", each, (), each.problem
    )
