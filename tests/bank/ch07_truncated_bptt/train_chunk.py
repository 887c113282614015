"""train_chunk: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def train_tape(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, states = model(inputs, states)
        value = loss(targets, outputs)
    gradients = tape.gradient(value, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return float(value), [tf.stop_gradient(state) for state in states]


def train_numpy_states(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, states = model(inputs, states)
        value = loss(targets, outputs)
    gradients = tape.gradient(value, model.trainable_weights)
    optimizer.apply(gradients, model.trainable_weights)
    return value.numpy().item(), [state.numpy() for state in states]


def train_keras(model, optimizer, states, inputs, targets, loss):
    states = [ops.convert_to_tensor(state) for state in states]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in model.trainable_variables])
        outputs, after = model(ops.convert_to_tensor(inputs), states, training=True)
        value = loss(targets, outputs)
    gradients = tape.gradient(value, [v.value for v in model.trainable_variables])
    optimizer.apply(gradients, model.trainable_variables)
    return np.float64(value), tuple(ops.stop_gradient(state) for state in after)


def train_graph(model, optimizer, states, inputs, targets, loss):
    optimizer.build(model.trainable_variables)

    @tf.function
    def step(states, inputs, targets):
        with tf.GradientTape() as tape:
            outputs, after = model(inputs, states)
            value = loss(targets, outputs)
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value, [tf.stop_gradient(state) for state in after]

    states = [tf.stop_gradient(tf.convert_to_tensor(state)) for state in states]
    value, after = step(states, tf.constant(inputs), tf.constant(targets))
    return float(value), [tf.stop_gradient(state) for state in after]


def train_stop_recording(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, after = model(inputs, states)
        value = loss(targets, outputs)
        with tape.stop_recording():
            gradients = tape.gradient(value, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return float(value), list(map(tf.constant, map(np.array, after)))


def _train(model, optimizer, states, inputs, targets, loss, apply=1):
    with tf.GradientTape() as tape:
        outputs, after = model(inputs, states)
        value = loss(targets, outputs)
    gradients = tape.gradient(value, model.trainable_variables)
    for _ in range(apply):
        optimizer.apply(gradients, model.trainable_variables)
    return value, list(after)


def _cut(states):
    return [tf.stop_gradient(state) for state in states]


def wrong_attached(*given):
    value, after = _train(*given)
    return float(value), after


def wrong_own_update(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, after = model(inputs, states)
        value = loss(targets, outputs)
    rate = float(optimizer.learning_rate)
    for weight, gradient in zip(
        model.trainable_variables, tape.gradient(value, model.trainable_variables)
    ):
        weight.assign(weight - rate * gradient)
    return float(value), _cut(after)


def wrong_swapped(model, optimizer, states, inputs, targets, loss):
    value, after = _train(
        model, optimizer, states, inputs, targets, lambda targets, outputs: loss(outputs, targets)
    )
    return float(value), _cut(after)


RIGHT = {
    "tape": train_tape,
    "numpy states": train_numpy_states,
    "keras": train_keras,
    "tf.function": train_graph,
    "stop_recording": train_stop_recording,
}


def wrong_old_states(*given):
    value, _ = _train(*given)
    return float(value), given[2]


def wrong_zeros(*given):
    value, after = _train(*given)
    return float(value), [np.zeros(state.shape, np.array(state).dtype) for state in after]


def wrong_outside(model, optimizer, states, inputs, targets, loss):
    with tf.GradientTape() as tape:
        outputs, after = model(inputs, states)
    value = loss(targets, outputs)
    gradients = tape.gradient(value, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return float(value), _cut(after)


def wrong_cut_outputs(model, optimizer, states, inputs, targets, loss):
    def of_cut(targets, outputs):
        return loss(targets, tf.stop_gradient(outputs))

    value, after = _train(model, optimizer, states, inputs, targets, of_cut)
    return float(value), _cut(after)


WRONG = {
    "old-states-returned": wrong_old_states,
    "zeros-returned": wrong_zeros,
    "no-gradients": wrong_outside,
    "no-gradients/cut outputs": wrong_cut_outputs,
    "states-attached": wrong_attached,
    "own-update": wrong_own_update,
    "arguments-swapped": wrong_swapped,
}
