"""linear_recurrence: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops
from scipy.signal import lfilter


def refuse(feedforward):
    if len(feedforward) == 0:
        raise ValueError("feedforward must hold at least one weight")


def by_loops(xs, feedforward, feedback):
    refuse(feedforward)
    ys = []
    for t in range(len(xs)):
        y = 0.0
        for m, b in enumerate(feedforward):
            if t - m >= 0:
                y += b * xs[t - m]
        for k, a in enumerate(feedback, start=1):
            if t - k >= 0:
                y += a * ys[t - k]
        ys.append(y)
    return np.array(ys)


def by_filter(xs, feedforward, feedback):
    refuse(feedforward)
    return lfilter(feedforward, np.concatenate([[1.0], -np.asarray(feedback)]), xs)


def by_convolution(xs, feedforward, feedback):
    refuse(feedforward)
    ys = np.convolve(xs, feedforward)[: len(xs)].astype(float)
    for t in range(len(ys)):
        past = ys[max(t - len(feedback), 0) : t][::-1]
        ys[t] += np.dot(feedback[: len(past)], past)
    return ys


def by_padding(xs, feedforward, feedback):
    refuse(feedforward)
    M, K = len(feedforward), len(feedback)
    x = np.concatenate([np.zeros(M - 1), xs])
    y = np.zeros(K + len(xs))
    for t in range(len(xs)):
        y[K + t] = feedforward @ x[t : t + M][::-1] + feedback @ y[t : t + K][::-1]
    return y[K:]


def by_matrix(xs, feedforward, feedback):
    """(I − feedback) y = feedforward x, both as banded matrices."""
    refuse(feedforward)
    T = len(xs)
    forward = sum(b * np.eye(T, k=-m) for m, b in enumerate(feedforward) if m < T)
    back = sum((a * np.eye(T, k=-k) for k, a in enumerate(feedback, start=1)), np.zeros((T, T)))
    return np.linalg.solve(np.eye(T) - back, forward @ xs)


def by_lists(xs, feedforward, feedback):
    refuse(feedforward)
    xs, b, a = xs.tolist(), list(feedforward), list(feedback)
    ys = []
    for t in range(len(xs)):
        seen, made = xs[t::-1], ys[::-1]
        terms = [w * v for w, v in zip(b, seen)] + [w * v for w, v in zip(a, made)]
        ys.append(sum(terms))
    return ys


def by_delays(xs, feedforward, feedback):
    """Sweeps over the whole series with the operator z⁻ᵏ, until nothing changes any more."""
    refuse(feedforward)

    def delayed(v, k):
        return np.concatenate([np.zeros(min(k, len(v))), v[: max(len(v) - k, 0)]])

    u = sum(b * delayed(xs, m) for m, b in enumerate(feedforward))
    y = np.zeros(len(xs))
    for _ in range(len(xs)):
        y = u + sum(a * delayed(y, k) for k, a in enumerate(feedback, start=1))
    return y


def by_keras(xs, feedforward, feedback):
    refuse(feedforward)
    dtype = "float64" if xs.dtype.kind != "f" else str(xs.dtype)
    xs, b, a = (ops.convert_to_tensor(np.asarray(v, dtype)) for v in (xs, feedforward, feedback))
    ys = []
    for t in range(xs.shape[0]):
        y = sum(b[m] * xs[t - m] for m in range(min(t + 1, b.shape[0])))
        for k in range(1, min(t, a.shape[0]) + 1):
            y = y + a[k - 1] * ys[t - k]
        ys.append(y)
    return ops.stack(ys)


def by_tensorflow(xs, feedforward, feedback):
    refuse(feedforward)
    dtype = tf.float64
    b, a = tf.constant(feedforward, dtype), tf.constant(feedback, dtype)
    x = tf.pad(tf.cast(xs, dtype), [[len(feedforward) - 1, 0]])
    past = tf.zeros(len(feedback), dtype)  # the newest first
    ys = []
    for t in range(len(xs)):
        window = tf.reverse(x[t : t + len(feedforward)], [0])
        y = tf.tensordot(b, window, 1) + tf.tensordot(a, past, 1)
        past = tf.concat([[y], past], 0)[: len(feedback)]
        ys.append(y)
    return tf.stack(ys)


def wrong_filter(xs, feedforward, feedback):
    refuse(feedforward)
    return lfilter(feedforward, np.concatenate([[1.0], feedback]), xs)


def wrong_like(xs, feedforward, feedback):
    ys = np.zeros_like(xs)
    refuse(feedforward)
    for t in range(len(xs)):
        y = sum(b * xs[t - m] for m, b in enumerate(feedforward) if m <= t)
        ys[t] = y + sum(a * ys[t - k] for k, a in enumerate(feedback, 1) if k <= t)
    return ys


RIGHT = {
    "loops": by_loops,
    "scipy": by_filter,
    "convolution": by_convolution,
    "padding": by_padding,
    "matrix": by_matrix,
    "lists": by_lists,
    "delays": by_delays,
    "keras.ops": by_keras,
    "tensorflow": by_tensorflow,
}

WRONG = {
    "feedback-subtracted": wrong_filter,
    "no-feedback": lambda xs, feedforward, feedback: (
        refuse(feedforward) or np.convolve(xs, feedforward)[: len(xs)]
    ),
    "whole-numbers": wrong_like,
    "nothing-accepted": lambda xs, feedforward, feedback: (
        by_lists(xs, feedforward, feedback) if len(feedforward) else np.zeros(len(xs))
    ),
}
