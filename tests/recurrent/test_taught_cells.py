"""The cells that the chapters teach work wherever Keras's own do: taken from the solutions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.taught import TAUGHT, taught_cell

STEPS, FEATURES, UNITS = 6, 3, 5

pytestmark = pytest.mark.parametrize("name", sorted(TAUGHT))


@pytest.fixture
def task() -> tuple[np.ndarray, np.ndarray]:
    """Sequences, and the sign of the sum of their first numbers: (96, 6, 3), (96, 1)."""
    xs = np.random.default_rng(0).standard_normal((96, STEPS, FEATURES)).astype("float32")
    return xs, (xs[:, :2, 0].sum(1, keepdims=True) > 0).astype("float32")


def ready(name: str, **keywords: Any) -> Any:
    """Keras's own layer of that kind."""
    return getattr(keras.layers, TAUGHT[name])(UNITS, **keywords)


def taught(name: str, **keywords: Any) -> Any:
    """The taught cell in Keras's loop."""
    return keras.layers.RNN(taught_cell(name)(UNITS), **keywords)


def with_weights_of(layer: Any, other: Any) -> Any:
    layer.set_weights(other.get_weights())
    return layer


def test_it_trains_under_fit_in_graph_mode(name, task):
    keras.utils.set_random_seed(1)
    eager: list[bool] = []

    class Watched(taught_cell(name)):
        def call(self, inputs, states):
            eager.append(tf.executing_eagerly())
            return super().call(inputs, states)

    model = keras.Sequential(
        [
            keras.Input((STEPS, FEATURES)),
            keras.layers.RNN(Watched(UNITS)),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
    eager.clear()
    losses = model.fit(*task, epochs=25, batch_size=32, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0]
    assert eager and not any(eager)


def test_it_gives_what_keras_gives_with_the_same_weights_and_every_state(name, task):
    own = taught(name, return_sequences=True, return_state=True)
    other = ready(name, return_sequences=True, return_state=True)
    other.build((None, STEPS, FEATURES))
    own.build((None, STEPS, FEATURES))
    with_weights_of(own, other)
    mine, theirs = own(task[0]), other(task[0])
    assert len(mine) == len(theirs)
    for a, b in zip(mine, theirs, strict=True):
        assert np.allclose(a, b, atol=1e-5)
    begun = own(task[0], initial_state=[state + 0.5 for state in mine[1:]])
    assert np.allclose(
        begun[0], other(task[0], initial_state=[state + 0.5 for state in theirs[1:]])[0], atol=1e-5
    )


def test_masked_steps_leave_the_state_as_it_is(name, task):
    lengths = np.arange(96) % STEPS + 1
    mask = np.arange(STEPS) < lengths[:, None]
    spoiled = np.where(mask[..., None], task[0], 77.0).astype("float32")
    own, other = taught(name), ready(name)
    own.build((None, STEPS, FEATURES))
    other.build((None, STEPS, FEATURES))
    with_weights_of(own, other)
    masked = np.asarray(own(spoiled, mask=mask))
    assert np.allclose(masked, other(spoiled, mask=mask), atol=1e-5)
    for k in (0, 3):  # the short sequences, read alone and without a mask
        alone = own(task[0][k : k + 1, : lengths[k]])
        assert np.allclose(masked[k], alone[0], atol=1e-5)


def test_a_masking_layer_reaches_it_under_fit(name, task):
    xs = task[0].copy()
    xs[::2, STEPS // 2 :] = -9.0
    model = keras.Sequential(
        [
            keras.Input((STEPS, FEATURES)),
            keras.layers.Masking(-9.0),
            taught(name),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    model.fit(xs, task[1], epochs=1, batch_size=48, verbose=0)
    other = xs.copy()
    other[0, STEPS // 2 :] = -9.0  # the same
    assert np.allclose(model.predict(xs[:2], verbose=0), model.predict(other[:2], verbose=0))
    assert np.allclose(
        model.predict(xs[:1], verbose=0), model.predict(xs[:1, : STEPS // 2], verbose=0), atol=1e-5
    )


def test_two_of_them_stack_in_one_layer(name, task):
    cells = [taught_cell(name)(UNITS), taught_cell(name)(UNITS + 2)]
    stacked = keras.layers.RNN(cells, return_sequences=True)
    first = keras.layers.RNN(cells[0], return_sequences=True)
    second = keras.layers.RNN(cells[1], return_sequences=True)
    both = np.asarray(stacked(task[0]))
    assert both.shape == (96, STEPS, UNITS + 2)
    assert np.allclose(both, second(first(task[0])), atol=1e-5)


def test_it_reads_both_ways(name, task):
    model = keras.Sequential(
        [
            keras.Input((STEPS, FEATURES)),
            keras.layers.Bidirectional(taught(name, return_sequences=True)),
            keras.layers.Bidirectional(taught(name)),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )
    assert model.layers[0].output.shape == (None, STEPS, 2 * UNITS)
    model.compile("adam", "binary_crossentropy")
    before = [np.asarray(weight).copy() for weight in model.trainable_weights]
    model.fit(*task, epochs=1, batch_size=48, verbose=0)
    moved = [not np.allclose(a, b) for a, b in zip(before, model.trainable_weights, strict=True)]
    assert all(moved)
    forward, backward = (model.layers[0].forward_layer, model.layers[0].backward_layer)
    both = np.asarray(model.layers[0](task[0]))
    assert np.allclose(both[..., :UNITS], forward(task[0]), atol=1e-5)
    turned = np.asarray(backward(task[0]))[:, ::-1]
    assert np.allclose(both[..., UNITS:], turned, atol=1e-5)


def test_a_model_with_it_is_saved_and_loaded_and_trains_on(name, task, tmp_path: Path):
    model = keras.Sequential(
        [
            keras.Input((STEPS, FEATURES)),
            keras.layers.Bidirectional(taught(name, return_sequences=True)),
            keras.layers.RNN([taught_cell(name)(UNITS), taught_cell(name)(4)]),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    model.fit(*task, epochs=1, batch_size=48, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert np.allclose(model.predict(task[0], verbose=0), loaded.predict(task[0], verbose=0))
    again = [each.fit(*task, epochs=1, shuffle=False, verbose=0) for each in (model, loaded)]
    assert np.isclose(again[0].history["loss"][0], again[1].history["loss"][0], rtol=1e-4)
