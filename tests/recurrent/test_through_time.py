"""Single steps are the same states cut apart; a recall task's targets are its inputs, later."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent import through_time


def test_single_steps_begin_at_the_state_before_them():
    dhs, xs, hs = (np.arange(12.0).reshape(2, 3, 2) + shift for shift in (0, 100, 200))
    h0 = np.array([[-1.0, -2.0], [-3.0, -4.0]])
    sent, inputs, states, before = through_time.single_steps(dhs, xs, hs, h0)
    assert sent.shape == inputs.shape == states.shape == (6, 1, 2)
    np.testing.assert_array_equal(before[[0, 3]], h0)
    np.testing.assert_array_equal(before[[1, 2, 4, 5]], states[[0, 1, 3, 4], 0])


@pytest.mark.parametrize("delay", [1, 4])
def test_a_recall_task_asks_for_the_inputs_later_and_a_guess_has_an_error_of_one(delay):
    def nothing(xs, h0, W_x, W_h, b):
        return np.zeros((*xs.shape[:2], len(b)))

    task = through_time.recall_task(0, delay, nothing)
    np.testing.assert_array_equal(task.targets[:, delay:], task.inputs[:, :-delay])
    assert not task.targets[:, :delay].any()
    zeros = [np.zeros((1, 2)), np.zeros((2, 2)), np.zeros(2), np.zeros((2, 1)), np.zeros(1)]
    assert task.error(zeros) == 1


def test_every_rate_and_task_is_tried_from_the_same_start():
    def bowl(weights, inputs, targets):
        return float(np.sum(weights[0] ** 2)), [2 * weights[0]]

    def still(weights, inputs, targets):
        return float(np.sum(weights[0] ** 2)), [0 * weights[0]]

    task = through_time.Task(np.zeros(0), np.zeros(0), lambda weights: float(weights[0][0]))
    errors = through_time.test_errors(
        {"walks": bowl, "stays": still}, lambda seed: [np.array([1.0 + seed])], [task] * 3, 1
    )
    np.testing.assert_array_equal(errors["stays"], [[1, 2, 3]] * len(through_time.RATES))
    moved = errors["stays"] - errors["walks"]
    np.testing.assert_allclose(moved, np.array(through_time.RATES)[:, None] * np.ones(3), rtol=1e-5)


def test_where_a_gradient_takes_long_only_two_tasks_are_tried(monkeypatch):
    monkeypatch.setattr(through_time, "_LONG_WAIT", 0.0)
    task = through_time.Task(np.zeros(0), np.zeros(0), lambda weights: float(weights[0][0]))
    errors = through_time.test_errors(
        {"stays": lambda weights, *_: (0.0, [0 * weights[0]])},
        lambda seed: [np.array([1.0 + seed])],
        [task] * 3,
        1,
    )
    np.testing.assert_array_equal(errors["stays"], [[1, 2]] * len(through_time.RATES))
