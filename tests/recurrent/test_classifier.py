"""The same network from fresh weights, again and again: it trains as plain Keras would."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.recurrent.classifier import SequenceClassifier

STEPS, FEATURES, CLASSES, BATCH = 4, 3, 2, 8


@pytest.fixture(scope="module")
def task():
    """Sequences whose first number is positive or negative: (64, 4, 3), (64,)."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((64, STEPS, FEATURES)).astype("float32")
    return inputs, (inputs[:, 0, 0] > 0).astype("int64")


def network(steps=STEPS, units=5, cell=keras.layers.GRUCell):
    return SequenceClassifier(lambda: cell(units), steps, FEATURES, CLASSES, BATCH)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(task):
    one = network()
    first = [np.asarray(w).copy() for w in one.train(3, *task, updates=5).weights]
    other = [np.asarray(w).copy() for w in one.train(4, *task, updates=5).weights]
    again = [np.asarray(w).copy() for w in one.train(3, *task, updates=5).weights]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first[:1], other[:1], strict=True))


@pytest.mark.parametrize("steps", [STEPS, 20])
def test_it_trains_as_a_keras_model_does(steps):
    rng = np.random.default_rng(1)
    inputs = rng.standard_normal((40, steps, FEATURES)).astype("float32")
    labels = rng.integers(0, CLASSES, 40)
    mine = network(steps)
    mine.begin(7, rate=0.03)
    model = keras.Sequential(
        [
            keras.Input((steps, FEATURES)),
            keras.layers.RNN(keras.layers.GRUCell(5)),
            keras.layers.Dense(CLASSES),
        ]
    )
    model.set_weights([np.asarray(w).copy() for w in mine.weights])
    model.compile(
        keras.optimizers.Adam(0.03), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    order = mine.order(7, len(inputs), 6)
    mine.go_on(inputs, labels, order)
    for chosen in order:
        model.train_on_batch(inputs[chosen], labels[chosen])
    for a, b in zip(mine.weights, model.weights, strict=True):
        assert np.allclose(np.asarray(a), np.asarray(b), atol=2e-6)
    assert np.array_equal(mine.predict(inputs), model.predict(inputs, verbose=0).argmax(1))


def test_what_lies_beyond_a_sequences_length_changes_nothing(task):
    inputs, labels = task
    lengths = np.arange(64) % STEPS + 1
    spoiled = inputs.copy()
    for k, length in enumerate(lengths):
        spoiled[k, length:] = 99.0
    one = network()
    clean = [np.asarray(w).copy() for w in one.train(0, inputs, labels, 5, lengths=lengths).weights]
    predicted = one.predict(inputs, lengths)
    again = [
        np.asarray(w).copy() for w in one.train(0, spoiled, labels, 5, lengths=lengths).weights
    ]
    assert all(np.array_equal(a, b) for a, b in zip(clean, again, strict=True))
    assert np.array_equal(predicted, one.predict(spoiled, lengths))


def test_it_learns_and_says_how_well(task):
    one = network(units=12)
    one.begin(0, 0.01)
    before = one.accuracy(*task)
    assert one.train(0, *task, updates=150, rate=0.03).accuracy(*task) > max(before, 0.9)


def test_every_sample_comes_once_before_any_comes_twice():
    order = network().order(0, 20, 5)
    assert order.shape == (5, BATCH)
    flat = order.ravel()
    assert sorted(flat[:20]) == list(range(20))
    assert len(set(flat[20:40])) == 20
    assert not np.array_equal(order, network().order(1, 20, 5))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (keras.layers.SimpleRNNCell, 5 * (3 + 5 + 1)),
        (keras.layers.LSTMCell, 4 * 5 * (3 + 5 + 1)),
        (keras.layers.GRUCell, 3 * 5 * (3 + 5 + 2)),
    ],
)
def test_it_counts_the_cells_parameters_without_the_readouts(cell, wanted):
    assert network(cell=cell).parameters == wanted


def test_training_again_traces_nothing_again(task):
    one, traced = network(), []
    call = one.cell.call

    def counted(*args, **kwargs):
        traced.append(tf.executing_eagerly())
        return call(*args, **kwargs)

    one.cell.call = counted
    one.train(0, *task, updates=2)
    first = len(traced)
    one.train(1, *task, updates=3)
    assert len(traced) == first > 0
