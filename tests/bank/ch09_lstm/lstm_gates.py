"""lstm_gates: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf
from keras import ops


def sigma(z):
    return 1 / (1 + np.exp(-z))


def gates_numpy(x, h, W, U, b):
    z = x @ W + h @ U + b
    i, f, g, o = np.split(z, 4, axis=1)
    return sigma(i), sigma(f), np.tanh(g), sigma(o)


def gates_slices(x, h, W, U, b):
    units = h.shape[1]
    z = np.dot(x, W) + np.dot(h, U) + b[None]
    i = sigma(z[:, :units])
    f = sigma(z[:, units : 2 * units])
    g = np.tanh(z[:, 2 * units : 3 * units])
    o = sigma(z[:, 3 * units :])
    return [i, f, g, o]


def gates_concatenated(x, h, W, U, b):
    z = np.concatenate([h, x], axis=1) @ np.concatenate([U, W], axis=0) + b
    z = z.reshape(len(x), 4, -1)
    return sigma(z[:, 0]), sigma(z[:, 1]), np.tanh(z[:, 2]), sigma(z[:, 3])


def gates_loops(x, h, W, U, b):
    units = h.shape[1]
    result = np.empty((4, len(x), units))
    for n in range(len(x)):
        for k in range(4 * units):
            total = float(b[k])
            for j in range(x.shape[1]):
                total += float(x[n, j]) * float(W[j, k])
            for j in range(units):
                total += float(h[n, j]) * float(U[j, k])
            block, unit = divmod(k, units)
            if block == 2:
                result[block, n, unit] = math.tanh(total)
            elif total > 0:
                result[block, n, unit] = 1 / (1 + math.exp(-total))
            else:
                result[block, n, unit] = math.exp(total) / (1 + math.exp(total))
    return tuple(result)


def gates_einsum(x, h, W, U, b):
    units = h.shape[1]
    W, U, b = W.reshape(-1, 4, units), U.reshape(units, 4, units), b.reshape(4, units)
    z = np.einsum("nf,fku->knu", x, W) + np.einsum("nv,vku->knu", h, U) + b[:, None]
    i, f, o = 0.5 * (1 + np.tanh(0.5 * z[[0, 1, 3]]))
    return i, f, np.tanh(z[2]), o


def gates_four_products(x, h, W, U, b):
    values = []
    for k, activation in enumerate([sigma, sigma, np.tanh, sigma]):
        columns = slice(k * h.shape[1], (k + 1) * h.shape[1])
        values.append(activation(x @ W[:, columns] + h @ U[:, columns] + b[columns]))
    return tuple(values)


def gates_keras_ops(x, h, W, U, b):
    z = ops.add(ops.matmul(x, W) + ops.matmul(h, U), b)
    i, f, g, o = ops.split(z, 4, axis=-1)
    return ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)


def gates_tensorflow(x, h, W, U, b):
    z = tf.nn.bias_add(tf.matmul(x, W) + tf.matmul(h, U), b)
    i, f, g, o = tf.split(z, 4, axis=1)
    return tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)


@tf.function
def gates_graph(x, h, W, U, b):
    return gates_tensorflow(x, h, W, U, b)


def gates_interleaved(x, h, W, U, b):
    z = (x @ W + h @ U + b).reshape(len(x), -1, 4)
    return sigma(z[..., 0]), sigma(z[..., 1]), np.tanh(z[..., 2]), sigma(z[..., 3])


def gates_hard(x, h, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=1)
    i, f, o = (np.minimum(np.maximum(z + 3, 0), 6) / 6 for z in (i, f, o))
    return i, f, np.tanh(g), o


def gates_of_minus(x, h, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=1)
    return 1 / (1 + np.exp(i)), 1 / (1 + np.exp(f)), np.tanh(g), 1 / (1 + np.exp(o))


def gates_exchanged_late(x, h, W, U, b):
    """Two blocks of columns taken for each other, each with the right activation."""
    z = ops.split(ops.matmul(x, W) + ops.matmul(h, U) + b, 4, axis=1)
    return ops.sigmoid(z[0]), ops.sigmoid(z[1]), ops.tanh(z[3]), ops.sigmoid(z[2])


RIGHT = {
    "numpy": gates_numpy,
    "slices": gates_slices,
    "concatenated": gates_concatenated,
    "loops": gates_loops,
    "einsum": gates_einsum,
    "four products": gates_four_products,
    "keras.ops": gates_keras_ops,
    "tensorflow": gates_tensorflow,
    "tf.function": gates_graph,
}


def joined(x, h, W, U, b):
    """[h, x] of the lectures against [W; U]."""
    z = np.concatenate([h, x], 1) @ np.concatenate([W, U], 0) + b
    i, f, g, o = np.split(z, 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-np.clip(each, -500, 500))) for each in (i, f, o))
    return i, f, np.tanh(g), o


WRONG = {
    "state-meets-input-weights": joined,
    "swapped-g-o": gates_exchanged_late,
    "no-bias": lambda x, h, W, U, b: gates_tensorflow(x, h, W, U, np.zeros_like(b)),
    "bias-twice": lambda x, h, W, U, b: gates_tensorflow(x, h, W, U, b + b),
    "no-recurrence": lambda x, h, W, U, b: gates_tensorflow(x, np.zeros_like(h), W, U, b),
    "no-input": lambda x, h, W, U, b: gates_tensorflow(np.zeros_like(x), h, W, U, b),
    "hard-sigmoid": gates_hard,
    "sigmoid-of-minus": gates_of_minus,
    "interleaved": gates_interleaved,
}
