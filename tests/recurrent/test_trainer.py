"""The trainer against Keras's own stateful fit, a loop in plain TensorFlow, and whole sequences."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.recurrent.carried import CarriedModel
from course_utils.recurrent.streams import stream
from course_utils.recurrent.trainer import StreamTrainer
from tests.recurrent.test_streams import in_order

CE = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
LAYERS = {
    "SimpleRNN": lambda **kw: keras.layers.SimpleRNN(6, **kw),
    "GRU": lambda **kw: keras.layers.GRU(6, **kw),
    "LSTM": lambda **kw: keras.layers.LSTM(6, **kw),
    "RNN of a cell": lambda **kw: keras.layers.RNN(keras.layers.GRUCell(6), **kw),
}


def carried(*recurrent, **kwargs):
    keras.utils.set_random_seed(1)  # before the layers: their initializers draw seeds
    given = {"return_sequences": True, "return_state": True}
    layers = [make(**given) for make in recurrent or (LAYERS["GRU"],)]
    return CarriedModel([keras.layers.Embedding(50, 5), *layers, keras.layers.Dense(50)], **kwargs)


def trainer(model, rate=0.5, **kwargs):
    return StreamTrainer(model, keras.optimizers.SGD(rate), CE, **kwargs)


@pytest.mark.parametrize("name", LAYERS)
def test_it_learns_what_keras_learns_with_stateful_layers(name):
    inputs, targets = in_order()
    model = carried(LAYERS[name])
    record = trainer(model).fit(stream(inputs, targets), epochs=2, show=False)

    source = keras.Input((4,), batch_size=3)
    recurrent = LAYERS[name](return_sequences=True, stateful=True)
    hs = recurrent(keras.layers.Embedding(50, 5)(source))
    other = keras.Model(source, keras.layers.Dense(50)(hs))
    fresh = carried(LAYERS[name])
    fresh(inputs[0], fresh.initial_states(3))
    other.set_weights(fresh.get_weights())
    other.compile(keras.optimizers.SGD(0.5), CE)
    rows = inputs.reshape(-1, 4), targets.reshape(-1, 4)
    for loss in record.losses:
        recurrent.reset_state()
        log = other.fit(*rows, batch_size=3, epochs=1, shuffle=False, verbose=0)
        np.testing.assert_allclose(loss, log.history["loss"][0], rtol=1e-5)
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("jit", [False, True])
def test_it_makes_the_steps_of_a_plain_loop_and_cuts_the_gradient_at_each_border(jit):
    inputs, targets = in_order()
    model, other = carried(), carried()
    trainer(model, jit_compile=jit).fit(stream(inputs, targets), show=False)
    states = [tf.zeros((3, 6))]
    optimizer = keras.optimizers.SGD(0.5)
    for xs, ys in zip(inputs, targets, strict=True):
        with tf.GradientTape() as tape:
            outputs, states = other(xs, states)
            loss = CE(ys, outputs)
        optimizer.apply(tape.gradient(loss, other.trainable_variables), other.trainable_variables)
        states = [tf.stop_gradient(state) for state in states]
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


def test_states_are_carried_so_that_short_chunks_give_the_loss_of_the_whole_sequence():
    model = carried(LAYERS["LSTM"], LAYERS["GRU"])
    inputs, targets = in_order(chunks=6, steps=4)
    whole = [each.swapaxes(0, 1).reshape(1, 3, 24) for each in (inputs, targets)]
    ours = trainer(model)
    short = ours.evaluate(stream(inputs, targets))
    np.testing.assert_allclose(short, ours.evaluate(stream(*whole)), rtol=1e-5)


def test_states_are_reset_where_a_stream_ends():
    model = carried()
    first, second = in_order(chunks=2), in_order(chunks=2, seed=1)
    ours = trainer(model)
    apart = [ours.evaluate(stream(*each)) for each in (first, second)]
    inputs, targets = (np.concatenate(pair) for pair in zip(first, second, strict=True))
    joined = stream(inputs, targets, ends=np.array([False, True, False, True]))
    np.testing.assert_allclose(ours.evaluate(joined), np.mean(apart), rtol=1e-5)
    unbroken = stream(inputs, targets, positions=np.arange(4)[:, None] * 4 + np.zeros(3, int))
    assert abs(ours.evaluate(unbroken) - np.mean(apart)) > 1e-5


def test_one_row_is_reset_and_the_others_go_on():
    model = carried()
    ours = trainer(model)
    inputs, targets = in_order(chunks=2, batch=2)
    ends = np.array([[True, False], [True, True]])
    both = ours.evaluate(stream(inputs, targets, ends=ends))
    reset = [ours.evaluate(stream(inputs[k : k + 1, :1], targets[k : k + 1, :1])) for k in (0, 1)]
    goes_on = ours.evaluate(stream(inputs[:, 1:], targets[:, 1:]))
    np.testing.assert_allclose(both, (np.mean(reset) + goes_on) / 2, rtol=1e-5)


def test_every_epoch_begins_with_fresh_states():
    model = carried()
    ours = StreamTrainer(model, keras.optimizers.SGD(0.0), CE)
    record = ours.fit(stream(*in_order()), epochs=3, show=False)
    assert record.losses[0] == record.losses[1] == record.losses[2]


def test_each_shape_is_traced_once():
    calls = []

    class Counted(CarriedModel):
        def call(self, inputs, states, training=None):
            if not tf.executing_eagerly():
                calls.append(inputs.shape)
            return super().call(inputs, states, training)

    recurrent = keras.layers.GRU(4, return_sequences=True, return_state=True)
    model = Counted([keras.layers.Embedding(50, 3), recurrent, keras.layers.Dense(50)])
    ours = StreamTrainer(model, keras.optimizers.Adam(), CE)
    for seed in range(3):
        ours.fit(stream(*in_order(chunks=7, seed=seed)), epochs=2, show=False)
    assert len(calls) <= 2  # the model's building, and one trace
    ours.fit(stream(*in_order(chunks=5, steps=3)), show=False)
    assert len(calls) <= 3


def test_a_learned_initial_state_is_trained_and_a_zero_one_is_not():
    class Start(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.vector = self.add_weight(shape=(6,), initializer="zeros")

        def call(self, batch_size):
            return keras.ops.broadcast_to(self.vector, (batch_size, 6))

    model = carried(initial=[Start()])
    trainer(model).fit(stream(*in_order()), show=False)
    assert np.abs(model.initial[0].vector.numpy()).max() > 1e-4


def test_it_stops_when_the_validation_loss_does_not_fall_and_keeps_the_best_weights():
    model = carried()
    ours = trainer(model, rate=2.0)
    training, held_out = stream(*in_order()), stream(*in_order(seed=9))
    record = ours.fit(training, epochs=60, validation=held_out, patience=2, show=False)
    assert record.reason == "no progress"
    assert len(record.losses) == record.best + 3 < 60
    assert record.validation[record.best] == min(record.validation)
    np.testing.assert_allclose(ours.evaluate(held_out), min(record.validation), rtol=1e-5)


def test_it_stops_where_the_loss_is_not_finite():
    model = carried(LAYERS["SimpleRNN"])
    record = trainer(model, rate=float("nan")).fit(stream(*in_order()), epochs=5, show=False)
    assert record.reason == "not finite"
    assert len(record.losses) == 1


def test_speeds_are_measured_for_each_epoch():
    record = trainer(carried()).fit(stream(*in_order()), epochs=3, show=False)
    assert len(record.speeds) == 3
    assert record.tokens_per_second in record.speeds[1:]
    assert record.tokens_per_second > 0


def test_the_progress_bar_counts_every_token(monkeypatch):
    moved = []

    class Bar:
        def __init__(self, **given):
            self.given = given

        def __enter__(self):
            return self

        def __exit__(self, *_):
            moved.append(self.given)

        def update(self, n):
            moved.append(n)

        def set_postfix(self, **_):
            pass

    monkeypatch.setattr("tqdm.tqdm", Bar)
    monkeypatch.delenv("UNROLLED_QUIET", raising=False)
    trainer(carried()).fit(stream(*in_order()), epochs=2)
    assert moved[-1]["total"] == sum(moved[:-1]) == 144
    assert moved[-1]["disable"] is False
    monkeypatch.setenv("UNROLLED_QUIET", "1")
    trainer(carried()).fit(stream(*in_order()), epochs=2)
    assert moved[-1]["disable"] is True


def test_bare_arrays_are_refused_with_what_to_do():
    with pytest.raises(TypeError, match=r"streams\.stream\(inputs, targets\)"):
        trainer(carried()).fit(in_order()[0])


@pytest.mark.parametrize("name", ["epochs", "patience"])
def test_less_than_one_epoch_is_refused(name):
    with pytest.raises(ValueError, match=name):
        trainer(carried()).fit(stream(*in_order()), **{name: 0})


class TestCarriedModel:
    def test_its_states_are_one_flat_list(self):
        model = carried(LAYERS["LSTM"], LAYERS["GRU"])
        states = model.initial_states(3)
        assert [tuple(state.shape) for state in states] == [(3, 6)] * 3
        outputs, new = model(in_order()[0][0], states)
        assert tuple(outputs.shape) == (3, 4, 50)
        assert len(new) == 3

    @pytest.mark.parametrize(
        ("layer", "problem"),
        [
            (keras.layers.GRU(3, return_sequences=True), "return_state"),
            (keras.layers.GRU(3, return_state=True), "return_sequences"),
            (
                keras.layers.GRU(3, return_sequences=True, return_state=True, stateful=True),
                "stateful",
            ),
            (
                keras.layers.GRU(3, return_sequences=True, return_state=True, go_backwards=True),
                "backward",
            ),
            (keras.layers.Bidirectional(keras.layers.GRU(3, return_sequences=True)), "backward"),
            (keras.layers.Dense(3), "recurrent"),
        ],
    )
    def test_layers_that_cannot_be_carried_are_refused(self, layer, problem):
        with pytest.raises(ValueError, match=problem):
            CarriedModel([layer])
