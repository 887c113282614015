"""Find every submission under a path: an index first, then one notebook at a time.

| what PATH is                                       | whose a file is                           |
|----------------------------------------------------|-------------------------------------------|
| nbgrader's course folder, its `submitted`,         | `submitted/<student>/<assignment>/`       |
| one student's or one assignment's folder in it     |                                           |
| a zip of Moodle or Canvas, or unpacked             | the names the LMS gives: see `lms`        |
| a folder of notebooks                              | the file's name, or the folder's it is in |
| one notebook                                       | the file's name                           |

A zip that a student handed in is looked into, once. Of several notebooks of one student and
chapter the newest counts: by the LMS's own numbers, else by time; the others are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from course_utils.errors import SubmissionError
from course_utils.grading.intake.archives import Archive
from course_utils.grading.intake.attribution import AttributedFile, attribute
from course_utils.grading.intake.chapter_detection import chapter_in_notebook, chapter_in_text
from course_utils.grading.intake.entries import Entry, file_entry, files_in
from course_utils.grading.intake.naming import folder_names
from course_utils.grading.intake.notebooks import LARGEST, open_notebook
from course_utils.grading.types import Submission

__all__ = ["Found", "find"]

_LARGEST_ZIP = 100_000_000
_SHOWN = 3  # names in one remark
_NO_CHAPTER = (
    "It is not clear which chapter this is: neither its folder, its name nor its cells say so. "
    "Name the file after the chapter, as in ch02_elman_cell.ipynb."
)


@dataclass(frozen=True)
class Found:
    """One submission, not read yet.

    Attributes:
        student: safe as a component of a path, and no other student's; "" where a file of an
            archive was refused that cannot be told to be anyone's: there is nobody to grade.
        chapter: the chapter's stem, or "" where nothing tells.
        name: where it lies, for messages.
        remarks: what the reader should know.
        problem: why it cannot be graded; "" if it can.
    """

    student: str
    chapter: str
    name: str
    remarks: tuple[str, ...] = ()
    problem: str = ""
    _entry: Entry | None = field(default=None, repr=False, compare=False)

    def load(self) -> Submission:
        """Read the notebook. A file that cannot be read is a submission with a problem."""
        data, problem = b"", self.problem
        if self._entry is not None and not problem:
            try:
                data = self._entry.read(LARGEST)
            except SubmissionError as error:
                problem = str(error)
        return Submission(self.student, self.chapter, data, self.name, problem, self.remarks)


def find(path: Path) -> list[Found]:
    """Every submission under `path`, sorted by student and chapter.

    Raises:
        SubmissionError: there is nothing at `path`, or it is an archive that cannot be opened.
    """
    path = Path(path)
    handed = [
        each if each.chapter or each.problem else _with_chapter(each)
        for each in _looked_into(_owned(path))
    ]
    if not handed:
        raise SubmissionError(
            f"{path} holds no notebook: name the folder or zip that was collected."
        )
    handed = _told_by_the_rest(handed, path)
    by_student: dict[str, list[AttributedFile]] = defaultdict(list)
    for each in handed:
        by_student[each.student].append(each)
    safe = folder_names(student for student in by_student if student)
    found = [
        each
        for student, files in by_student.items()
        for each in _counted(safe.get(student, ""), student, files, path)
    ]
    return sorted(found, key=lambda each: (each.student, each.chapter, each.name))


def _owned(path: Path) -> Iterator[AttributedFile]:
    folder = path if path.is_dir() else path.parent
    return attribute(_listed(path), folder, packed=path.suffix.lower() == ".zip")


def _listed(path: Path) -> Iterable[Entry]:
    if path.is_dir():
        return files_in(path)
    if not path.is_file():
        raise SubmissionError(f"There is nothing at {path}.")
    if path.suffix.lower() == ".ipynb":
        return [file_entry(path, PurePosixPath(path.name))]
    return Archive(path, path.name).entries()


def _looked_into(handed: Iterable[AttributedFile]) -> Iterator[AttributedFile]:
    """The same, with a student's zip replaced by the notebooks in it."""
    for each in handed:
        if each.problem or each.entry.path.suffix.lower() != ".zip":
            yield each
            continue
        try:
            data = each.entry.read(_LARGEST_ZIP)
            inner = list(Archive(data, each.entry.path.name).entries())
        except SubmissionError as error:
            yield replace(each, problem=str(error))
            continue
        notebooks = [one for one in inner if one.path.suffix.lower() == ".ipynb"]
        if not notebooks:
            yield replace(each, problem="No notebook was handed in: this zip holds none.")
        for one in notebooks:
            chapter = each.chapter or chapter_in_text(str(one.path))
            entry = _inside(each.entry, one)
            yield replace(each, entry=entry, chapter=chapter, problem=one.problem)


def _inside(outer: Entry, inner: Entry) -> Entry:
    """A member of a student's zip: read anew through the outer one, so that nothing is kept."""

    def read(limit: int) -> bytes:
        with Archive(outer.read(_LARGEST_ZIP), outer.path.name) as archive:
            for entry in archive.entries():
                if entry.path == inner.path:
                    return entry.read(limit)
        raise SubmissionError("The file is no longer in its archive.")

    return Entry(outer.path / inner.path, inner.time, read, inner.problem)


def _with_chapter(each: AttributedFile) -> AttributedFile:
    """Read the notebook for its chapter, where no name tells."""
    try:
        notebook = open_notebook(each.entry.read(LARGEST))
        return replace(each, chapter=chapter_in_notebook(notebook))
    except SubmissionError as error:
        return replace(each, problem=str(error))


def _told_by_the_rest(handed: list[AttributedFile], path: Path) -> list[AttributedFile]:
    """Files without a chapter get that of the whole hand-in: of its name, or of all the others."""
    chapters = {each.chapter for each in handed if each.chapter}
    chapter = chapter_in_text(path.stem) or (chapters.pop() if len(chapters) == 1 else "")
    remark = "Which chapter it is was told by the rest of what was collected."
    told = []
    for each in handed:
        if not each.chapter and each.student and chapter:
            each = replace(each, chapter=chapter, remarks=(*each.remarks, remark))
        elif not each.chapter and not each.problem:
            each = replace(each, problem=_NO_CHAPTER)
        told.append(each)
    return told


def _counted(student: str, called: str, files: list[AttributedFile], path: Path) -> Iterator[Found]:
    """For each chapter the file that counts; files of nobody each by itself."""
    by_chapter: dict[str, list[AttributedFile]] = defaultdict(list)
    for each in files:
        by_chapter[each.chapter].append(each)
    for chapter, rivals in by_chapter.items():
        if not student:
            for each in rivals:
                yield Found("", chapter, _name(path, each), problem=each.problem)
            continue
        best, *others = _ranked(rivals, chapter)
        remarks = list(best.remarks)
        if student != normalize("NFC", called):  # else it only looks the same
            remarks.append(f"The name {called!r} is written {student!r} here.")
        if others:
            remarks.append(_left_out(others))
        yield Found(student, chapter, _name(path, best), tuple(remarks), best.problem, best.entry)


def _ranked(rivals: list[AttributedFile], chapter: str) -> list[AttributedFile]:
    """The one that counts first; of several, a file that cannot be read hides none that can."""
    rivals = sorted(rivals, key=lambda each: each.rank(chapter), reverse=True)
    for place, each in enumerate(rivals if len(rivals) > 1 else []):
        try:
            if not each.problem:
                open_notebook(each.entry.read(LARGEST))
                return [each, *rivals[:place], *rivals[place + 1 :]]
        except SubmissionError as error:
            rivals[place] = replace(each, problem=str(error))
    return rivals


def _left_out(others: list[AttributedFile]) -> str:
    names = [
        f"{each.entry.path.name} ({each.problem.rstrip('.')})"
        if each.problem
        else each.entry.path.name
        for each in others
    ]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"Handed in more than once; not graded: {', '.join(names[:_SHOWN])}{more}."


def _name(path: Path, each: AttributedFile) -> str:
    """Where it lies, from the name of what was collected on."""
    return str(PurePosixPath(path.name) / each.entry.path) if path.suffix != ".ipynb" else path.name
