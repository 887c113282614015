"""What a class was understood to be, in lines to read before anything is graded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from course_utils.grading.intake.submissions import Collected, Found

__all__ = ["told"]

_FEW = 10  # lines of one kind where the run goes on by itself


def told(collected: Collected, *, whole: bool = False) -> Iterator[str]:
    """Students, chapters, what cannot be graded, what was left aside and why.

    Args:
        collected: the class.
        whole: tell every student and every file.
    """
    by_student: dict[str, list[Found]] = defaultdict(list)
    for each in collected.found:
        by_student[each.student].append(each)
    by_student.pop("", None)
    chapters = Counter(each.chapter for each in collected.found if each.chapter and each.student)
    yield (
        f"{_count(len(by_student), 'student')}, told by {_teller(collected.named_by)}: "
        f"{_count(sum(chapters.values()), 'notebook')}."
    )
    for stem, count in sorted(chapters.items()):
        yield f"  {stem}: {count}"
    names = [
        f"{student} ({', '.join(each.chapter or 'no chapter' for each in found)})"
        if whole
        else student
        for student, found in sorted(by_student.items())
    ]
    yield from _listed("Students", names, whole)
    problems = [f"{each.name}: {each.problem}" for each in collected.found if each.problem]
    yield from _listed("Cannot be graded", problems, whole)
    copies = [
        f"{each.student}, {each.chapter}: {', '.join(one.name for one in (each, *each.copies))}"
        for each in collected.found
        if each.copies
    ]
    title = "Handed in more than once; each copy is graded, and the best counts"
    yield from _listed(title, copies, whole)
    remarks = [f"{each.student}: {said}" for each in collected.found for said in each.remarks]
    yield from _listed("Remarks", remarks, whole)
    yield from _listed("Left aside", [f"{path}: {why}" for path, why in collected.aside], whole)


def _teller(named_by: str) -> str:
    return f"the names of {named_by}" if named_by == "folders and files" else named_by


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _listed(title: str, lines: Sequence[str], whole: bool) -> Iterator[str]:
    """A title with its lines below, cut unless all were asked for."""
    if not lines:
        return
    shown = lines if whole else lines[:_FEW]
    yield f"{title}: {len(lines):,}"
    yield from (f"  {line}" for line in shown)
    if len(shown) < len(lines):
        yield f"  … and {len(lines) - len(shown):,} more (--dry-run shows all)"
