"""Flags in the order in which an instructor should see them, each submission's in one line.

What the judge raised itself comes first: the others rest on what an answer's own process said, and
it can say it a thousand times. So nobody's flags take the room of another's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from course_utils.grading.types import GradedSubmission

__all__ = ["by_importance", "in_one_line", "is_urgent", "kinds_of", "most_telling"]

_KINDS = 20  # flags that the report counts one by one
_TOLD = 6  # flags of one submission


def is_urgent(flag: str) -> bool:
    """Whether the judge raised it itself."""
    return not flag.startswith("ready:")


def by_importance(graded: GradedSubmission) -> list[tuple[str, str]]:
    """(exercise, flag) of a submission, the urgent ones first, else in the exercises' order."""
    raised = [(each.result.name, flag) for each in graded.exercises for flag in each.result.flags]
    return sorted(raised, key=lambda pair: not is_urgent(pair[1]))


def in_one_line(raised: Sequence[tuple[str, str]]) -> str:
    """The first of a submission's flags, and how many are left out."""
    told = [f"{exercise}: {flag}" for exercise, flag in raised[:_TOLD]]
    more = [f"and {len(raised) - _TOLD} more"] if len(raised) > _TOLD else []
    return "; ".join([*told, *more])


def kinds_of(raised: Sequence[tuple[str, str]]) -> list[str]:
    """The flags that count for a submission, each once: those that its line tells."""
    return list(dict.fromkeys(flag for _, flag in raised[:_TOLD]))


def most_telling(flags: Counter[str]) -> tuple[list[tuple[str, int]], int]:
    """(flag, in how many submissions), urgent and common ones first; and how many are left out."""
    every = sorted(flags.items(), key=lambda pair: (not is_urgent(pair[0]), -pair[1], pair[0]))
    return every[:_KINDS], max(0, len(every) - _KINDS)
