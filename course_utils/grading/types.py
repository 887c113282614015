"""What the parts of the grader hand on: a submission, and the same graded. Data only.

A graded submission is JSON on disk and between processes, by `to_json` and `from_json` alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from course_utils.checking.types import Finding, Result
from course_utils.errors import GradingError

__all__ = ["GradedExercise", "GradedSubmission", "Submission"]

#: Changes with the fields below; a file of another format is graded anew.
_FORMAT = 2


@dataclass(frozen=True)
class Submission:
    """One notebook of one student, as it was handed in.

    Attributes:
        student: who, as a plain name that is safe as a part of a path.
        chapter: the chapter's stem.
        notebook: the file's bytes; b"" where it could not even be read.
        name: where it came from, for messages: `submitted/ada/ch02_elman_cell/ch02.ipynb`.
        problem: why it cannot be graded, in words for instructor and student; "" if it can.
        remarks: what the reader should know: an older file of the same student was left out, …
    """

    student: str
    chapter: str
    notebook: bytes
    name: str = ""
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class GradedExercise:
    """One exercise of a submission, graded.

    Attributes:
        result: points, findings and flags, as the check shows them.
        answer: the cells that define the answer, as they were handed in; "" where none was found.
        seconds: wall time from the request to the result.
    """

    result: Result
    answer: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class GradedSubmission:
    """A submission with the results of its exercises: what every output is made from.

    Attributes:
        key: hash of submission, course version and secret; the same key is never graded twice.
        student: as in the submission.
        chapter: as in the submission.
        name: as in the submission.
        exercises: one per exercise of the chapter, in its order; also where there was a problem.
        problem: why the whole notebook could not be graded; "" if it could.
        remarks: what the reader should know.
        sandboxed: False where it was graded with --no-sandbox.
        course: the version of the course that graded it.
        seconds: wall time of the whole submission.
        digest: of the notebook; "" in verdicts of older versions.
        passed_over: the keys of later hand-ins that earned less and so do not count.
    """

    key: str
    student: str
    chapter: str
    name: str
    exercises: tuple[GradedExercise, ...]
    problem: str = ""
    remarks: tuple[str, ...] = ()
    sandboxed: bool = True
    course: str = ""
    seconds: float = 0.0
    digest: str = ""
    passed_over: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points earned."""
        return round(sum(exercise.result.points for exercise in self.exercises), 6)

    @property
    def max_points(self) -> float:
        """The points that can be earned."""
        return round(sum(exercise.result.max_points for exercise in self.exercises), 6)

    def to_json(self) -> str:
        """One JSON object, indented, with a fixed order of keys."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> GradedSubmission:
        """Read what `to_json` wrote.

        Raises:
            GradingError: the text is something else, or of another format.
        """
        try:
            data = json.loads(text)
            if data.pop("format") != _FORMAT:
                raise GradingError("it was written by another version of the grader")
            exercises = tuple(_exercise(each) for each in data.pop("exercises"))
            remarks = tuple(data.pop("remarks"))
            passed_over = tuple(data.pop("passed_over", ()))
            return cls(exercises=exercises, remarks=remarks, passed_over=passed_over, **data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise GradingError(f"expected a graded submission as JSON ({error})") from error


def _exercise(data: Mapping[str, Any]) -> GradedExercise:
    result = dict(data["result"])
    findings = tuple(_finding(finding) for finding in result.pop("findings"))
    flags = tuple(result.pop("flags"))
    return GradedExercise(
        Result(findings=findings, flags=flags, **result), data["answer"], data["seconds"]
    )


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(**{**data, "hints": tuple(data["hints"]), "evidence": dict(data["evidence"])})
