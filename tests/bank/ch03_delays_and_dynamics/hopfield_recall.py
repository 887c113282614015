"""hopfield_recall: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def refuse(state, order):
    for i in order:
        if i < 0 or i >= len(state):
            raise ValueError(f"order holds {i}, but there are {len(state)} units")


def by_branches(W, state, order):
    refuse(state, order)
    s = state.copy()
    for i in order:
        z = W[i] @ s
        if z > 0:
            s[i] = 1
        elif z < 0:
            s[i] = -1
    return s


def by_sign(W, state, order):
    if len(order) and (np.min(order) < 0 or np.max(order) >= len(state)):
        raise ValueError("order: there is no such unit")
    s = np.array(state, float)
    for i in order:
        s[i] = np.sign(np.dot(W[i], s)) or s[i]
    return s


def by_lists(W, state, order):
    refuse(state, order)
    s, rows = state.tolist(), W.tolist()
    for i in order.tolist():
        z = sum(w * v for w, v in zip(rows[i], s))
        s[i] = 1 if z > 0 else -1 if z < 0 else s[i]
    return s


def by_new_arrays(W, state, order):
    refuse(state, order)
    s = state.astype("float64")
    for i in order:
        z = (W[i] * s).sum()
        s = np.where(np.arange(len(s)) == i, np.where(z == 0, s, np.sign(z)), s)
    return s


def by_energy(W, state, order):
    """Turn the unit where that lowers its own −s z."""
    refuse(state, order)
    s = np.array(state, dtype=float)
    for i in order:
        if s[i] * (W[i, :] * s).sum() < 0:
            s[i] *= -1
    return s


def by_recursion(W, state, order):
    refuse(state, order)
    if len(order) == 0:
        return np.array(state)
    s, i = np.array(state, dtype=float), int(order[0])
    z = float(W[i].dot(s))
    if z:
        s[i] = z / abs(z)
    return by_recursion(W, s, order[1:])


def by_tensorflow(W, state, order):
    refuse(state, order)
    s = tf.constant(state, tf.float64)
    for i in order:
        z = tf.reduce_sum(tf.constant(W)[i] * s)
        new = tf.where(z == 0, s[i], tf.sign(z))
        s = tf.tensor_scatter_nd_update(s, [[i]], [new])
    return s


def by_keras(W, state, order):
    refuse(state, order)
    s = ops.cast(ops.convert_to_tensor(state), "float64")
    for i in order:
        z = ops.sum(ops.convert_to_tensor(W)[int(i)] * s)
        here = ops.one_hot(int(i), len(state), dtype="float64")
        s = s + here * (ops.where(ops.equal(z, 0), s[int(i)], ops.sign(z)) - s[int(i)])
    return s


def wrong_int_state(W, state, order):
    refuse(state, order)
    s = np.array(state)
    for i in order:
        s[i] = np.copysign(1, W[i] @ s)
    return s


def wrong_synchronous(W, state, order):
    refuse(state, order)
    z = W @ state
    s = np.array(state, dtype=float)
    s[order] = np.where(z == 0, s, np.sign(z))[order]
    return s


def wrong_untested(W, state, order):
    s = np.array(state, dtype=float)
    for i in order:
        z = W[i] @ s
        s[i] = np.sign(z) if z else s[i]
    return s


def wrong_modulo(W, state, order):
    return by_sign(W, state, [i % len(state) for i in order])


def wrong_upper_bound_alone(W, state, order):
    if any(i >= len(state) for i in order):
        raise ValueError("order")
    return wrong_untested(W, state, order)


RIGHT = {
    "branches": by_branches,
    "sign": by_sign,
    "lists": by_lists,
    "new arrays": by_new_arrays,
    "energy": by_energy,
    "recursion": by_recursion,
    "tensorflow": by_tensorflow,
    "keras.ops": by_keras,
}

WRONG = {
    "whole-network-at-once": lambda W, state, order: refuse(state, order) or np.sign(W @ state),
    "zero-turns-to-one": wrong_int_state,
    "all-at-once": wrong_synchronous,
    "anything-accepted": wrong_modulo,
    "negative-accepted": wrong_upper_bound_alone,
    "no-test-of-the-order": wrong_untested,
    "column-read": lambda W, state, order: by_branches(np.ascontiguousarray(W.T), state, order),
    "diagonal-left-out": lambda W, state, order: by_sign(W - np.diag(np.diag(W)), state, order),
}
