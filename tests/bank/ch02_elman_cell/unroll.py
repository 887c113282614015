"""unroll: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import tensorflow as tf
from keras import ops


def unroll_array(step, xs, h0):
    B, T, _ = xs.shape
    hs = np.empty((B, T, h0.shape[1]), dtype=h0.dtype)
    h = h0
    for t in range(T):
        h = step(xs[:, t, :], h)
        hs[:, t, :] = h
    return hs


def unroll_list(step, xs, h0):
    states = []
    h = h0
    for t in range(xs.shape[1]):
        h = step(xs[:, t], h)
        states.append(h)
    if not states:
        return np.zeros((len(xs), 0, h0.shape[1]))
    return np.stack(states, axis=1)


def unroll_accumulate(step, xs, h0):
    inputs = np.moveaxis(xs, 1, 0)
    states = list(accumulate(inputs, lambda h, x: step(x, h), initial=h0))
    return np.concatenate([h[:, None] for h in states], axis=1)[:, 1:]


def unroll_recursive(step, xs, h0):
    if xs.shape[1] == 0:
        return np.zeros((xs.shape[0], 0, h0.shape[1]))
    h = step(xs[:, 0], h0)
    return np.concatenate([h[:, None], unroll_recursive(step, xs[:, 1:], h)], axis=1)


def unroll_tensorflow(step, xs, h0):
    states = tf.TensorArray(h0.dtype, size=xs.shape[1], element_shape=h0.shape)
    h = tf.constant(h0)
    for t, x in enumerate(tf.unstack(xs, axis=1)):
        h = step(x, h)
        states = states.write(t, h)
    return tf.transpose(states.stack(), [1, 0, 2])


def unroll_scan(step, xs, h0):
    states = tf.scan(lambda h, x: step(x, h), tf.transpose(xs, [1, 0, 2]), initializer=h0)
    return tf.transpose(states, [1, 0, 2])


def unroll_keras_scan(step, xs, h0):
    if xs.shape[1] == 0:
        return ops.zeros((xs.shape[0], 0, h0.shape[1]))

    def body(h, x):
        h = step(x, h)
        return h, h

    _, hs = ops.scan(body, ops.convert_to_tensor(h0), ops.transpose(xs, (1, 0, 2)))
    return ops.transpose(hs, (1, 0, 2))


def unroll_in_place(step, xs, h0):
    h, states = h0.copy(), []
    for t in range(xs.shape[1]):
        h[...] = step(xs[:, t], h)
        states.append(h)
    return np.stack(states, axis=1) if states else np.zeros((len(xs), 0, h0.shape[1]))


def unroll_reshaped(step, xs, h0):
    h, states = h0, []
    for t in range(xs.shape[1]):
        h = step(xs[:, t], h)
        states.append(h)
    return np.array(states).reshape(len(xs), xs.shape[1], h0.shape[1])


def unroll_no_empty(step, xs, h0):
    h, states = h0, []
    for t in range(xs.shape[1]):
        h = step(xs[:, t], h)
        states.append(h)
    return tf.stack(states, axis=1)


RIGHT = {
    "array": unroll_array,
    "list": unroll_list,
    "accumulate": unroll_accumulate,
    "recursive": unroll_recursive,
    "tensorflow": unroll_tensorflow,
    "tf.scan": unroll_scan,
    "keras.ops.scan": unroll_keras_scan,
}

WRONG = {
    "not-carried": lambda step, xs, h0: tf.stack(  # which no step breaks
        [step(xs[:, t], h0) for t in range(xs.shape[1])], axis=1
    ),
    "time-and-batch-mixed": unroll_reshaped,
    "last-state-everywhere": unroll_in_place,
    "no-empty-sequence": unroll_no_empty,
}
