"""The secret and what is drawn from it; the sentences for what gave no answer; the tripwires."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from course_utils.checking.registry import exercise_named
from course_utils.checking.watch import READY
from course_utils.errors import GradingError
from course_utils.grading.inside.block_ready_operations import _tripping
from course_utils.grading.judge.failure_messages import crash_reason, not_run
from course_utils.grading.judge.secret import course_version, key_of, read_secret, seed_for

SECRET = b"0123456789abcdef"


def test_a_new_secret_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "secret"
    made = read_secret(path)
    assert read_secret(path) == made
    assert len(made) == 64
    assert os.stat(path).st_mode & 0o077 == 0


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"short\n")
    with pytest.raises(GradingError, match="5 bytes; 16 are the least"):
        read_secret(path)


def test_seeds_depend_on_secret_student_and_exercise_alone() -> None:
    seeds = {
        seed_for(secret, student, exercise)
        for secret in (SECRET, SECRET[::-1])
        for student in ("ada", "bob")
        for exercise in ("unroll", "stream")
    }
    assert len(seeds) == 8
    assert seed_for(SECRET, "ada", "unroll") == seed_for(SECRET, "ada", "unroll")
    assert seed_for(SECRET, "a", "bc") != seed_for(SECRET, "ab", "c")


def test_a_key_changes_with_all_that_a_verdict_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    first = key_of(SECRET, "ada", "ch02", b"x")
    assert first == key_of(SECRET, "ada", "ch02", b"x")
    others = {
        key_of(SECRET[::-1], "ada", "ch02", b"x"),
        key_of(SECRET, "bob", "ch02", b"x"),
        key_of(SECRET, "ada", "ch03", b"x"),
        key_of(SECRET, "ada", "ch02", b"y"),
    }
    monkeypatch.setattr("course_utils.grading.judge.secret.course_version", lambda: "another")
    others.add(key_of(SECRET, "ada", "ch02", b"x"))
    assert len(others - {first}) == 5
    assert "+" in course_version()


@pytest.mark.parametrize(
    ("trouble", "code", "kind", "says"),
    [
        ("time", None, "stopped", "still running after 30 seconds"),
        ("memory", None, "memory", "more memory than an exercise may have"),
        ("garbled", None, "crashed", "no answer of the check"),
        ("ended", -11, "crashed", "crashed Python itself"),
        ("ended", -9, "memory", "ended by the system"),
        ("ended", -24, "crashed", "more processor time"),
        ("ended", -25, "crashed", "larger file"),
        ("ended", -31, "crashed", "system call"),
        ("ended", 3, "crashed", "exit code 3"),
        ("ended", -10, "crashed", "SIGUSR1"),
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


def test_a_function_with_free_variables_can_be_made_to_trip() -> None:
    def outer() -> object:
        one, two = 1, 2

        def inner() -> int:
            return one + two

        return inner

    function = outer()
    function.__code__ = _tripping(function)  # type: ignore[arg-type, attr-defined]
    with pytest.raises(Exception, match="is not to be used here"):
        function()  # type: ignore[operator]


@pytest.mark.parametrize("kind", sorted(READY))
def test_each_kind_of_ready_operation_names_files(kind: str) -> None:
    assert all(ending.endswith(".py") for ending, _ in READY[kind])
