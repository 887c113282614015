"""`feedback/<student>/<chapter>.html`: what a student reads, one self-contained page."""

from __future__ import annotations

from pathlib import Path

from course_utils.checking.types import Finding
from course_utils.grading.outputs.pages import write_page
from course_utils.grading.outputs.states import state
from course_utils.grading.types import Verdict

__all__ = ["write_feedback"]

_LEVELS = ("What you see", "Where to look", "What to change")


def write_feedback(path: Path, verdict: Verdict) -> None:
    """Write the page of one verdict: per exercise the verdict, findings, hints, the answer."""
    exercises = [
        {
            "mark": mark,
            "result": mark.result,
            "state": state(mark.result, verdict.problem),
            "findings": [(each, _hints(each)) for each in mark.result.findings],
        }
        for mark in verdict.marks
    ]
    write_page(path, "feedback.html", verdict=verdict, exercises=exercises)


def _hints(finding: Finding) -> list[tuple[str, str]]:
    """The hints that the message does not say already, each with the name of its level."""
    named = zip(_LEVELS, finding.hints, strict=False)
    return [(level, hint) for level, hint in named if not finding.message.startswith(hint)]
