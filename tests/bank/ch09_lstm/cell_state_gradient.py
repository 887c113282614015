"""cell_state_gradient: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def gradient_loop(forget_gates):
    product = np.ones((forget_gates.shape[0], forget_gates.shape[2]))
    for t in range(forget_gates.shape[1]):
        product = product * forget_gates[:, t]
    return product


def gradient_tape(forget_gates):
    gates = tf.constant(forget_gates)
    start = tf.zeros((gates.shape[0], gates.shape[2]), gates.dtype)
    with tf.GradientTape() as tape:
        tape.watch(start)
        c = start
        for t in range(gates.shape[1]):
            c = gates[:, t] * c + 1.0
    return tape.gradient(c, start)


def gradient_logarithms(forget_gates):
    with np.errstate(divide="ignore"):
        return np.exp(np.log(forget_gates).sum(axis=1))


def gradient_reversed(forget_gates):
    gradient = np.ones_like(forget_gates[:, :1])[:, 0] if forget_gates.shape[1] else None
    if gradient is None:
        return np.ones((len(forget_gates), forget_gates.shape[2]))
    for gate in forget_gates.swapaxes(0, 1)[::-1]:
        gradient = gate * gradient
    return gradient


RIGHT = {
    "prod": lambda forget_gates: np.prod(forget_gates, axis=1),
    "loop": gradient_loop,
    "logarithms": gradient_logarithms,
    "backwards": gradient_reversed,
    "keras.ops": lambda forget_gates: ops.prod(forget_gates, axis=1),
    "tensorflow": lambda forget_gates: tf.reduce_prod(forget_gates, axis=1),
    "tf.function": tf.function(lambda forget_gates: tf.reduce_prod(forget_gates, axis=1)),
    "gradient tape": gradient_tape,
}

WRONG = {
    "mean-over-time": lambda f: np.mean(f, axis=1),
    "mean-to-the-power": lambda f: (
        f.mean(axis=1) ** f.shape[1] if f.shape[1] else np.ones((len(f), f.shape[2]))
    ),
    "first-step-left-out": lambda f: tf.reduce_prod(f[:, 1:], axis=1),
    "slope-of-the-sigmoid": lambda f: ops.prod(f * (1 - f), axis=1),
}
