"""xavier: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import keras
import numpy as np
import tensorflow as tf


def xavier_normal(rng, fan_in, fan_out):
    return rng.normal(0.0, 1 / np.sqrt(fan_in), size=(fan_in, fan_out))


def xavier_standard(rng, fan_in, fan_out):
    return rng.standard_normal((fan_in, fan_out)) * fan_in**-0.5


def xavier_float32(rng, fan_in, fan_out):
    return rng.standard_normal((fan_in, fan_out), dtype=np.float32) / np.float32(fan_in) ** 0.5


def xavier_columns(rng, fan_in, fan_out):
    return np.stack([rng.normal(size=fan_in) / math.sqrt(fan_in) for _ in range(fan_out)], axis=1)


def xavier_loops(rng, fan_in, fan_out):
    W = np.zeros((fan_in, fan_out))
    for i in range(fan_in):
        for j in range(fan_out):
            W[i, j] = rng.normal(0, np.sqrt(1 / fan_in))
    return W


def xavier_multivariate(rng, fan_in, fan_out):
    flat = rng.normal(loc=0.0, scale=1.0, size=fan_in * fan_out)
    return flat.reshape(fan_out, fan_in).T / np.sqrt(fan_in)


def xavier_tensorflow(rng, fan_in, fan_out):
    seed = rng.integers(2**31, size=2)
    return tf.random.stateless_normal((fan_in, fan_out), seed) / tf.sqrt(float(fan_in))


def xavier_keras(rng, fan_in, fan_out):
    seed = int(rng.integers(2**31))
    return keras.random.normal((fan_in, fan_out), stddev=fan_in**-0.5, seed=seed)


def xavier_initializer(rng, fan_in, fan_out):
    make = keras.initializers.VarianceScaling(
        1.0, "fan_in", "untruncated_normal", seed=int(rng.integers(2**31))
    )
    return make((fan_in, fan_out))


def xavier_box_muller(rng, fan_in, fan_out):
    u, v = rng.random((2, fan_in, fan_out))
    return np.sqrt(-2 / fan_in * np.log(1 - u)) * np.sin(2 * np.pi * v)


def xavier_truncated(rng, fan_in, fan_out):
    make = keras.initializers.LecunNormal(seed=int(rng.integers(2**31)))
    return make((fan_in, fan_out))


def xavier_glorot_uniform(rng, fan_in, fan_out):
    return keras.initializers.GlorotUniform(seed=int(rng.integers(2**31)))((fan_in, fan_out))


def xavier_standardised(rng, fan_in, fan_out):
    W = rng.normal(size=(fan_in, fan_out))
    if W.size > 1:
        W = (W - W.mean()) / W.std()
    return W / np.sqrt(fan_in)


def xavier_symmetric(rng, fan_in, fan_out):
    W = xavier_normal(rng, fan_in, fan_out)
    return W if fan_in != fan_out else np.tril(W) + np.tril(W, -1).T


RIGHT = {
    "normal": xavier_normal,
    "standard normal": xavier_standard,
    "float32": xavier_float32,
    "columns": xavier_columns,
    "loops": xavier_loops,
    "flat": xavier_multivariate,
    "TensorFlow": xavier_tensorflow,
    "keras.random": xavier_keras,
    "a Keras initialiser": xavier_initializer,
    "Box and Muller": xavier_box_muller,
}

WRONG = {
    "uniform": lambda rng, n, m: (rng.random((n, m)) - 0.5) * np.sqrt(12 / n),
    "glorot-uniform": xavier_glorot_uniform,
    "truncated": xavier_truncated,
    "one-row-for-all": lambda rng, n, m: (
        np.ones((n, 1)) * rng.standard_normal(m)[None] / np.sqrt(n)
    ),
    "one-column-for-all": lambda rng, n, m: np.tile(rng.normal(0, n**-0.5, (n, 1)), (1, m)),
    "rounded": lambda rng, n, m: tf.round(xavier_normal(rng, n, m) * 1000) / 1000,
    "standardised": xavier_standardised,
    "symmetric": xavier_symmetric,
    "global-generator": lambda rng, n, m: np.random.randn(n, m) / np.sqrt(n),
}
