"""Cutting the gradient in one graph: forward nothing changes, backward exactly what is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_utils.recurrent.cut_training import CutTraining, at_borders, at_random, cut_network
from tests.taught import taught_cell

BITS = (np.random.default_rng(0).random(330_000) < 0.3).astype("float32")


def gradients(network: Any, xs: Any, crossing: Any) -> list[np.ndarray]:
    """Of the sum of all outputs, by the weights of the GRU."""
    import tensorflow as tf

    given = np.concatenate([xs, crossing], axis=-1)
    with tf.GradientTape() as tape:
        outputs, _ = network(given, network.initial_states(len(xs)))
        total = tf.reduce_sum(outputs)
    weights = network.chain[0].trainable_variables
    return [np.asarray(each) for each in tape.gradient(total, weights)]


def plain_network(network: Any) -> Any:
    """Keras's GRU with the same weights."""
    import keras

    from course_utils.recurrent.carried import CarriedModel

    gru = keras.layers.GRU(4, return_sequences=True, return_state=True)
    plain = CarriedModel([gru, keras.layers.Dense(1)])
    plain(np.zeros((1, 1, 1)), plain.initial_states(1))
    plain.set_weights(network.get_weights())
    return plain


def test_forward_it_is_kerass_gru_whatever_crosses() -> None:
    network = cut_network(4)
    plain = plain_network(network)
    xs = np.random.default_rng(1).normal(size=(2, 6, 1)).astype("float32")
    expected = np.asarray(plain(xs, plain.initial_states(2))[0])
    for crosses in (0.0, 1.0, 1.5):
        given = np.concatenate([xs, np.full_like(xs, crosses)], axis=-1)
        found = np.asarray(network(given, network.initial_states(2))[0])
        assert found == pytest.approx(expected, abs=1e-6)


def test_a_cut_is_a_stopped_gradient() -> None:
    import tensorflow as tf

    network = cut_network(4)
    plain = plain_network(network)
    xs = np.random.default_rng(1).normal(size=(2, 6, 1)).astype("float32")
    crossing = at_borders(3)((1, 2, 6))[0][..., None].astype("float32")
    with tf.GradientTape() as tape:
        first, states = plain(xs[:, :3], plain.initial_states(2))
        second, _ = plain(xs[:, 3:], [tf.stop_gradient(each) for each in states])
        total = tf.reduce_sum(first) + tf.reduce_sum(second)
    expected = tape.gradient(total, plain.chain[0].trainable_variables)
    for found, wanted in zip(gradients(network, xs, crossing), expected, strict=True):
        assert found == pytest.approx(np.asarray(wanted), abs=1e-5)
    whole = gradients(network, xs, np.ones_like(xs))
    assert not np.allclose(whole[1], np.asarray(expected[1]))


def test_random_cuts_are_weighted_so_that_the_mean_is_one() -> None:
    shape = (50, 20, 32)
    weighted, plain = (at_random(0.25, 3, weighted=each)(shape) for each in (True, False))
    assert weighted.mean() == pytest.approx(1, abs=0.01)
    assert plain.mean() == pytest.approx(0.75, abs=0.01)
    assert np.array_equal(weighted, at_random(0.25, 3)(shape))
    assert not np.array_equal(weighted, at_random(0.25, 4)(shape))


def test_equal_seeds_give_equal_trainings_and_the_cut_makes_a_difference() -> None:
    import keras

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    training = CutTraining(taught_cell("chunk_stream"), loss, BITS, delay=2, units=4)
    cut, again = (training.fit(0, at_borders(1), 2600, 8, 16) for _ in range(2))
    whole = training.fit(0, at_borders(16), 2600, 8, 16)
    assert cut == pytest.approx(again, abs=1e-6)
    assert 0 < whole < 2 and whole != pytest.approx(cut, abs=1e-6)
