"""Tell for each file whose it is and which chapter it is of, as far as its path says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from course_utils.errors import SubmissionError
from course_utils.grading.entries import READ, Entry
from course_utils.grading.guessing import chapter_in_text, without_chapter
from course_utils.grading.lms import Owner, canvas_owner, moodle_owner, without_number

__all__ = ["Handed", "owned"]

_SUBMITTED = "submitted"
_STAMP = "timestamp.txt"
_ALONE = "student"  # whose one notebook was named that tells no name


@dataclass(frozen=True)
class Handed:
    """One file with its owner.

    Attributes:
        student: as the LMS or the path names them; "" for a refused file that is nobody's.
        chapter: the stem, or "" where the path does not tell.
        entry: the file.
        version: the LMS's own count of hand-ins; rises.
        problem: why it is not read.
        remarks: what the reader should know.
    """

    student: str
    chapter: str
    entry: Entry
    version: tuple[float, ...] = ()
    problem: str = ""
    remarks: tuple[str, ...] = ()

    def rank(self, chapter: str) -> tuple[bool, tuple[float, ...], bool, float, str]:
        """What is graded comes last: without a problem, newest, named as the chapter, latest."""
        exact = self.entry.path.stem == chapter
        return not self.problem, self.version, exact, self.entry.time, str(self.entry.path)


def owned(entries: Iterable[Entry], root: Path) -> Iterator[Handed]:
    """Give each file to a student; those that hand in no notebook get a problem that says so.

    Args:
        entries: the files below `root`.
        root: the folder or archive they are in.
    """
    files = list(entries)
    moodle = {
        owner.student for each in files for part in each.path.parts if (owner := moodle_owner(part))
    }
    nbgrader = None if moodle else _below_submitted(files, root)
    if nbgrader and any(len(path.parts) > 2 for path, _ in nbgrader):
        yield from _with_the_empty(_nbgrader(nbgrader))
        return
    canvas = _is_canvas(files)
    numbers = Counter(map(without_number, moodle))
    for each in _with_the_empty(_owned(each, root, canvas) for each in files):
        name = without_number(each.student)
        alone = each.student in moodle and numbers[name] == 1
        yield replace(each, student=name) if alone else each


def _with_the_empty(handed: Iterable[Handed]) -> Iterator[Handed]:
    """Notebooks and zips as they are; one entry for each student who handed in neither."""
    useful: set[str] = set()
    useless: dict[str, Handed] = {}
    for each in handed:
        if each.entry.path.suffix.lower() in READ:
            useful.add(each.student)
            yield each
        elif each.problem and not each.student:
            yield each
        elif each.student and (each.version or "assignsubmission" in str(each.entry.path)):
            useless.setdefault(each.student, each)
    for student, each in useless.items():
        if student not in useful:
            name = each.entry.path.name
            problem = f"No notebook was handed in, only {name}. Hand in the .ipynb file."
            yield Handed(student, each.chapter, each.entry, each.version, problem)


def _below_submitted(files: list[Entry], root: Path) -> list[tuple[PurePosixPath, Entry]] | None:
    """nbgrader's files with their paths below `submitted`; None where there is no such folder."""
    if root.is_dir():
        lineage = [root.absolute().name, *(each.name for each in root.absolute().parents)][:3]
        if _SUBMITTED in lineage:
            depth = lineage.index(_SUBMITTED)
            above = PurePosixPath(*reversed(lineage[:depth]))
            return [(above / each.path, each) for each in files]
    for depth in (0, 1):  # in the folder, or in the one folder of an archive
        below = [
            (PurePosixPath(*each.path.parts[depth + 1 :]), each)
            for each in files
            if each.path.parts[depth : depth + 1] == (_SUBMITTED,)
        ]
        if below:
            return below
    return None


def _nbgrader(files: list[tuple[PurePosixPath, Entry]]) -> Iterator[Handed]:
    """`<student>/<assignment>/[…/]<notebook>`; the time is that of nbgrader's timestamp."""
    stamps = {path.parent: _stamp(each) for path, each in files if path.name == _STAMP}
    for path, each in files:
        if path.name == _STAMP or len(path.parts) < 2:
            continue
        assignment = path.parts[1] if len(path.parts) > 2 else ""
        chapter = chapter_in_text(assignment) or chapter_in_text(path.stem)
        version = (stamps.get(PurePosixPath(*path.parts[:2]), 0.0),)
        if each.problem:
            yield _refused(each, path.parts[0], chapter)
        else:
            yield Handed(path.parts[0], chapter, each, version)


def _stamp(entry: Entry) -> float:
    """The time in a `timestamp.txt`, `2015-02-02 15:58:23.948203 America/Los_Angeles`; else 0."""
    with suppress(SubmissionError, ValueError, OverflowError):
        words = entry.read(200).decode().split()
        return datetime.fromisoformat(" ".join(words[:2])).timestamp()
    return 0.0


def _is_canvas(files: list[Entry]) -> bool:
    """Whether most of the notebooks have Canvas's names: a single one may have them by chance."""
    names = [each.path.name for each in files if each.path.suffix.lower() in READ]
    owners = [canvas_owner(name) for name in names]
    alike = [each for each in owners if each and not chapter_in_text(each.student)]
    return 2 * len(alike) > len(names) > 0


def _owned(each: Entry, root: Path, canvas: bool) -> Handed:
    owner = _lms_owner(each.path, canvas) or _by_path(each.path, root)
    chapter = chapter_in_text(owner.file) or chapter_in_text(str(each.path.parent))
    if each.problem:
        return _refused(each, owner.student, chapter)
    remarks = ("The LMS marked it late.",) if owner.late else ()
    return Handed(owner.student, chapter, each, tuple(map(float, owner.version)), "", remarks)


def _refused(each: Entry, student: str, chapter: str) -> Handed:
    """A refused file; nobody's where its name points elsewhere: anyone can write any name."""
    trusted = "points out" not in each.problem and each.path.suffix.lower() in READ
    return Handed(student if trusted else "", chapter if trusted else "", each, (), each.problem)


def _lms_owner(path: PurePosixPath, canvas: bool) -> Owner | None:
    for depth, part in enumerate(path.parts):
        owner = moodle_owner(part)
        if owner:
            file = "/".join(path.parts[depth + 1 :]) or owner.file
            return Owner(owner.student, file)
    return canvas_owner(path.name) if canvas else None


def _by_path(path: PurePosixPath, root: Path) -> Owner:
    """The first folder that is not a chapter's, else what the file's name says beside a chapter."""
    for part in path.parts[:-1]:
        if student := without_chapter(part):
            return Owner(student, path.name)
    return Owner(without_chapter(path.stem) or _ALONE, path.name)
