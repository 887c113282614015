"""elman_step: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def step_numpy(x, h, W_x, W_h, b):
    return np.tanh(x @ W_x + h @ W_h + b)


def step_loops(x, h, W_x, W_h, b):
    out = np.empty((x.shape[0], W_h.shape[0]))
    for i in range(x.shape[0]):
        for u in range(W_h.shape[0]):
            total = float(b[u])
            for f in range(x.shape[1]):
                total += float(x[i, f]) * float(W_x[f, u])
            for v in range(W_h.shape[0]):
                total += float(h[i, v]) * float(W_h[v, u])
            out[i, u] = np.tanh(total)
    return out


def step_einsum(x, h, W_x, W_h, b):
    return np.tanh(np.einsum("bf,fu->bu", x, W_x) + np.einsum("bv,vu->bu", h, W_h) + b[None, :])


def step_concatenated(x, h, W_x, W_h, b):
    both = np.concatenate([h, x], axis=1) @ np.concatenate([W_h, W_x], axis=0)
    return np.tanh(both + b)


def step_keras_ops(x, h, W_x, W_h, b):
    return ops.tanh(ops.matmul(x, W_x) + ops.matmul(h, W_h) + b)


def step_tensorflow(x, h, W_x, W_h, b):
    return tf.math.tanh(tf.linalg.matmul(x, W_x) + tf.linalg.matmul(h, W_h) + b)


def step_naive_sigmoid(x, h, W_x, W_h, b):
    z = x @ W_x + h @ W_h + b
    return 2 / (1 + np.exp(-2 * z)) - 1  # overflows harmlessly, and rounds near zero


@tf.function
def step_graph(x, h, W_x, W_h, b):
    return tf.tanh(tf.tensordot(x, W_x, 1) + tf.tensordot(h, W_h, 1) + b)


def step_dense(x, h, W_x, W_h, b):
    layer = keras.layers.Dense(W_x.shape[1], dtype=str(x.dtype))
    layer.build(x.shape)
    layer.set_weights([W_x, b])
    return ops.tanh(layer(x) + ops.matmul(h, W_h))


def wrong_tanh_twice(x, h, W_x, W_h, b):
    z = ops.tanh(ops.matmul(x, W_x) + ops.matmul(h, W_h) + b)
    return ops.tanh(z)


RIGHT = {
    "numpy": step_numpy,
    "loops": step_loops,
    "einsum": step_einsum,
    "concatenated": step_concatenated,
    "keras.ops": step_keras_ops,
    "tensorflow": step_tensorflow,
    "tf.function": step_graph,
    "naive sigmoid": step_naive_sigmoid,
    "dense": step_dense,
}

WRONG = {
    "clipped": lambda x, h, W_x, W_h, b: np.clip(x @ W_x + h @ W_h + b, -1, 1),
    "bias-subtracted": lambda x, h, W_x, W_h, b: np.tanh(h @ W_h + x @ W_x - b),
    "no-bias": lambda x, h, W_x, W_h, b: tf.tanh(x @ W_x + h @ W_h),
    "recurrent-transposed": lambda x, h, W_x, W_h, b: np.tanh((W_h @ h.T).T + x @ W_x + b),
    "tanh-twice": wrong_tanh_twice,
    "sigmoid": lambda x, h, W_x, W_h, b: keras.activations.sigmoid(x @ W_x + h @ W_h + b),
}
