"""chunk_stream: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def _fits(tokens, batch, steps):
    if batch < 1:
        raise ValueError(f"batch must be at least 1, got {batch}")
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    if (len(tokens) - 1) // batch < steps:
        raise ValueError("the stream is too short for one chunk")


def chunks_loops(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    xs, ys = [], []
    for k in range(L // steps):
        begin = [b * L + k * steps for b in range(batch)]
        xs.append([tokens[i : i + steps] for i in begin])
        ys.append([tokens[i + 1 : i + 1 + steps] for i in begin])
    return np.array(xs), np.array(ys)


def chunks_reshape(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    K = L // steps
    rows = np.stack([tokens[b * L : b * L + L + 1] for b in range(batch)])
    xs = rows[:, : K * steps].reshape(batch, K, steps)
    ys = rows[:, 1 : K * steps + 1].reshape(batch, K, steps)
    return xs.transpose(1, 0, 2), ys.transpose(1, 0, 2)


def chunks_indices(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    k, b, s = np.ogrid[: L // steps, :batch, :steps]
    at = b * L + k * steps + s
    return tokens[at], tokens[at + 1]


def chunks_strided(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    windows = np.lib.stride_tricks.sliding_window_view(tokens, steps + 1)
    picked = np.stack([windows[b * L : b * L + L - steps + 1 : steps] for b in range(batch)], 1)
    return [picked[..., :-1], picked[..., 1:]]


def chunks_tensorflow(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    K = L // steps
    rows = tf.stack([tokens[b * L : b * L + K * steps + 1] for b in range(batch)])
    xs = tf.reshape(rows[:, :-1], (batch, K, steps))
    ys = tf.reshape(rows[:, 1:], (batch, K, steps))
    return tf.transpose(xs, (1, 0, 2)), tf.transpose(ys, (1, 0, 2))


def chunks_keras_ops(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = (len(tokens) - 1) // batch
    at = np.arange(L // steps)[:, None, None] * steps
    at = at + np.arange(batch)[:, None] * L + np.arange(steps)
    return ops.take(tokens, at), ops.take(tokens, at + 1)


def _from_n(tokens, batch, steps):
    _fits(tokens, batch, steps)
    L = len(tokens) // batch
    K = L // steps
    xs = tokens[: batch * L].reshape(batch, L)[:, : K * steps]
    ys = tokens[1 : batch * L + 1].reshape(batch, L)[:, : K * steps]
    return (
        xs.reshape(batch, K, steps).transpose(1, 0, 2),
        ys.reshape(batch, K, steps).transpose(1, 0, 2),
    )


def _no_checks(tokens, batch, steps):
    try:
        return chunks_reshape(tokens, batch, steps)
    except ValueError:
        return np.zeros((0, 1, 1)), np.zeros((0, 1, 1))


def _empty(tokens, batch, steps):
    if batch >= 1 and steps >= 1 and (len(tokens) - 1) // batch < steps:
        return np.zeros((0, batch, steps)), np.zeros((0, batch, steps))
    return chunks_loops(tokens, batch, steps)


RIGHT = {
    "loops": chunks_loops,
    "reshape": chunks_reshape,
    "indices": chunks_indices,
    "strided": chunks_strided,
    "tensorflow": chunks_tensorflow,
    "keras.ops": chunks_keras_ops,
}

WRONG = {
    "length-from-n": _from_n,
    "time-before-batch": lambda *given: [tf.transpose(v, (0, 2, 1)) for v in chunks_loops(*given)],
    "anything-goes": _no_checks,
    "empty-result": _empty,
}
