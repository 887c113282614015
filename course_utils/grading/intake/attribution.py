"""Tell for each file whose it is and which chapter it is of, as far as its path says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from course_utils.errors import SubmissionError
from course_utils.grading.intake.chapter_detection import chapter_in_text, without_chapter
from course_utils.grading.intake.entries import READ, Entry
from course_utils.grading.intake.lms import Owner, canvas_owner, moodle_owner, without_number

__all__ = ["AttributedFile", "attribute"]

_SUBMITTED = "submitted"
_STAMP = "timestamp.txt"
#: The path that tells whose a file is, and the file.
_Files: TypeAlias = list[tuple[PurePosixPath, Entry]]
_Named: TypeAlias = Callable[[str], "Owner | None"]
_ALONE = "student"  # whose one notebook was named that tells no name


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
    """

    student: str
    chapter: str
    entry: Entry
    version: tuple[float, ...] = ()
    problem: str = ""
    remarks: tuple[str, ...] = ()
    by_lms: bool = False

    def rank(self, chapter: str) -> tuple[bool, tuple[float, ...], bool, float, str]:
        """What is graded comes last: without a problem, newest, named as the chapter, latest."""
        exact = self.entry.path.stem == chapter
        return not self.problem, self.version, exact, self.entry.time, str(self.entry.path)


def attribute(
    entries: Iterable[Entry], root: Path, *, packed: bool = False
) -> Iterator[AttributedFile]:
    """Give each file to a student; those that hand in no notebook get a problem that says so.

    What decides is the outermost level of names, which the LMS or the instructor wrote: what a
    student calls a file or a folder in it makes it nobody else's.

    Args:
        entries: the files below `root`.
        root: the folder they are in.
        packed: they come from an archive, which may hold all of them in one more folder.
    """
    files = [(each.path, each) for each in entries]
    if packed:
        files = _out_of_one_folder(files)
    tops = {path.parts[0] for path, _ in files}
    submitted = _submitted(files, None if packed else root)
    if submitted and not _most(tops, moodle_owner):
        yield from _with_the_empty(_nbgrader(submitted))
        return
    named_by = next((lms for lms in (moodle_owner, _canvas_owner) if _most(tops, lms)), None)
    handed = list(_with_the_empty(_owned(path, each, named_by) for path, each in files))
    numbers = Counter(without_number(student) for student in {each.student for each in handed})
    for each in handed:
        name = without_number(each.student)
        alone = named_by is moodle_owner and numbers[name] == 1
        yield replace(each, student=name) if alone else each


def _out_of_one_folder(files: _Files) -> _Files:
    """The files of an archive of one folder as if the folder had been named."""
    tops = {path.parts[0] for path, _ in files}
    if len(tops) != 1 or any(len(path.parts) == 1 for path, _ in files):
        return files
    if moodle_owner(*tops) or _SUBMITTED in tops:
        return files
    return [(PurePosixPath(*path.parts[1:]), each) for path, each in files]


def _most(tops: set[str], owner: _Named) -> bool:
    """Whether an LMS named most of what lies outermost: one name may look so by chance."""
    return 2 * sum(owner(top) is not None for top in tops) > len(tops)


def _canvas_owner(name: str) -> Owner | None:
    """Canvas's owner, if what stands for the name is not a chapter's: `ch02_2026_11_ada.ipynb`."""
    owner = canvas_owner(name)
    return owner if owner and not chapter_in_text(owner.student) else None


def _with_the_empty(handed: Iterable[AttributedFile]) -> Iterator[AttributedFile]:
    """Notebooks and zips as they are; one entry for each student who handed in neither."""
    useful: set[str] = set()
    useless: dict[str, AttributedFile] = {}
    for each in handed:
        if each.entry.path.suffix.lower() in READ:
            useful.add(each.student)
            yield each
        elif each.problem and not each.student:
            yield each
        elif each.student and each.by_lms:
            useless.setdefault(each.student, each)
    for student, each in useless.items():
        if student not in useful:
            name = each.entry.path.name
            problem = f"No notebook was handed in, only {name}. Hand in the .ipynb file."
            yield AttributedFile(student, each.chapter, each.entry, each.version, problem)


def _submitted(files: _Files, root: Path | None) -> _Files:
    """nbgrader's files by their paths below `submitted`; none where there is no such folder."""
    lineage = [each.name for each in (root.absolute() / "_").parents][:3] if root else []
    if any(path.parts[0] == _SUBMITTED for path, _ in files):
        below = [
            (PurePosixPath(*path.parts[1:]), each)
            for path, each in files
            if path.parts[0] == _SUBMITTED and len(path.parts) > 1
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
        if path.name == _STAMP or len(path.parts) < 2:
            continue
        assignment = path.parts[1] if len(path.parts) > 2 else ""
        chapter = chapter_in_text(assignment) or chapter_in_text(path.stem)
        version = (stamps.get(PurePosixPath(*path.parts[:2]), 0.0),)
        if each.problem:
            yield _refused(each, path.parts[0], chapter)
        else:
            yield AttributedFile(path.parts[0], chapter, each, version, by_lms=True)


def _stamp(entry: Entry) -> float:
    """The time in a `timestamp.txt`, `2015-02-02 15:58:23.948203 America/Los_Angeles`; else 0."""
    with suppress(SubmissionError, ValueError, OverflowError):
        words = entry.read(200).decode().split()
        return datetime.fromisoformat(" ".join(words[:2])).timestamp()
    return 0.0


def _owned(path: PurePosixPath, each: Entry, named_by: _Named | None) -> AttributedFile:
    named = named_by(path.parts[0]) if named_by else None
    if named is None:
        owner = _by_path(path)
    else:
        owner = replace(named, file="/".join(path.parts[1:]) or named.file)
    chapter = chapter_in_text(owner.file) or chapter_in_text(str(path.parent))
    if each.problem:
        return _refused(each, owner.student, chapter)
    remarks = ("The LMS marked it late.",) if owner.late else ()
    version = tuple(map(float, owner.version))
    return AttributedFile(owner.student, chapter, each, version, "", remarks, named is not None)


def _refused(each: Entry, student: str, chapter: str) -> AttributedFile:
    """A refused file; nobody's where its name points elsewhere: anyone can write any name."""
    trusted = "points out" not in each.problem and each.path.suffix.lower() in READ
    return AttributedFile(
        student if trusted else "", chapter if trusted else "", each, (), each.problem
    )


def _by_path(path: PurePosixPath) -> Owner:
    """The first folder that is not a chapter's, else what the file's name says beside a chapter."""
    for part in path.parts[:-1]:
        if student := without_chapter(part):
            return Owner(student, path.name)
    return Owner(without_chapter(path.stem) or _ALONE, path.name)
