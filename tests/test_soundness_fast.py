"""The fast part of `make soundness`: few seeds, and a sample of the mutants that stays the same."""

from __future__ import annotations

import pytest

from tests.soundness.equivalents import read
from tests.soundness.measuring import FAST, measure
from tests.soundness.subjects import all_names
from tests.soundness.workers import Pool

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows():
    with Pool(2) as pool:
        return {row.exercise: row for row in measure(all_names(), FAST, pool, read())}


@pytest.mark.parametrize("exercise", all_names())
class TestEveryExercise:
    def test_its_references_agree_and_its_cases_repeat(self, rows, exercise):
        assert rows[exercise].broken("cases") == []

    def test_its_bank_has_no_twins_and_no_hint_prints_the_answer(self, rows, exercise):
        assert rows[exercise].broken("bank") == []

    def test_its_known_mistakes_fail_with_their_own_hint(self, rows, exercise):
        assert rows[exercise].broken("named") == []
        assert sorted(rows[exercise].named) == sorted(rows[exercise].mistakes)

    def test_right_answers_in_four_styles_and_the_solution_pass(self, rows, exercise):
        assert rows[exercise].broken("right") == []
        assert len(rows[exercise].passed) >= 4

    def test_mutants_of_its_solution_fail_or_are_listed_as_equivalent(self, rows, exercise):
        assert rows[exercise].broken("mutants") == []
        assert rows[exercise].mutants == FAST.sample

    def test_answers_without_thought_earn_nothing(self, rows, exercise):
        assert rows[exercise].broken("trivial") == []
        assert rows[exercise].trivial > 10
