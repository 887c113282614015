"""The secret and what is drawn from it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from course_utils.errors import GradingError
from course_utils.grading.judge.secret import key_of, read_secret, seed_for

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


def test_seeds_depend_on_secret_student_exercise_and_notebook_alone() -> None:
    seeds = {
        seed_for(secret, student, exercise, notebook)
        for secret in (SECRET, SECRET[::-1])
        for student in ("ada", "bob")
        for exercise in ("unroll", "stream")
        for notebook in (b"first", b"second")
    }
    assert len(seeds) == 16
    assert seed_for(SECRET, "ada", "unroll", b"x") == seed_for(SECRET, "ada", "unroll", b"x")
    assert seed_for(SECRET, "a", "bc", b"x") != seed_for(SECRET, "ab", "c", b"x")
    assert seed_for(SECRET, "ada", "unroll", b"x") != seed_for(SECRET, "ada", "unroll", b"x ")


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
