"""sequence_loss: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def loss_numpy(ys, targets):
    difference = ys - targets
    return 0.5 * np.mean(np.sum(difference**2, axis=(1, 2))), difference / ys.shape[0]


def loss_loops(ys, targets):
    B, T, O = ys.shape
    loss, gradient = 0.0, np.zeros((B, T, O))
    for b in range(B):
        for t in range(T):
            for o in range(O):
                error = float(ys[b, t, o] - targets[b, t, o])
                loss += error * error / 2
                gradient[b, t, o] = error / B
    return [loss / B, gradient]


def loss_einsum(ys, targets):
    d = ys - targets
    return np.einsum("bto,bto->", d, d) / (2 * len(d)), np.multiply(d, 1 / len(d))


def loss_keras(ys, targets):
    d = ops.subtract(ys, targets)
    loss = ops.mean(ops.sum(ops.square(d), axis=(1, 2))) * 0.5
    return loss, d / d.shape[0]


def loss_tape(ys, targets):
    ys = tf.Variable(ys)
    with tf.GradientTape() as tape:
        loss = tf.nn.l2_loss(ys - targets) / ys.shape[0]
    return loss, tape.gradient(loss, ys)


def loss_wide(ys, targets):
    d = ys.astype(np.longdouble) - targets
    return (d**2).sum() / 2 / len(d), d / len(d)


def wrong_last(ys, targets):
    d, n = ys - targets, len(ys)
    gradient = np.zeros_like(d)
    gradient[:, -1, :] = d[:, -1, :] / n
    return 0.5 * np.square(d[:, -1]).sum() / n, gradient


def wrong_keras_mse(ys, targets):
    loss = keras.losses.MeanSquaredError(dtype="float64")(targets, ys)
    return loss, (ys - targets) / len(ys)


def wrong_mse(ys, targets):
    ys = tf.Variable(ys)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((ys - targets) ** 2)
    return loss, tape.gradient(loss, ys)


RIGHT = {
    "numpy": loss_numpy,
    "loops": loss_loops,
    "einsum": loss_einsum,
    "keras.ops": loss_keras,
    "tape": loss_tape,
    "long double": loss_wide,
}

WRONG = {
    "loss-without-half": lambda y, t: (tf.reduce_sum((y - t) ** 2) / len(y), (y - t) / len(y)),
    "summed-over-batch": lambda y, t: (tf.nn.l2_loss(y - t), y - t),
    "mean-over-steps": lambda y, t: (
        0.5 * np.mean(np.sum((y - t) ** 2, axis=2)),
        (y - t) / (y.shape[0] * y.shape[1]),
    ),
    "mean-over-outputs": lambda y, t: (
        np.sum(np.mean((y - t) ** 2, axis=2)) / 2 / len(y),
        (y - t) / y.shape[0] / y.shape[2],
    ),
    "divided-by-the-steps": lambda y, t: (
        0.5 * np.sum((y - t) ** 2) / y.shape[1],
        (y - t) / y.shape[1],
    ),
    "mean-squared-error": wrong_mse,
    "mean-squared-error-alone": wrong_keras_mse,
    "loss-averaged-alone": lambda y, t: (0.5 * ops.mean((y - t) ** 2), (y - t) / y.shape[0]),
    "absolute-error": lambda y, t: (
        tf.reduce_sum(tf.abs(y - t)) / len(y),
        np.where(y > t, 1.0, np.where(y < t, -1.0, 0.0)) / len(y),
    ),
    "last-step-only": wrong_last,
}
