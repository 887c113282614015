"""multi_step_elman: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from collections import deque

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def by_list(xs, W_x, W_hs, b):
    states = []
    for t in range(xs.shape[1]):
        z = xs[:, t] @ W_x + b
        for k, W in enumerate(W_hs, start=1):
            if t - k >= 0:
                z = z + states[t - k] @ W
        states.append(np.tanh(z))
    return np.stack(states, axis=1)


def by_padded_array(xs, W_x, W_hs, b):
    (B, T, _), K, U = xs.shape, len(W_hs), len(b)
    hs = np.zeros((B, K + T, U))  # K states before the start
    for t in range(T):
        past = hs[:, t : K + t][:, ::-1]  # one step ago first
        hs[:, K + t] = np.tanh(xs[:, t] @ W_x + np.einsum("bku,kuv->bv", past, W_hs) + b)
    return hs[:, K:]


def by_deque(xs, W_x, W_hs, b):
    past = deque([np.zeros((len(xs), len(b)))] * len(W_hs), maxlen=len(W_hs))
    out = []
    for x in xs.swapaxes(0, 1):
        h = np.tanh(x @ W_x + sum(h @ W for h, W in zip(past, W_hs)) + b)
        past.appendleft(h)
        out.append(h)
    return np.array(out).swapaxes(0, 1)


def by_one_matrix(xs, W_x, W_hs, b):
    """The last K states side by side, and the matrices one below the other."""
    K, U, _ = W_hs.shape
    tall = W_hs.reshape(K * U, U)
    wide = np.zeros((len(xs), K * U))
    out = []
    for t in range(xs.shape[1]):
        h = np.tanh(xs[:, t] @ W_x + wide @ tall + b)
        wide = np.concatenate([h, wide[:, : (K - 1) * U]], axis=1)
        out.append(h[:, None])
    return np.concatenate(out, axis=1)


def by_numbers(xs, W_x, W_hs, b):
    B, T, F = xs.shape
    K, U, _ = W_hs.shape
    hs = np.zeros((B, T, U))
    for t in range(T):
        for u in range(U):
            z = b[u] + sum(xs[:, t, f] * W_x[f, u] for f in range(F))
            for k in range(1, min(K, t) + 1):
                for v in range(U):
                    z = z + hs[:, t - k, v] * W_hs[k - 1, v, u]
            hs[:, t, u] = np.tanh(z)
    return hs


def by_keras_ops(xs, W_x, W_hs, b):
    states = []
    for t in range(xs.shape[1]):
        z = ops.matmul(xs[:, t], W_x) + b
        for k in range(min(len(W_hs), t)):
            z = z + ops.matmul(states[-1 - k], W_hs[k])
        states.append(ops.tanh(z))
    return ops.stack(states, axis=1)


@tf.function
def by_graph(xs, W_x, W_hs, b):
    K = W_hs.shape[0]
    past = [tf.zeros((xs.shape[0], b.shape[0]), xs.dtype)] * K
    states = []
    for x in tf.unstack(xs, axis=1):
        z = x @ W_x + b + tf.add_n([h @ W for h, W in zip(past, tf.unstack(W_hs))])
        states.append(tf.tanh(z))
        past = [states[-1], *past[:-1]]
    return tf.stack(states, axis=1)


def by_scan(xs, W_x, W_hs, b):
    def body(past, x):  # past (K, B, U)
        h = tf.tanh(tf.matmul(x, W_x) + tf.reduce_sum(tf.matmul(past, W_hs), axis=0) + b)
        return tf.concat([h[None], past[:-1]], axis=0)

    start = tf.zeros((len(W_hs), len(xs), len(b)), xs.dtype)
    return tf.transpose(tf.scan(body, tf.transpose(xs, [1, 0, 2]), start)[:, 0], [1, 0, 2])


def by_dense(xs, W_x, W_hs, b):
    """Dense sublayers are allowed."""
    layer = keras.layers.Dense(len(b), dtype=str(xs.dtype))
    layer.build(xs.shape)
    layer.set_weights([W_x, b])
    driven = np.asarray(layer(xs))
    states = []
    for t in range(xs.shape[1]):
        past = zip(reversed(states), W_hs)
        states.append(np.tanh(driven[:, t] + sum(h @ W for h, W in past)))
    return np.stack(states, 1)


def wrong_negative_index(xs, W_x, W_hs, b):
    """Of a list, [-k] is k steps ago; without a test the oldest one is taken for the missing."""
    states = []
    for t in range(xs.shape[1]):
        z = xs[:, t] @ W_x + b
        for k in range(1, len(W_hs) + 1):
            if states:
                z = z + states[-min(k, len(states))] @ W_hs[k - 1]
        states.append(np.tanh(z))
    return np.stack(states, 1)


def wrong_mean(xs, W_x, W_hs, b):
    past = [np.zeros((len(xs), len(b)))] * len(W_hs)
    out = []
    for x in xs.swapaxes(0, 1):
        h = np.tanh(x @ W_x + np.mean([h @ W for h, W in zip(past, W_hs)], axis=0) + b)
        past = [h, *past[:-1]]
        out.append(h)
    return np.stack(out, 1)


def wrong_oldest_first(xs, W_x, W_hs, b):
    past = deque([np.zeros((len(xs), len(b)))] * len(W_hs), maxlen=len(W_hs))
    out = []
    for x in xs.swapaxes(0, 1):
        h = np.tanh(x @ W_x + sum(h @ W for h, W in zip(past, W_hs)) + b)
        past.append(h)  # the newest stands last
        out.append(h)
    return np.stack(out, 1)


RIGHT = {
    "list": by_list,
    "padded array, einsum": by_padded_array,
    "deque": by_deque,
    "one matrix": by_one_matrix,
    "numbers": by_numbers,
    "keras.ops": by_keras_ops,
    "tf.function": by_graph,
    "tf.scan": by_scan,
    "dense": by_dense,
}

WRONG = {
    "first-state-for-the-missing": wrong_negative_index,
    "past-averaged": wrong_mean,
    "matrices-reversed": wrong_oldest_first,
    "time-first": lambda xs, W_x, W_hs, b: by_list(xs, W_x, W_hs, b).swapaxes(0, 1),
    "one-step-only": lambda xs, W_x, W_hs, b: by_deque(xs, W_x, W_hs[:1], b),
}
