"""Gates that are held open or shut while the rest is trained."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.recurrent.pinned import PinnedNetwork
from tests.taught import taught_cell


def network(cell):
    layers = [keras.layers.RNN(cell), keras.layers.Dense(1)]
    return keras.Sequential([keras.Input((3, 2), batch_size=4), *layers])


def test_pins_change_from_start_to_start_and_leave_the_other_gates_their_draw():
    pinned = PinnedNetwork(network(taught_cell("LSTMCell")(2)), 0.02, updates_per_call=1)
    pinned.begin(np.random.default_rng(1), {})
    free = pinned.cell.get_weights()
    assert list(free[2]) == [0, 0, 1, 1, 0, 0, 0, 0]
    pinned.begin(np.random.default_rng(1), {"o": 30.0})
    held = pinned.cell.get_weights()
    assert np.array_equal(held[0][:, :6], free[0][:, :6]) and np.all(held[0][:, 6:] == 0)
    assert list(held[2]) == [0, 0, 1, 1, 0, 0, 30, 30]
    pinned.begin(np.random.default_rng(1), {})
    assert all(map(np.array_equal, pinned.cell.get_weights(), free))


def test_a_cell_without_gates_cannot_be_pinned():
    pinned = PinnedNetwork(network(keras.layers.SimpleRNNCell(2)), 0.02, updates_per_call=1)
    pinned.begin(np.random.default_rng(0), {})
    with pytest.raises(ValueError, match="blocks i, f, g and o"):
        pinned.begin(np.random.default_rng(0), {"f": 30.0})
