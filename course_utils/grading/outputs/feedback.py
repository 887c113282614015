"""`feedback/<student>/<chapter>.html`: what a student reads, one self-contained page."""

from __future__ import annotations

from pathlib import Path

from course_utils.grading.outputs.pages import write_page
from course_utils.grading.outputs.states import state
from course_utils.grading.types import GradedSubmission

__all__ = ["write_feedback"]


def write_feedback(path: Path, graded: GradedSubmission) -> None:
    """Write the page of one submission: per exercise the state, findings, hints, the answer."""
    exercises = [
        {
            "answer": exercise.answer,
            "result": exercise.result,
            "state": state(exercise.result, graded.problem),
        }
        for exercise in graded.exercises
    ]
    write_page(path, "feedback.html", graded=graded, exercises=exercises)
