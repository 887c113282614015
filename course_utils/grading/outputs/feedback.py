"""`feedback/<student>/<chapter>.html`: what a student reads, one self-contained page."""

from __future__ import annotations

from pathlib import Path

from course_utils.checking.types import Finding
from course_utils.grading.outputs.pages import write_page
from course_utils.grading.outputs.states import state
from course_utils.grading.types import GradedSubmission

__all__ = ["write_feedback"]

_LEVELS = ("What you see", "Where to look", "What to change")


def write_feedback(path: Path, graded: GradedSubmission) -> None:
    """Write the page of one submission: per exercise the state, findings, hints, the answer."""
    exercises = [
        {
            "answer": exercise.answer,
            "result": exercise.result,
            "state": state(exercise.result, graded.problem),
            "findings": [(each, _hints(each)) for each in exercise.result.findings],
        }
        for exercise in graded.exercises
    ]
    write_page(path, "feedback.html", graded=graded, exercises=exercises)


def _hints(finding: Finding) -> list[tuple[str, str]]:
    """The hints that the message does not say already, each with the name of its level."""
    named = zip(_LEVELS, finding.hints, strict=False)
    return [(level, hint) for level, hint in named if not finding.message.startswith(hint)]
