"""What lies in the files: notebooks under other names, zips, and what is the course's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath

from course_utils.chapters import CHAPTERS
from course_utils.errors import SubmissionError
from course_utils.grading.intake.attribution import AttributedFile
from course_utils.grading.intake.chapter_detection import chapter_in_text, without_copy
from course_utils.grading.intake.entries import Entry
from course_utils.grading.intake.notebooks import LARGEST
from course_utils.grading.intake.people import names_inside, stem_of
from course_utils.grading.intake.student_zip import MOST_NOTEBOOKS, StudentZip

__all__ = ["bounded", "looked_into", "sure"]

_SMALLEST = 20  # bytes of a notebook
_TOO_MANY = (
    f"More than {MOST_NOTEBOOKS} notebooks and zips were handed in: it is not clear which counts. "
    "Hand in that one alone."
)
_ONLY_SOLUTIONS = (
    "Only the course's own solutions were handed in, and they earn nothing. Hand in the notebook "
    "that you worked in."
)


def sure(entry: Entry) -> Entry:
    """The same, known to be a notebook where only its content tells: `ch02.json`, `ch02`."""
    if entry.kind != "perhaps" or entry.problem or entry.size < _SMALLEST:
        return entry
    with suppress(SubmissionError):
        data = entry.read(LARGEST)
        if data.lstrip()[:1] == b"{" and b'"cells"' in data:
            return replace(entry, sure=True)
    return entry


def bounded(files: Sequence[AttributedFile]) -> Iterator[AttributedFile]:
    """The same, where of whoever handed in more than anybody does one file is left: the problem."""
    counts = Counter(each.student for each in files)
    too_many = {who: _TOO_MANY for who, count in counts.items() if count > MOST_NOTEBOOKS}
    too_many |= {each.student: each.problem for each in files if each.entry.many}
    too_many.pop("", None)
    told: set[tuple[str, str]] = set()
    for each in files:
        if each.student not in too_many:
            yield each
        elif (each.student, each.chapter) not in told:
            told.add((each.student, each.chapter))
            yield replace(each, problem=too_many[each.student])


def looked_into(
    handed: Iterable[AttributedFile], aside: list[tuple[str, str]]
) -> Iterator[AttributedFile]:
    """The same, with a student's zip replaced by the notebooks in it, without the course's own."""
    solved: dict[str, AttributedFile] = {}
    useful: set[str] = set()
    for each in handed:
        for one in [each] if each.problem or each.entry.kind != "zip" else _inside(each, aside):
            if one.problem or not _is_the_courses(one.entry.path):
                useful.add(one.student)
                yield one
            else:
                solved.setdefault(one.student, one)
                aside.append((str(one.entry.path), "the course's own solutions"))
    for student, one in solved.items():
        if student not in useful:
            yield replace(one, problem=_ONLY_SOLUTIONS)


def _is_the_courses(path: PurePosixPath) -> bool:
    """Whether it is a chapter's published solution: `…/solutions/ch02_elman_cell.ipynb`."""
    stems = {each.stem for each in CHAPTERS}
    return path.parent.name.casefold() == "solutions" and without_copy(stem_of(path.name)) in stems


def _inside(each: AttributedFile, aside: list[tuple[str, str]]) -> Iterator[AttributedFile]:
    """The notebooks in a student's zip."""
    try:
        inner = [sure(one) for one in StudentZip(each.entry).entries()]
    except SubmissionError as error:
        yield replace(each, problem=str(error))
        return
    notebooks = [one for one in inner if one.kind == "notebook"]
    aside.extend((str(one.path), "a zip in a zip") for one in inner if one.kind == "zip")
    if not notebooks:
        yield replace(each, problem="No notebook was handed in: this zip holds none.")
    depth = len(each.entry.path.parts)
    for one in notebooks:
        below = PurePosixPath(*one.path.parts[depth:])
        chapter = each.chapter or chapter_in_text(str(below))
        label = (
            (*each.label, *names_inside(below)) if each.label and not each.by_lms else each.label
        )
        yield replace(each, entry=one, chapter=chapter, problem=one.problem, label=label)
