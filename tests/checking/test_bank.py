"""Every known mistake fails with its own hint, and right answers of every style pass."""

from __future__ import annotations

from importlib import import_module

import pytest

from course_utils.chapters import CHAPTERS
from course_utils.checking import judge
from course_utils.checking.registry import exercise_named, oracle_named

TRAINED = 100  # seconds: an answer that is trained; tests/test_soundness_fast.py tries all of these
SLOW = 20  # seconds: cells and models


def bank(which):
    """(exercise, name, answer) of the bank, but for answers that are trained."""
    answers = {
        chapter: getattr(import_module(f"tests.bank.{chapter.stem}"), which) for chapter in CHAPTERS
    }
    return [
        pytest.param(
            exercise,
            name,
            answer,
            id=f"{exercise}-{name}",
            marks=[pytest.mark.slow] if exercise_named(exercise).seconds >= SLOW else [],
        )
        for chapter, of_exercise in answers.items()
        for exercise in chapter.exercises
        if exercise_named(exercise).seconds < TRAINED
        for name, answer in of_exercise[exercise].items()
    ]


@pytest.mark.parametrize(("exercise", "style", "answer"), bank("RIGHT"))
def test_a_right_answer_passes_whatever_its_style(exercise, style, answer):
    result = judge(exercise, answer)
    assert result.findings == ()
    assert result.points == result.max_points


@pytest.mark.parametrize(("exercise", "mistake", "answer"), bank("WRONG"))
def test_a_known_mistake_fails_with_its_own_hint(exercise, mistake, answer):
    result = judge(exercise, answer)
    assert not result.passed
    assert result.points < result.max_points
    assert result.findings[0].mistake == mistake
    assert len(result.findings[0].hints) == 3


@pytest.mark.parametrize("name", [e for chapter in CHAPTERS for e in chapter.exercises])
def test_the_bank_of_wrong_answers_covers_the_oracles_mistakes(name):
    stem = next(chapter.stem for chapter in CHAPTERS if name in chapter.exercises)
    module = import_module(f"tests.bank.{stem}")
    ids = [mistake.id for mistake in oracle_named(name).mistakes]
    assert len(set(ids)) == len(ids) >= 5
    assert set(module.WRONG[name]) == set(ids)
    assert len(module.RIGHT[name]) >= 4
