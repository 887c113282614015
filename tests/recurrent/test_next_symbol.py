"""The next symbol, by counting and by networks."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.recurrent.next_symbol import SymbolData, loss_of_counts, train_namers


def test_a_table_that_knows_the_rule_is_nearly_certain_and_one_that_does_not_guesses():
    strings = ["abababab", "babababa"] * 50
    blind = loss_of_counts(strings, strings[:2], "ab", lambda past: "")
    knows = loss_of_counts(strings, strings[:2], "ab", lambda past: past[-1])
    assert blind == pytest.approx(np.log(2), abs=1e-3)
    assert knows < 0.01


def test_networks_are_scored_on_the_test_strings_in_their_order():
    ones = np.eye(2, dtype="float32")
    symbols = np.array([[0, 1, 0, 1], [1, 0, 1, 0]] * 8)
    inputs, targets = ones[symbols[:, :-1]], symbols[:, 1:].astype("int32")
    data = SymbolData(inputs, targets, inputs[:4], targets[:4], np.ones((4, 3), bool))

    def network():
        return keras.Sequential(
            [
                keras.Input((3, 2), batch_size=4),
                keras.layers.SimpleRNN(3, return_sequences=True),
                keras.layers.Dense(2, activation="softmax"),
            ]
        )

    ((chances, weights),) = train_namers(network, data, [0], epochs=30, rate=0.05)
    assert chances.shape == (4, 3, 2)
    assert np.array_equal(chances.argmax(-1), targets[:4])
    assert [each.shape for each in weights] == [(2, 3), (3, 3), (3,)]
