"""Whether files that were given to one student are one person's: asked once chapters are known.

An LMS says whose a file is. Folders and names only suggest it: a folder may be a section's, two
names may be two persons'. Nobody is graded under a wrong name: the run stops where the class is
not understood, and a folder alone fails where only it is not.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from course_utils.errors import SubmissionError
from course_utils.grading.intake.attribution import AttributedFile
from course_utils.grading.intake.notebooks import LARGEST
from course_utils.grading.intake.people import ALONE

__all__ = ["without_doubts"]

_SHOWN = 4  # names in one message


def without_doubts(handed: Sequence[AttributedFile]) -> list[AttributedFile]:
    """The same, with a problem at every file of a folder that is not one student's.

    Args:
        handed: every file, with its chapter where that is known.

    Raises:
        SubmissionError: two differently named files would become one student's chapter, or most
            folders hold the files of several.
    """
    by_student: dict[str, list[AttributedFile]] = defaultdict(list)
    for each in handed:
        if each.student and each.label and not each.problem:
            by_student[each.student].append(each)
    by_student = _without_the_same(by_student)
    doubts: dict[str, str] = {}
    inner: dict[str, str] = {}
    for student, files in by_student.items():
        _one_label(student, files)
        if inside := _several(files):
            doubts[student] = inside
        elif all(len(each.label) > 1 for each in files):
            inner[student] = files[0].label[1]
    if doubts or len(inner) == len(by_student):
        doubts |= inner  # a section of one looks like a student with a folder in a folder
    if doubts and 2 * len(doubts) > len(by_student):
        student, inside = min(doubts.items())
        raise SubmissionError(
            f"It is not clear who the students are: {student!r} holds notebooks under the names "
            f"{inside}. Nothing was graded. If that is a section or an export, grade the folder "
            "that holds the students' folders; if it is one student's, call the folders and files "
            "in it after their chapters."
        )
    return [
        replace(each, problem=_problem(doubts[each.student]))
        if each.student in doubts and each.label and not each.problem
        else each
        for each in handed
    ]


def _without_the_same(
    by_student: dict[str, list[AttributedFile]],
) -> dict[str, list[AttributedFile]]:
    """Without the names inside where everybody has the very same: a tool gave them."""
    inside = [{each.label[1:] for each in files} for files in by_student.values()]
    if len(inside) < 2 or any(names != inside[0] for names in inside):
        return by_student
    if sum(1 for name in inside[0] if name) > 1:
        return by_student
    return {
        student: [replace(each, label=each.label[:1]) for each in files]
        for student, files in by_student.items()
    }


def _problem(inside: str) -> str:
    return (
        f"The folder holds notebooks under several names ({inside}): it is not clear whose they "
        "are. Make a folder for each student, or name the notebooks after their chapters."
    )


def _one_label(student: str, files: list[AttributedFile]) -> None:
    """Refuse what differs in content and in the name that tells the student."""
    for rivals in _by_chapter(files).values():
        labels = {each.label[0]: each for each in rivals}
        if len(labels) > 1 and len(_contents(rivals)) > 1:
            shown = sorted(str(each.entry.path) for each in labels.values())
            if student == ALONE:
                raise SubmissionError(
                    f"It is not clear whose these are: {_listed(shown)}. No name on them tells a "
                    "student, and they differ. Nothing was graded. Name each after its student, "
                    "as in ada_ch02.ipynb, or give each student a folder."
                )
            raise SubmissionError(
                f"Several different notebooks would be one student's, {student!r}: "
                f"{_listed(shown)}. Nothing was graded. Name each after its student, or leave one."
            )


def _several(files: list[AttributedFile]) -> str:
    """The names inside one student's folder, if they seem to be several persons'; else ""."""
    inside = sorted({each.label[1] for each in files if len(each.label) > 1})
    if len(inside) < 2:
        return ""
    if not any(len(each.label) == 1 for each in files):
        return _listed(inside)
    for rivals in _by_chapter([each for each in files if len(each.label) > 1]).values():
        if len({each.label[1] for each in rivals}) > 1 and len(_contents(rivals)) > 1:
            return _listed(inside)
    return ""


def _by_chapter(files: Iterable[AttributedFile]) -> dict[str, list[AttributedFile]]:
    found: dict[str, list[AttributedFile]] = defaultdict(list)
    for each in files:
        if each.chapter:
            found[each.chapter].append(each)
    return found


def _contents(rivals: Iterable[AttributedFile]) -> set[str]:
    """What stands in the files; one that cannot be read is unlike all others."""
    found = set()
    for each in rivals:
        try:
            found.add(hashlib.sha256(each.entry.read(LARGEST)).hexdigest())
        except SubmissionError:
            found.add(str(each.entry.path))
    return found


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
