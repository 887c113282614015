"""The fast part of `make soundness`: few seeds, and a sample of the mutants that stays the same.

All answers of functions are tried by tests/checking/test_bank.py; of cells and of trained networks,
whose checks take longer, some are tried here.
"""

from __future__ import annotations

import pytest

from course_utils.checking.registry import exercise_named
from tests.soundness.equivalents import read
from tests.soundness.measuring import FAST, measure, some
from tests.soundness.subjects import all_names
from tests.soundness.workers import Pool

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows():
    with Pool(2) as pool:
        return {row.exercise: row for row in measure(all_names(), FAST, pool, read())}


def plan(rows, exercise):
    return FAST.where(rows[exercise].limit)


@pytest.mark.parametrize("exercise", all_names())
class TestEveryExercise:
    def test_its_references_agree_and_its_cases_repeat(self, rows, exercise):
        assert rows[exercise].broken("cases") == []

    def test_its_bank_has_no_twins_and_no_hint_prints_the_answer(self, rows, exercise):
        assert rows[exercise].broken("bank") == []

    def test_mutants_of_its_solution_fail_or_are_listed_as_equivalent(self, rows, exercise):
        assert rows[exercise].broken("mutants") == []
        assert rows[exercise].mutants == plan(rows, exercise).sample

    def test_answers_without_thought_earn_nothing(self, rows, exercise):
        assert rows[exercise].broken("trivial") == []
        assert rows[exercise].trivial > 10


@pytest.mark.parametrize(
    "exercise", [name for name in all_names() if FAST.where(exercise_named(name).seconds).wrong]
)
class TestCellsAndNetworks:
    def test_some_known_mistakes_fail_with_their_own_hint(self, rows, exercise):
        assert rows[exercise].broken("named") == []
        tried = some(rows[exercise].mistakes, plan(rows, exercise).wrong)
        assert len(tried) >= 2
        assert sorted(rows[exercise].named) == sorted(tried)

    def test_some_right_answers_in_other_styles_pass(self, rows, exercise):
        assert rows[exercise].broken("right") == []
        tried = some(rows[exercise].styles, plan(rows, exercise).right)
        assert len(tried) >= 1
        assert sorted(rows[exercise].passed) == sorted(tried)
