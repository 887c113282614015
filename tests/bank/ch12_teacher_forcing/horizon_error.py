"""horizon_error: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def error_numpy(truth, predicted):
    return np.sqrt(np.square(truth - predicted).mean(axis=(0, 2)))


def error_loop(truth, predicted):
    return np.array(
        [np.mean((predicted[:, t] - truth[:, t]) ** 2) ** 0.5 for t in range(truth.shape[1])]
    )


def error_einsum(truth, predicted):
    e = np.float64(predicted) - truth
    return np.sqrt(np.einsum("btf,btf->t", e, e) / (e.shape[0] * e.shape[2]))


def error_tensorflow(truth, predicted):
    return tf.sqrt(tf.reduce_mean(tf.math.squared_difference(truth, predicted), axis=[0, 2]))


def error_keras(truth, predicted):
    return ops.sqrt(ops.mean(ops.square(ops.subtract(predicted, truth)), axis=(0, 2)))


@tf.function
def error_graph(truth, predicted):
    by_feature = tf.reduce_mean((truth - predicted) ** 2, axis=0)
    return tf.reduce_mean(by_feature, axis=1) ** 0.5


def error_stack(truth, predicted):
    steps = range(truth.shape[1])
    return np.stack([np.sqrt(np.mean((truth[:, t] - predicted[:, t]) ** 2)) for t in steps])


def _squared(truth, predicted):
    return (truth - predicted) ** 2


def _running(truth, predicted):
    means = _squared(truth, predicted).mean(axis=(0, 2))
    return np.sqrt([means[: k + 1].mean() for k in range(len(means))])


RIGHT = {
    "numpy": error_numpy,
    "loop": error_loop,
    "einsum": error_einsum,
    "tensorflow": error_tensorflow,
    "keras.ops": error_keras,
    "tf.function": error_graph,
    "stack": error_stack,
}

WRONG = {
    "running-mean": _running,
    "all-summed": lambda truth, predicted: np.sqrt(_squared(truth, predicted).sum((0, 2))),
    "divided-by-one-less": lambda truth, predicted: np.sqrt(
        _squared(truth, predicted).sum((0, 2)) / max(truth.shape[0] * truth.shape[2] - 1, 1)
    ),
    "axes-kept": lambda truth, predicted: np.sqrt(
        _squared(truth, predicted).mean(axis=(0, 2), keepdims=True)
    ),
    "root-per-feature": lambda truth, predicted: np.sqrt(
        _squared(truth, predicted).mean(axis=0)
    ).mean(-1),
}
