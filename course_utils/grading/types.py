"""The words that the parts of the grader share: a submission, a mark, a verdict. Data only.

A verdict is JSON on disk and between processes; `to_json` and `from_json` are the only doors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from course_utils.checking.types import Finding, Result
from course_utils.errors import GradingError

__all__ = ["Mark", "Submission", "Verdict"]

#: Changes when the JSON of a verdict does; an older file is graded anew.
_FORMAT = 1


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
class Mark:
    """The verdict on one exercise of one submission.

    Attributes:
        result: points, findings and flags, as the check shows them.
        answer: the source of the student's answer, "" where none was found.
        seconds: wall time from the request to the verdict.
    """

    result: Result
    answer: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """All marks of one submission: the truth from which every output is made.

    Attributes:
        key: hash of submission, course version and secret; the same key is never graded twice.
        student: as in the submission.
        chapter: as in the submission.
        name: as in the submission.
        marks: one per exercise of the chapter, in its order; also where there was a problem.
        problem: why the whole notebook could not be graded; "" if it could.
        remarks: what the reader should know.
        sandboxed: False where it was graded with --no-sandbox.
        course: the version of the course that graded it.
        seconds: wall time of the whole submission.
    """

    key: str
    student: str
    chapter: str
    name: str
    marks: tuple[Mark, ...]
    problem: str = ""
    remarks: tuple[str, ...] = ()
    sandboxed: bool = True
    course: str = ""
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """The points earned."""
        return round(sum(mark.result.points for mark in self.marks), 6)

    @property
    def max_points(self) -> float:
        """The points that can be earned."""
        return round(sum(mark.result.max_points for mark in self.marks), 6)

    def to_json(self) -> str:
        """One JSON object, indented, with a fixed order of keys."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Verdict:
        """Read what `to_json` wrote.

        Raises:
            GradingError: it is no verdict, or one of another format.
        """
        try:
            data = json.loads(text)
            if data.pop("format") != _FORMAT:
                raise GradingError("this verdict was written by another version of the grader")
            marks = tuple(_mark(mark) for mark in data.pop("marks"))
            remarks = tuple(data.pop("remarks"))
            return cls(marks=marks, remarks=remarks, **data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise GradingError(f"this is no verdict ({error})") from error


def _mark(data: Mapping[str, Any]) -> Mark:
    result = dict(data["result"])
    findings = tuple(_finding(finding) for finding in result.pop("findings"))
    flags = tuple(result.pop("flags"))
    return Mark(Result(findings=findings, flags=flags, **result), data["answer"], data["seconds"])


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(**{**data, "hints": tuple(data["hints"]), "evidence": dict(data["evidence"])})
