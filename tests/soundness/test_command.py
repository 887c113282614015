"""`python -m tests.soundness` chooses by exercise or chapter, and its exit code tells machines."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.soundness import __main__ as command
from tests.soundness.rows import Row
from tests.soundness.subjects import all_names


class _NoPool:
    def __init__(self, jobs):
        self.jobs = jobs

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run the command with rows made by hand; gives (result, what was asked, the JSON)."""

    def run(*arguments, problem=None):
        asked = []

        def measure(names, plan, pool, equivalents, progress):
            asked.extend(names)
            progress(1, 1)
            rows = [Row(name) for name in names]
            if problem:
                rows[0].problem("trivial", problem)
            return rows

        monkeypatch.setattr(command, "Pool", _NoPool)
        monkeypatch.setattr(command, "measure", measure)
        path = tmp_path / "soundness.json"
        result = CliRunner().invoke(command.main, [*arguments, "--json", str(path)])
        return result, asked, json.loads(path.read_text("utf-8")) if path.exists() else None

    return run


def test_without_names_every_exercise_is_measured(run):
    assert run()[1] == all_names()


def test_a_chapter_stands_for_its_exercises(run):
    assert run("ch02", "make_windows")[1] == [
        "elman_step",
        "unroll",
        "readout",
        "ElmanCell",
        "stream",
        "make_windows",
    ]


def test_a_name_that_nothing_has_is_refused_with_near_ones(run):
    result, asked, _ = run("elman_stepp")
    assert result.exit_code == 1
    assert "elman_step" in result.output
    assert asked == []


def test_nothing_to_mend_exits_with_0_and_says_so(run):
    result, _, written = run("unroll")
    assert result.exit_code == 0
    assert "Sound: every exercise keeps every rule." in result.output
    assert written["sound"] is True


def test_anything_to_mend_exits_with_1_and_stands_in_table_and_json(run):
    result, _, written = run("unroll", problem="an answer that sleeps earns 1")
    assert result.exit_code == 1
    assert "unroll: an answer that sleeps earns 1" in result.output
    assert written["sound"] is False
    assert written["exercises"][0]["problems"] == [
        {"rule": "trivial", "text": "an answer that sleeps earns 1"}
    ]
