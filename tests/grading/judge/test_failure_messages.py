"""What gave no answer is told in the student's words."""

from __future__ import annotations

import pytest

from course_utils.checking.registry import exercise_named
from course_utils.grading.judge.failure_messages import crash_reason, not_run


@pytest.mark.parametrize(
    ("trouble", "code", "kind", "says"),
    [
        ("time", None, "stopped", "still running after 30 seconds"),
        ("memory", None, "memory", "more memory than an exercise may have"),
        ("garbled", None, "crashed", "no answer of the check"),
        ("ended", -11, "crashed", "crashed Python itself"),
        ("ended", -9, "crashed", "ended by the system"),
        ("ended", -24, "crashed", "more processor time"),
        ("ended", -25, "crashed", "larger file"),
        ("ended", -31, "crashed", "system call"),
        ("ended", 3, "crashed", "exit code 3"),
        ("ended", -10, "crashed", "SIGUSR1"),
        ("ended", -99, "crashed", "signal 99"),
        ("ended", None, "crashed", "ended its own process"),
    ],
)
def test_what_gave_no_answer_is_told_in_the_students_words(
    trouble: str, code: int | None, kind: str, says: str
) -> None:
    result = crash_reason(exercise_named("readout"), trouble, code, 30.0)
    (finding,) = result.findings
    assert (result.points, result.passed, finding.kind) == (0.0, False, kind)
    assert says in finding.message
    assert finding.message.endswith(".")


def test_a_notebook_that_could_not_be_read_says_why() -> None:
    result = not_run(exercise_named("readout"), "it is empty.")
    assert "could not be read: it is empty." in result.findings[0].message
