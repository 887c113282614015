"""The register, and gates seen and held."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.recurrent.held_gates import held, traces
from course_utils.recurrent.register import LEVELS, commands_of, register


def test_the_label_is_what_the_commands_leave():
    inputs, labels = register(np.random.default_rng(0), 200, 9)
    assert inputs.shape == (200, 9, 3) and inputs.dtype == np.float32
    assert set(labels) == set(range(LEVELS))
    assert np.all(inputs[:, 0, 1] == 1)
    for sequence, label in zip(inputs, labels, strict=True):
        held_number = 0.0
        for number, write, flip in sequence:
            held_number = number if write else -held_number if flip else held_number
        assert held_number == pytest.approx((2 * label - (LEVELS - 1)) / LEVELS)


def test_commands_are_read_back():
    inputs = np.array([[[0.5, 1, 0], [0.1, 0, 1], [0.2, 0, 0]]])
    assert commands_of(inputs).tolist() == [[0, 1, 2]]


@pytest.mark.parametrize("name", ["z", "r"])
def test_a_held_gate_is_exactly_open_or_shut_and_has_no_slope(name):
    cell = held(lambda: keras.layers.GRUCell(3), {name: 100})()
    cell.build((None, 2))
    weights = [np.asarray(each) for each in cell.trainable_weights]
    inputs = np.random.default_rng(1).normal(size=(2, 4, 2))

    def step(x, h, W, U, b, reset_after):
        return h + 0.5

    found = traces(step, weights, inputs)
    assert np.all(getattr(found, name) == 1)
    other = getattr(found, {"z": "r", "r": "z"}[name])
    assert np.all((other > 0) & (other < 1))
    assert found.h[:, :, 0] == pytest.approx(np.tile([0.5, 1, 1.5, 2], (2, 1)))


def test_a_bias_that_lets_a_gate_move_is_refused():
    with pytest.raises(ValueError, match="does not hold gate z"):
        held(lambda: keras.layers.GRUCell(3), {"z": 10})
