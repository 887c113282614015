"""`unrolled grade`, `check`: real runs, cut short and taken up again."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from course_utils.chapters import chapter
from course_utils.errors import GradingError
from course_utils.grading.command import GradeOptions, run_grade
from course_utils.grading.judge.secret import key_of, read_secret, seed_for
from tests.grading.command import (
    QUICK,
    ROOT,
    alive,
    family,
    hand_in,
    kill,
    marks,
    start,
    unrolled,
    wait_for_verdicts,
)
from tests.grading.handing import notebook, put

SECRET = "correct horse battery staple"


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "secret"
    path.write_text(SECRET)
    return path


@pytest.mark.slow
def test_a_class_is_graded_and_a_second_run_does_nothing(tmp_path: Path, secret: Path) -> None:
    class_ = hand_in(tmp_path / "class", 2)
    put(class_, f"submitted/student00/{QUICK}/notes.pdf", data=b"%PDF")
    (class_ / "submitted/student01" / QUICK / f"{QUICK}.ipynb").write_text("no notebook")
    out = tmp_path / "out"
    first = unrolled("grade", class_, "--out", out, "--jobs", 1, "--secret", secret)
    assert first.code == 3, first.err
    assert "1 with a problem" in first.out
    assert "student01" in first.err and "Traceback" not in first.err
    assert "1 file left aside" in (out / "report.html").read_text()
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    full, broken = marks(out).values()
    assert [mark["result"]["passed"] for mark in full["exercises"]] == [True] * 6
    assert broken["problem"] and all(mark["result"]["points"] == 0 for mark in broken["exercises"])

    second = unrolled("grade", class_, "--out", out, "--secret", secret, "--json")
    events = [json.loads(line) for line in second.out.splitlines()]
    assert [event["event"] for event in events] == ["began", "verdict", "verdict"]
    assert not any(event.get("new") for event in events)
    assert second.code == 3
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_what_answers_could_read_is_not_graded(
    tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class_ = hand_in(tmp_path / "env" / "lib" / "class", 1)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    out = io.StringIO()
    for source, to, what in (
        (class_, tmp_path / "out", "The submissions"),
        (tmp_path, tmp_path / "env" / "lib" / "out", "The results"),
    ):
        options = GradeOptions(source, to, 1, secret=secret)
        with pytest.raises(GradingError, match=f"{what}.* would be read by students' code"):
            run_grade(options, out)
    assert out.getvalue() == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("students", "moments"), [(3, (1,)), pytest.param(6, (0, 2, 4), marks=pytest.mark.long)]
)
def test_killed_at_any_moment_it_loses_nothing_and_the_next_run_goes_on(
    tmp_path: Path, secret: Path, students: int, moments: tuple[int, ...]
) -> None:
    class_, out, whole = hand_in(tmp_path / "class", students), tmp_path / "out", tmp_path / "whole"
    options = ("--jobs", 2, "--secret", secret)
    assert unrolled("grade", class_, "--out", whole, *options).code == 0
    for filed in moments:
        run = start("grade", class_, "--out", out, *options)
        (out / "verdicts").mkdir(parents=True, exist_ok=True)
        wait_for_verdicts(out, filed)
        processes = family(run)
        kept = marks(out)
        kill(run)
        assert alive(processes) == []
        assert kept.items() <= marks(out).items()
    last = unrolled("grade", class_, "--out", out, *options)
    assert last.code == 0, last.err
    assert marks(out) == marks(whole)
    assert not [path for path in (out / "verdicts").rglob("*") if path.name.startswith(".")]


@pytest.mark.slow
def test_another_secret_draws_other_cases_and_the_verdicts_keys_change(tmp_path: Path) -> None:
    notebook = (ROOT / "solutions" / f"{QUICK}.ipynb").read_bytes()
    one, other = b"one secret of sixteen", b"two secrets of sixteen"
    assert key_of(one, "ada", QUICK, notebook) == key_of(one, "ada", QUICK, notebook)
    assert key_of(one, "ada", QUICK, notebook) != key_of(other, "ada", QUICK, notebook)
    pairs = [(who, what) for who in ("ada", "bob") for what in ("regime", "xavier")]
    seeds = {seed_for(one, *pair, notebook) for pair in pairs}
    assert len(seeds) == 4
    assert seed_for(one, "ada", "regime", notebook) != seed_for(other, "ada", "regime", notebook)


def test_a_secret_is_made_for_its_owner_alone_and_a_short_one_is_refused(tmp_path: Path) -> None:
    made = read_secret(tmp_path / "deep" / "secret")
    assert len(made) == 64 and read_secret(tmp_path / "deep" / "secret") == made
    assert (tmp_path / "deep" / "secret").stat().st_mode & 0o077 == 0
    (tmp_path / "short").write_text("short")
    with pytest.raises(Exception, match="5 bytes; 16 are the least"):
        read_secret(tmp_path / "short")


def test_a_dry_run_says_what_it_understood_and_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path / "class", "ada/ch02.ipynb", "bob/ch02.ipynb", "bob/ch06.ipynb")
    put(tmp_path / "class", "bob/notes.pdf", data=b"%PDF")
    dry = unrolled("grade", tmp_path / "class", "--out", tmp_path / "out", "--dry-run")
    assert dry.code == 0, dry.err
    assert "2 students" in dry.out and "ch02_elman_cell: 2" in dry.out
    assert "bob (ch02_elman_cell, ch06_vanishing_and_exploding)" in dry.out
    assert "bob/notes.pdf: no notebook" in dry.out
    assert not (tmp_path / "out").exists()
    put(tmp_path / "class", "cy/ch02.ipynb", data=b"")
    machine = unrolled("grade", tmp_path / "class", "--out", tmp_path / "o", "--dry-run", "--json")
    (event,) = map(json.loads, machine.out.splitlines())
    assert event["students"] == ["ada", "bob", "cy"] and event["named_by"] == "folders and files"
    assert event["aside"] == [{"name": "bob/notes.pdf", "why": "no notebook"}]


def test_a_class_that_is_not_clear_is_not_graded(tmp_path: Path) -> None:
    put(tmp_path / "class", "ch02.ipynb")
    put(tmp_path / "class", "ch02 (1).ipynb", data=notebook("elman_step = 1"))
    stopped = unrolled("grade", tmp_path / "class", "--out", tmp_path / "out")
    assert stopped.code == 1 and "Nothing was graded" in stopped.err
    assert not list((tmp_path / "out").rglob("*.json"))


def test_no_name_gives_the_terminal_an_order(tmp_path: Path) -> None:
    orders = "\x1b[2J\x9b31m\u202eada\x07"
    put(tmp_path / "class", f"{orders}/ch02.ipynb", "bob/ch02.ipynb", data=b"")
    put(tmp_path / "class", f"bob/{orders}.pdf", data=b"")
    for options in ((), ("--json",), ("--dry-run",)):
        run = unrolled("grade", tmp_path / "class", "--out", tmp_path / "out", *options)
        assert run.code == 3, run.err
        assert not set(run.out + run.err) & set(orders.replace("[2J", "").replace("31m", "")) - {
            *"ad"
        }
    report = unrolled("report", tmp_path / "out")
    assert report.code == 0 and "\x1b" not in report.out + report.err


def test_what_excludes_each_other_and_what_is_not_there_is_said(tmp_path: Path) -> None:
    both = unrolled("grade", tmp_path, "--out", tmp_path / "o", "--jobs", 1, "--dask", "tcp://x:1")
    assert both.code == 2 and "exclude each other" in both.err
    nothing = unrolled("grade", tmp_path, "--out", tmp_path / "o")
    assert nothing.code == 1 and "holds no notebook" in nothing.err
    assert "Traceback" not in nothing.err
    unknown = unrolled("grade", tmp_path, "--out", tmp_path / "o", "--chapter", "ch99")
    assert unknown.code == 1 and "There is no chapter named 'ch99'" in unknown.err


@pytest.mark.slow
def test_a_students_own_check_says_what_the_check_cells_say(tmp_path: Path) -> None:
    right = unrolled("check", ROOT / "solutions" / f"{QUICK}.ipynb")
    assert right.code == 0, right.err
    names = chapter(QUICK).exercises
    assert all(f"{name}: right" in right.out for name in names)
    stub = unrolled("check", ROOT / "notebooks" / f"{QUICK}.ipynb")
    assert stub.code == 3
    assert all(f"{name}: not written yet" in stub.out for name in names)
    assert "0 of 10 points" in stub.out
    unknown = tmp_path / "essay.ipynb"
    unknown.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    refused = unrolled("check", unknown)
    assert refused.code == 1 and "looks like no chapter" in refused.err
    assert "Traceback" not in refused.err
