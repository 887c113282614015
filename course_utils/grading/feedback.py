"""`feedback/<student>/<chapter>.html`: what a student reads, one self-contained page."""

from __future__ import annotations

from pathlib import Path

from course_utils.grading.pages import write_page
from course_utils.grading.states import state
from course_utils.grading.types import Verdict

__all__ = ["write_feedback"]


def write_feedback(path: Path, verdict: Verdict) -> None:
    """Write the page of one verdict: per exercise the verdict, findings, hints, the answer."""
    exercises = [
        {"mark": mark, "result": mark.result, "state": state(mark.result, verdict.problem)}
        for mark in verdict.marks
    ]
    write_page(path, "feedback.html", verdict=verdict, exercises=exercises)
