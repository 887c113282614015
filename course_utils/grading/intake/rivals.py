"""Of several files of one student and chapter: which are graded, which are left aside and why.

Nobody loses points because an older copy lay beside the answer, or a newer one: every copy that was
written in is graded, and the best counts (see `judge.run`). What that may cost is bounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from course_utils.errors import SubmissionError
from course_utils.grading.intake.attribution import AttributedFile
from course_utils.grading.intake.notebooks import LARGEST, open_notebook, sources
from course_utils.grading.intake.untouched import is_untouched

__all__ = ["MOST_COPIES", "Rivals", "sorted_rivals"]

#: Copies of one chapter by one student that are graded.
MOST_COPIES = 4
#: Files that are read once there is one to grade: each may take a third of a second.
_MOST_READ = 20


@dataclass(frozen=True)
class Rivals:
    """The files of one student and chapter.

    Attributes:
        graded: at least one; the one that counts at equal points comes first.
        aside: (file, why) of the others.
    """

    graded: list[AttributedFile]
    aside: list[tuple[AttributedFile, str]] = field(default_factory=list)


def sorted_rivals(files: Sequence[AttributedFile], chapter: str) -> Rivals:
    """What is graded of them: all that were written in and differ in their code, four at most.

    Where none was written in it is an untouched copy; where none can be read, one with its problem.

    Args:
        files: of one student.
        chapter: their chapter; "" where nothing tells: then one of them is taken.
    """
    files = sorted(files, key=lambda each: each.rank(chapter), reverse=True)
    if len(files) == 1:
        return Rivals(files)
    written: list[AttributedFile] = []
    spare: list[tuple[AttributedFile, str]] = []  # untouched
    broken: list[tuple[AttributedFile, str]] = []
    others: list[tuple[AttributedFile, str]] = []
    seen: dict[str, AttributedFile] = {}
    read = 0
    for each in files:
        if len(written) == MOST_COPIES or (written and read >= _MOST_READ):
            others.append((each, f"older than the copies of {chapter or 'it'} that are graded"))
            continue
        read += 1
        if each.problem:
            broken.append((each, each.problem))
            continue
        try:
            cells = sources(open_notebook(each.entry.read(LARGEST)))
        except SubmissionError as error:
            broken.append((replace(each, problem=str(error)), str(error)))
            continue
        first = seen.setdefault(hashlib.sha256("\0".join(cells).encode()).hexdigest(), each)
        if first is not each:
            others.append((each, f"the same code as {first.entry.path.name}"))
        elif chapter and is_untouched(cells, chapter):
            spare.append((each, f"an untouched copy of {chapter}"))
        elif not chapter and written:
            others.append((each, "another notebook of an unknown chapter"))
        else:
            written.append(each)
    for fallback in (spare, broken):
        if not written:
            written += [each for each, _ in fallback[:1]]
            del fallback[:1]
    return Rivals(written, [*others, *spare, *broken])
