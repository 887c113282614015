"""hopfield_weights: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def refuse(patterns):
    if not np.all((patterns == 1) | (patterns == -1)):
        raise ValueError("patterns must hold 1 and -1 only")


def by_product(patterns):
    refuse(patterns)
    p = np.asarray(patterns, dtype=float)
    W = p.T @ p / p.shape[1]
    np.fill_diagonal(W, 0)
    return W


def by_outer(patterns):
    refuse(patterns)
    N = patterns.shape[1]
    W = np.zeros((N, N))
    for p in patterns:
        W += np.outer(p, p)
    return (W - np.diag(np.diag(W))) / N


def by_identity(patterns):
    refuse(patterns)
    P, N = patterns.shape
    p = patterns.astype("float64")
    return np.dot(p.T, p) / N - P / N * np.eye(N)


def by_einsum(patterns):
    refuse(patterns)
    p = patterns.astype(np.float64)
    return np.einsum("pi,pj->ij", p, p) / p.shape[1] * (1 - np.eye(p.shape[1]))


def by_numbers(patterns):
    rows = patterns.tolist()
    if any(each not in (1, -1) for row in rows for each in row):
        raise ValueError("patterns: every entry must be 1 or -1")
    N = len(rows[0])
    return [
        [0.0 if i == j else sum(row[i] * row[j] for row in rows) / N for j in range(N)]
        for i in range(N)
    ]


def by_tensorflow(patterns):
    refuse(patterns)
    p = tf.cast(patterns, tf.float64)
    W = tf.matmul(p, p, transpose_a=True) / patterns.shape[1]
    return tf.linalg.set_diag(W, tf.zeros(patterns.shape[1], tf.float64))


def by_keras(patterns):
    if set(np.unique(patterns)) - {-1, 1}:
        raise ValueError("patterns should be 1 or -1")
    p = ops.cast(patterns, "float64")
    W = ops.matmul(ops.transpose(p), p) / p.shape[1]
    return W * (1 - ops.eye(p.shape[1], dtype="float64"))


def by_squares(patterns):
    if not (np.square(np.asarray(patterns, float)) == 1).all():  # NaN fails as well
        raise ValueError("patterns")
    p = np.matrix(patterns.astype(float))
    W = np.array(p.T * p) / p.shape[1]
    W[range(len(W)), range(len(W))] = 0.0
    return W


def wrong_loop_kept(patterns):
    refuse(patterns)
    p = patterns.astype(float)
    for row in p:
        W = np.outer(row, row) / p.shape[1]  # each pattern replaces the one before
    np.fill_diagonal(W, 0)
    return W


def wrong_diagonal(patterns):
    refuse(patterns)
    p = tf.cast(patterns, tf.float64)
    return tf.einsum("pi,pj->ij", p, p) / patterns.shape[1]


def wrong_zeros(patterns):
    if not np.isin(patterns, (-1, 0, 1)).all():
        raise ValueError("patterns")
    return unchecked(patterns)


def wrong_mean(patterns):
    refuse(patterns)
    mean = np.mean([np.outer(p, p) for p in patterns.astype(float)], axis=0)
    np.fill_diagonal(mean, 0)
    return mean


def unchecked(patterns):
    p = np.asarray(patterns, float)
    return (p.T @ p) * (1 - np.eye(p.shape[1])) / p.shape[1]


def wrong_zero_test(patterns):
    if (patterns == 0).any():
        raise ValueError("patterns holds zeros")
    return unchecked(patterns)


def right_single(patterns):
    """Whole numbers of this size are exact in float32."""
    refuse(patterns)
    p = tf.cast(patterns, tf.float32)
    W = tf.einsum("pi,pj->ij", p, p) / patterns.shape[1]
    return W - tf.linalg.diag(tf.linalg.diag_part(W))


def wrong_range(patterns):
    if patterns.min() != -1 or patterns.max() != 1 or (patterns != np.round(patterns)).any():
        raise ValueError("patterns should go from -1 to 1")
    if (patterns == 0).any():
        raise ValueError("patterns should hold no 0")
    return unchecked(patterns)


RIGHT = {
    "product": by_product,
    "outer": by_outer,
    "identity": by_identity,
    "einsum": by_einsum,
    "numbers": by_numbers,
    "tensorflow": by_tensorflow,
    "keras.ops": by_keras,
    "squares": by_squares,
    "float32": right_single,
}

WRONG = {
    "both-signs-demanded": wrong_range,
    "diagonal-kept": wrong_diagonal,
    "last-pattern-alone": wrong_loop_kept,
    "anything-accepted": unchecked,
    "only-zero-refused": wrong_zero_test,
    "zero-accepted": wrong_zeros,
    "divided-by-patterns": wrong_mean,
}
