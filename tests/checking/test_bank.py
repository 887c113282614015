"""Every known mistake fails with its own hint, and right answers of every style pass.

Functions here; of cells and models, whose checks take longer, tests/test_soundness_fast.py tries
all right answers and some mistakes, and `make test-long` tries all of both.
"""

from __future__ import annotations

import pytest

from course_utils.checking import judge
from course_utils.checking.registry import exercise_named
from tests.soundness.consistency import edit_problems
from tests.soundness.subjects import all_names, load

TRAINED = 60  # seconds: an answer that is trained; `make soundness` tries all of these
SLOW = 20  # seconds: cells and models


def bank(which):
    """(exercise, key, answer) of the bank, but for answers that are trained."""
    return [
        pytest.param(
            name,
            key,
            answer,
            id=f"{name}-{key}",
            marks=[pytest.mark.long] if exercise_named(name).seconds >= SLOW else [],
        )
        for name in all_names()
        if exercise_named(name).seconds < TRAINED
        for key, answer in getattr(load(name), which).items()
    ]


@pytest.mark.parametrize(("exercise", "style", "answer"), bank("right"))
def test_a_right_answer_passes_whatever_its_style(exercise, style, answer):
    result = judge(exercise, answer)
    assert result.findings == ()
    assert result.points == result.max_points


@pytest.mark.parametrize(("exercise", "key", "answer"), bank("mistaken"))
def test_a_known_mistake_fails_with_its_own_hint(exercise, key, answer):
    result = judge(exercise, answer)
    assert not result.passed
    assert result.points < result.max_points
    assert result.findings[0].mistake == key.partition("/")[0]
    assert len(result.findings[0].hints) == 3


@pytest.mark.parametrize("name", all_names())
def test_each_edit_meets_the_references_text_once(name):
    assert edit_problems(exercise_named(name)) == []


@pytest.mark.parametrize("name", all_names())
def test_every_known_mistake_is_made_by_a_wrong_answer(name):
    ids = [mistake.id for mistake in exercise_named(name).mistakes]
    assert len(set(ids)) == len(ids) >= 5
    assert {key.partition("/")[0] for key in load(name).mistaken} == set(ids)
    assert len(load(name).right) >= 4
