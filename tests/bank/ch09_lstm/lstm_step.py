"""lstm_step: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf
from keras import ops

from tests.bank.ch09_lstm.lstm_gates import (
    gates_einsum,
    gates_interleaved,
    gates_keras_ops,
    gates_loops,
    gates_numpy,
    gates_tensorflow,
)


def step_numpy(x, h, c, W, U, b):
    i, f, g, o = gates_numpy(x, h, W, U, b)
    c = f * c + i * g
    return o * np.tanh(c), c


def step_keras_ops(x, h, c, W, U, b):
    i, f, g, o = gates_keras_ops(x, h, W, U, b)
    new_c = ops.add(ops.multiply(f, c), ops.multiply(i, g))
    return ops.multiply(o, ops.tanh(new_c)), new_c


def step_tensorflow(x, h, c, W, U, b):
    i, f, g, o = gates_tensorflow(x, h, W, U, b)
    c = tf.add_n([f * c, i * g])
    return [o * tf.tanh(c), c]


def step_loops(x, h, c, W, U, b):
    i, f, g, o = gates_loops(x, h, W, U, b)
    new_h, new_c = np.empty_like(i), np.empty_like(i)
    for place in np.ndindex(*new_c.shape):
        new_c[place] = f[place] * float(c[place]) + i[place] * g[place]
        new_h[place] = o[place] * math.tanh(new_c[place])
    return new_h, new_c


def step_einsum(x, h, c, W, U, b):
    i, f, g, o = gates_einsum(x, h, W, U, b)
    c = np.einsum("knu,knu->nu", np.stack([f, i]), np.stack([c, g]))
    return np.einsum("nu,nu->nu", o, np.tanh(c)), c


@tf.function
def step_graph(x, h, c, W, U, b):
    return tuple(step_tensorflow(x, h, c, W, U, b))


def step_of_interleaved_gates(x, h, c, W, U, b):
    i, f, g, o = gates_interleaved(x, h, W, U, b)
    c = f * c + i * g
    return o * np.tanh(c), c


def step_in_one_name(x, h, c, W, U, b):
    i, f, g, o = gates_keras_ops(x, h, W, U, b)
    c = ops.tanh(f * c + i * g)
    return ops.multiply(o, c), c


RIGHT = {
    "numpy": step_numpy,
    "loops": step_loops,
    "einsum": step_einsum,
    "keras.ops": step_keras_ops,
    "tensorflow": step_tensorflow,
    "tf.function": step_graph,
}

WRONG = {
    "cell-state-squashed-once": step_in_one_name,
    "state-in-place-of-cell": lambda x, h, c, W, U, b: step_numpy(x, h, h, W, U, b),
    "cell-in-place-of-state": lambda x, h, c, W, U, b: step_tensorflow(x, c, c, W, U, b),
    "states-swapped": lambda *given: step_numpy(*given)[::-1],
    "interleaved": step_of_interleaved_gates,
}
