"""`report.html`: the class for its instructor, one self-contained page.

Which exercise is hard, which mistakes the class makes, who needs help, what has to be looked at,
and every student in a table that sorts and filters without asking anyone: the page's own script is
the only one that its Content-Security-Policy lets run, and nothing is fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from course_utils.chapters import CHAPTERS
from course_utils.grading.judge.store import chapter_file
from course_utils.grading.outputs.class_summary import ClassSummary, ExerciseNumbers
from course_utils.grading.outputs.flags import most_telling
from course_utils.grading.outputs.pages import chapter_title, write_page
from course_utils.grading.outputs.states import STATES, State

__all__ = ["write_report"]

_MISTAKES = 20  # shown
_WITHOUT_SCRIPT = 25  # rows of the table that need no script


def write_report(
    path: Path,
    summary: ClassSummary,
    refused: Sequence[tuple[str, str]] = (),
    unreadable: Sequence[tuple[str, str]] = (),
    *,
    aside: Sequence[tuple[str, str]] = (),
    missing: Sequence[tuple[str, str]] = (),
    unlisted: Sequence[tuple[str, str]] = (),
) -> None:
    """Write the report.

    Args:
        path: the page.
        summary: of the whole class.
        refused: (name, why) of what was handed in and is nobody's.
        unreadable: (file, why) of verdicts that could not be read.
        aside: (file, why) of what the last run left aside.
        missing: (name, what) of those on the class list who did not hand it in.
        unlisted: (student, class list) of those who handed in and are not on it.
    """
    script = (
        files("course_utils.grading.outputs").joinpath("templates/report.js").read_text("utf-8")
    )
    flags, other_flags = most_telling(summary.flags)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    write_page(
        path,
        "report.html",
        heading=_heading(list(summary.columns)),
        summary=summary,
        states=_states(summary),
        flags=flags,
        other_flags=other_flags,
        mistakes=summary.mistakes(_MISTAKES),
        hardest=_hardest(summary),
        refused=refused,
        unreadable=unreadable,
        aside=aside,
        missing=missing,
        unlisted=unlisted,
        table=_table(summary),
        first=summary.rows[:_WITHOUT_SCRIPT],
        script=script,
        script_hash=f"sha256-{digest}",
    )


def _heading(stems: Sequence[str]) -> str:
    """One chapter by its title, several by their numbers."""
    if len(stems) < 2:
        return "".join(map(chapter_title, stems)) or "No verdicts yet"
    numbers = [str(each.number) for each in CHAPTERS if each.stem in stems]
    return f"Chapters {', '.join(numbers[:-1])} and {numbers[-1]}" if numbers[1:] else "The class"


def _states(summary: ClassSummary) -> list[State]:
    """The states that occur, from the best on."""
    chapters = summary.chapters.values()
    occur = {
        each for one in chapters for numbers in one.exercises.values() for each in numbers.states
    }
    return [each for each in STATES if each in occur]


def _hardest(summary: ClassSummary) -> ExerciseNumbers | None:
    """The exercise that the fewest got right, if any was got wrong."""
    every = [
        each
        for chapter in summary.chapters.values()
        for each in chapter.exercises.values()
        if each.count and each.share("right") < 1
    ]
    return min(every, key=lambda each: each.share("right"), default=None)


def _table(summary: ClassSummary) -> dict[str, Any]:
    """The students as the page's script reads them; short, for there are many."""
    return {
        "chapters": [
            {"file": chapter_file(stem), "title": chapter_title(stem), "worth": round(worth, 4)}
            for stem, worth in summary.worth.items()
        ],
        "rows": [
            [
                row.student[:200],
                "" if row.folder == row.student else row.folder,
                [None if each is None else round(each, 4) for each in row.points],
                round(row.total, 4),
                row.notes,
            ]
            for row in summary.rows
        ],
    }
