"""free_run: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def steps_fit(steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got steps={steps}")


def _checked(run):
    def answer(step, state, first, steps):
        steps_fit(steps)
        return run(step, state, first, steps)

    return answer


def free_list(step, state, first, steps):
    steps_fit(steps)
    ys, x = [], first
    while len(ys) < steps:
        x, state = step(x, state)
        ys.append(x)
    return np.stack(ys, axis=1)


def free_filled(step, state, first, steps):
    steps_fit(steps)
    ys = np.empty((first.shape[0], steps, first.shape[1]), dtype=first.dtype)
    y = first
    for t in range(steps):
        y, state = step(y, state)
        ys[:, t, :] = y
    return ys


def free_tensorflow(step, state, first, steps):
    steps_fit(steps)
    x = tf.constant(first)
    ys = tf.TensorArray(x.dtype, size=steps)
    for t in range(steps):
        x, state = step(x, state)
        ys = ys.write(t, x)
    return tf.transpose(ys.stack(), (1, 0, 2))


def free_keras(step, state, first, steps):
    steps_fit(steps)
    ys = [ops.convert_to_tensor(first)]
    for _ in range(steps):
        y, state = step(ys[-1], state)
        ys.append(y)
    return ops.stack(ys[1:], axis=1)


def free_graph(step, state, first, steps):
    steps_fit(steps)

    @tf.function
    def run(x, state):
        ys = tf.TensorArray(x.dtype, size=steps, element_shape=x.shape)
        for t in tf.range(steps):
            x, state = step(x, state)
            ys = ys.write(t, x)
        return ys.stack()

    tensors = tf.nest.map_structure(tf.convert_to_tensor, state)
    return tf.einsum("tbf->btf", run(tf.convert_to_tensor(first), tensors))


def free_recursive(step, state, first, steps):
    steps_fit(steps)
    y, state = step(first, state)
    if steps == 1:
        return y[:, None]
    return np.concatenate([y[:, None], free_recursive(step, state, y, steps - 1)], axis=1)


def _store_before(step, state, first, steps):
    x, ys = first, []
    for _ in range(steps):
        ys.append(x)
        x, state = step(x, state)
    return np.stack(ys, axis=1)


def _aliased(step, state, first, steps):
    x = np.array(first)
    ys = []
    for _ in range(steps):
        y, state = step(x, state)
        x[:] = y
        ys.append(x)
    return np.stack(ys, axis=1)


def _first_counted(step, state, first, steps):
    ys = [first]
    for _ in range(steps - 1):
        y, state = step(ys[-1], state)
        ys.append(y)
    return np.stack(ys, axis=1)


def _first_fed_apart(step, state, first, steps):
    y, state = step(first, state)
    return free_list(step, state, y, steps)


def _reshaped(step, state, first, steps):
    ys = np.swapaxes(free_list(step, state, first, steps), 0, 1)
    return ys.reshape(first.shape[0], steps, first.shape[1])


def _exchanged(step, state, first, steps):
    x, ys = first, []
    for _ in range(steps):
        state, x = step(x, state)
        ys.append(x)
    return np.stack(ys, axis=1)


def _any_steps(step, state, first, steps):
    if steps < 1:
        return np.zeros((len(first), 0, first.shape[1]))
    return free_list(step, state, first, steps)


RIGHT = {
    "list": free_list,
    "filled": free_filled,
    "tensorflow": free_tensorflow,
    "keras.ops": free_keras,
    "tf.function": free_graph,
    "recursive": free_recursive,
}

WRONG = {
    "one-call-too-many": _checked(
        lambda step, state, first, steps: _store_before(step, state, first, steps + 1)[:, 1:]
    ),
    "first-counts-as-output": _checked(_first_counted),
    "first-output-lost": _checked(_first_fed_apart),
    "reshaped-for-transposed": _checked(_reshaped),
    "pair-exchanged": _checked(_exchanged),
    "last-output-everywhere": _checked(_aliased),
    "time-first": _checked(
        lambda step, state, first, steps: np.moveaxis(free_list(step, state, first, steps), 1, 0)
    ),
    "any-steps": _any_steps,
}
