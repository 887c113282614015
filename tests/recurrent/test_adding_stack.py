"""Many networks on the adding task at once."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils import datasets
from course_utils.recurrent.adding_stack import WORST, AddingStack
from tests.taught import taught_cell


def adders(cell, steps, **arguments):
    return AddingStack(cell, steps, datasets.adding, datasets.adding_baseline(), **arguments)


@pytest.fixture(scope="module")
def lstm():
    return adders(taught_cell("LSTMCell")(4), steps=4, updates=100)


def test_equal_seeds_give_equal_errors_and_the_rate_is_the_best_on_validation(lstm):
    found, again = (lstm.tuned([0, 1], rates=(1e-6, 0.03)) for _ in range(2))
    assert found.errors == again.errors and found.rate == 0.03
    assert found.validation[0.03] < found.validation[1e-6]
    assert [w.shape for w in found.weights[0]] == [(2, 16), (4, 16), (16,)]
    assert "1e-06" in found.words


def test_a_network_learns_the_same_alone_as_in_a_stack(lstm):
    (alone,) = lstm.tuned([1], rates=(0.03,)).errors
    assert lstm.tuned([0, 1], rates=(0.03,)).errors[1] == pytest.approx(alone, rel=1e-2)


def test_a_pinned_gate_keeps_its_bias_and_a_shut_input_gate_learns_less(lstm):
    errors = lstm.pinned([0, 1], 0.03, {"free": {}, "shut": {"i": -30.0}})
    assert np.mean(errors["free"]) < 0.8 * np.mean(errors["shut"])
    weights = lstm._train([(0, 0.03)], [{"i": -30.0}])[2][0]
    kernel, recurrent, bias = weights
    assert np.all(kernel[:, :4] == 0) and np.all(recurrent[:, :4] == 0)
    assert np.all(bias[:4] == -30) and np.all(kernel[:, 4:] != 0)


def test_only_an_lstm_can_be_pinned(lstm):
    plain = adders(keras.layers.SimpleRNNCell(3), steps=3, updates=50)
    for stack, pins in ((plain, {"f": 30.0}), (lstm, {"z": 1.0})):
        with pytest.raises(ValueError, match="blocks i, f, g and o"):
            stack.pinned([0], 0.01, {"held": pins})


def test_starts_are_the_identity_where_asked_and_a_forget_bias_of_1(lstm):
    cell = keras.layers.SimpleRNNCell(3, activation="relu")
    start = adders(cell, steps=3, identity=True)._draw(0)[0]
    assert np.array_equal(start[1], np.eye(3)) and not start[2].any()
    assert list(lstm._draw(0)[0][2]) == [0] * 4 + [1] * 4 + [0] * 8


def test_what_has_no_finite_error_counts_as_the_worst():
    cell = keras.layers.SimpleRNNCell(3, activation="relu")
    found = adders(cell, steps=8, updates=50, identity=True).tuned([0], rates=(1e30,))
    assert found.errors == [WORST] and found.validation == {1e30: WORST}
