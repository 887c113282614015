"""The adding task: what is marked, what is asked, and what naming the mean costs."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.datasets import adding, adding_baseline


def test_the_target_is_the_sum_of_the_two_marked_numbers_one_in_each_half() -> None:
    inputs, targets = adding(np.random.default_rng(0), 200, 11)
    assert inputs.shape == (200, 11, 2) and targets.shape == (200, 1)
    numbers, marks = inputs[..., 0], inputs[..., 1]
    assert set(np.unique(marks)) == {0.0, 1.0}
    np.testing.assert_array_equal(marks[:, :5].sum(1), 1.0)
    np.testing.assert_array_equal(marks[:, 5:].sum(1), 1.0)
    np.testing.assert_allclose((numbers * marks).sum(1, keepdims=True), targets, rtol=1e-6)
    assert numbers.min() >= 0.0 and numbers.max() < 1.0


def test_naming_the_mean_costs_a_sixth() -> None:
    _, targets = adding(np.random.default_rng(1), 100_000, 2)
    assert np.mean((targets - 1.0) ** 2) == pytest.approx(adding_baseline(), rel=0.02)


def test_the_same_seed_draws_the_same_sequences() -> None:
    one, two = (adding(np.random.default_rng(5), 3, 6) for _ in range(2))
    np.testing.assert_array_equal(one[0], two[0])


@pytest.mark.parametrize(("count", "steps", "word"), [(0, 5, "count"), (3, 1, "steps")])
def test_impossible_arguments_are_refused(count, steps, word) -> None:
    with pytest.raises(ValueError, match=word):
        adding(np.random.default_rng(0), count, steps)
