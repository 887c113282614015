"""Find every submission under a path: an index first, then one notebook at a time.

| what PATH is                                       | whose a file is                           |
|----------------------------------------------------|-------------------------------------------|
| nbgrader's course folder, its `submitted`,         | `submitted/<student>/<assignment>/`       |
| one student's or one assignment's folder in it     |                                           |
| an LMS's zip, or unpacked; nbgrader's `inbound`    | the names the LMS gives: see `lms`        |
| a folder of notebooks, or of folders of them       | the file's name, or the folder's it is in |
| the course's whole folder, of one student          | the folder's name                         |
| one notebook                                       | the file's name                           |

Each of them may lie in further folders. A zip that a student handed in is looked into, once. Of
several notebooks of one student and chapter those that were written in are graded, four at most,
and the best counts: see `rivals`. The others are named. The course's own `solutions/` are nobody's
answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from course_utils.errors import SubmissionError
from course_utils.grading.intake.archives import Archive
from course_utils.grading.intake.attribution import AttributedFile, attribute
from course_utils.grading.intake.chapter_detection import (
    chapter_in_notebook,
    chapter_in_text,
)
from course_utils.grading.intake.checkouts import START
from course_utils.grading.intake.contents import bounded, looked_into, sure
from course_utils.grading.intake.doubts import without_doubts
from course_utils.grading.intake.entries import Entry, file_entry, files_in
from course_utils.grading.intake.naming import clean_name, folder_names
from course_utils.grading.intake.notebooks import LARGEST, open_notebook, sources
from course_utils.grading.intake.people import stem_of
from course_utils.grading.intake.rivals import sorted_rivals
from course_utils.grading.types import Submission

__all__ = ["Collected", "Found", "collect", "find"]

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
        copies: others of the same student and chapter that are graded too: the best counts, at
            equal points this one.
    """

    student: str
    chapter: str
    name: str
    remarks: tuple[str, ...] = ()
    problem: str = ""
    copies: tuple[Found, ...] = ()
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

    def looked_at(self) -> Found:
        """The same, with a problem also where only reading it tells."""
        submission = self.load()
        try:
            if not submission.problem:
                sources(open_notebook(submission.notebook))
            return replace(self, problem=submission.problem)
        except SubmissionError as error:
            return replace(self, problem=str(error))


@dataclass(frozen=True)
class Collected:
    """A class as it was understood.

    Attributes:
        found: every submission, sorted by student and chapter.
        named_by: what told the students: "Moodle", "Canvas", …, "nbgrader", "folders and files".
        aside: (path, why) of each file that is not graded.
    """

    found: list[Found]
    named_by: str
    aside: list[tuple[str, str]]


def find(path: Path) -> list[Found]:
    """Every submission under `path`, sorted by student and chapter; see `collect`."""
    return collect(path).found


def collect(path: Path) -> Collected:
    """Everything under `path`, as far as it is understood without grading it.

    Raises:
        SubmissionError: there is nothing at `path`, it is an archive that cannot be opened, or it
            is not clear who the students are.
    """
    path = Path(path)
    folder = path if path.is_dir() else path.parent
    packed = path.suffix.lower() == ".zip"
    whole = clean_name(path.stem if packed else folder.absolute().name)
    attributed = attribute(map(sure, _listed(path)), folder, packed=packed, whole=whole)
    aside = list(attributed.aside)
    read = [
        each if each.chapter or each.problem else _with_chapter(each)
        for each in looked_into(bounded(attributed.files), aside)
    ]
    read = list(_without_start(read, aside))
    if not read:
        raise SubmissionError(
            f"{path} holds no notebook: name the folder or zip that was collected."
        )
    by_student: dict[str, list[AttributedFile]] = defaultdict(list)
    for each in _told_by_the_rest(without_doubts(read), path):
        by_student[each.student].append(each)
    safe = folder_names(student for student in by_student if student)
    found = [
        each
        for student, files in by_student.items()
        for each in _counted(safe.get(student, ""), student, files, path, aside)
    ]
    found.sort(key=lambda each: (each.student, each.chapter, each.name))
    return Collected(found, attributed.named_by, sorted(aside))


def _listed(path: Path) -> Iterable[Entry]:
    if path.is_dir():
        return files_in(path)
    if not path.is_file():
        raise SubmissionError(f"There is nothing at {path}.")
    if path.suffix.lower() != ".zip":
        return [replace(file_entry(path, PurePosixPath(clean_name(path.name))), sure=True)]
    return Archive(path, path.name).entries()


def _with_chapter(each: AttributedFile) -> AttributedFile:
    """Read the notebook for its chapter, where no name tells."""
    try:
        return replace(each, chapter=_chapter_of(each.entry))
    except SubmissionError as error:
        return replace(each, problem=str(error))


def _chapter_of(entry: Entry) -> str:
    return chapter_in_notebook(open_notebook(entry.read(LARGEST)))


def _without_start(
    handed: Sequence[AttributedFile], aside: list[tuple[str, str]]
) -> Iterator[AttributedFile]:
    """The same without the course's START.ipynb, which asks nothing, beside what asks something."""
    others = {each.student for each in handed if each.chapter}
    for each in handed:
        start = stem_of(each.entry.path.name) == START and not each.chapter
        if start and not each.problem and each.student in others:
            aside.append((str(each.entry.path), "the course's start page, without an exercise"))
        else:
            yield each


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


def _counted(
    student: str,
    called: str,
    files: list[AttributedFile],
    path: Path,
    aside: list[tuple[str, str]],
) -> Iterator[Found]:
    """For each chapter the file or the copies to grade; files of nobody each by itself."""
    by_chapter: dict[str, list[AttributedFile]] = defaultdict(list)
    for each in files:
        by_chapter[each.chapter].append(each)
    for chapter, rivals in by_chapter.items():
        if not student:
            for each in rivals:
                yield Found("", chapter, _name(path, each), problem=each.problem)
            continue
        sorted_out = sorted_rivals(rivals, chapter)
        aside.extend((str(each.entry.path), why) for each, why in sorted_out.aside)
        remarks = []
        if student != called:  # else it only looks the same
            remarks.append(f"The name {called!r} is written {student!r} here.")
        if sorted_out.aside:
            remarks.append(_left_out(sorted_out.aside))
        first, *copies = [
            Found(
                student,
                chapter,
                _name(path, each),
                (*each.remarks, *remarks),
                each.problem,
                _entry=each.entry,
            )
            for each in sorted_out.graded
        ]
        yield replace(first, copies=tuple(copies))


def _left_out(others: Sequence[tuple[AttributedFile, str]]) -> str:
    names = [f"{each.entry.path.name} ({why.rstrip('.')})" for each, why in others]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"Handed in more than once; not graded: {', '.join(names[:_SHOWN])}{more}."


def _name(path: Path, each: AttributedFile) -> str:
    """Where it lies, from the name of what was collected on."""
    name = clean_name(path.name)
    alone = path.is_file() and path.suffix.lower() != ".zip"
    return name if alone else str(PurePosixPath(name) / each.entry.path)
