"""What the checks of chapter 3 say to answers that no mistake of their banks explains."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.checking import judge
from tests.bank.ch03_delays_and_dynamics.hopfield_recall import by_branches
from tests.bank.ch03_delays_and_dynamics.multi_step_elman import by_list


@keras.saving.register_keras_serializable(package="ch03")
class ManySteps(keras.layers.Layer):
    """A cell that holds K states: right in itself, and in Keras's own loop."""

    def __init__(self, W_x, W_hs, b, **kwargs):
        super().__init__(**kwargs)
        self.given = W_x, W_hs, b
        self.state_size = [len(b)] * len(W_hs)
        self.output_size = len(b)

    def call(self, x, states):
        W_x, W_hs, b = self.given
        total = x @ W_x + b
        for h, W in zip(states, W_hs, strict=True):
            total = total + h @ W
        h = tf.tanh(total)
        return h, [h, *states[:-1]]


def by_keras_loop(xs, W_x, W_hs, b):
    cell = ManySteps(W_x, W_hs, b, dtype=str(xs.dtype))
    return keras.layers.RNN(cell, return_sequences=True, dtype=str(xs.dtype))(xs)


def test_keras_own_loop_around_a_cell_is_a_ready_layer():
    rng = np.random.default_rng(0)
    given = [rng.normal(size=s) for s in ((2, 4, 3), (3, 2), (2, 2, 2), (2,))]
    np.testing.assert_allclose(by_keras_loop(*given), by_list(*given))
    result = judge("multi_step_elman", by_keras_loop)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"
    assert "keras.layers.RNN" in result.findings[0].message


def by_simple_rnn(xs, W_x, W_hs, b):
    layer = keras.layers.SimpleRNN(len(b), return_sequences=True, dtype=str(xs.dtype))
    layer.build(xs.shape)
    layer.set_weights([W_x, W_hs[0], b])
    return layer(xs) if len(W_hs) == 1 else by_list(xs, W_x, W_hs, b)


def test_a_ready_layer_for_one_step_alone_earns_nothing_either():
    result = judge("multi_step_elman", by_simple_rnn)
    assert result.points == 0
    assert "SimpleRNN" in result.findings[0].message


def test_a_recall_in_place_is_told_that_it_changes_the_state():
    def answer(W, state, order):
        state[:] = by_branches(W, state, order)
        return state

    result = judge("hopfield_recall", answer)
    assert not result.passed
    assert "changed-input" in [finding.kind for finding in result.findings]


@pytest.mark.parametrize("name", ["delay", "linear_recurrence", "state_space"])
def test_what_is_right_to_float32_loses_a_fifth_at_most(name):
    from importlib import import_module

    bank = import_module(f"tests.bank.ch03_delays_and_dynamics.{name}")
    right = next(iter(bank.RIGHT.values()))

    def answer(*given):
        rounded = [np.float32(x) if getattr(x, "dtype", None) == np.float64 else x for x in given]
        return right(*rounded)

    result = judge(name, answer)
    assert result.points >= 0.8 * result.max_points - 1e-9


def test_zeros_are_called_zeros_and_no_mistake_of_the_past():
    result = judge("multi_step_elman", lambda xs, W_x, W_hs, b: np.zeros((*xs.shape[:2], len(b))))
    assert result.points == 0
    assert result.findings[0].mistake is None
    assert "zeros" in result.findings[0].message
