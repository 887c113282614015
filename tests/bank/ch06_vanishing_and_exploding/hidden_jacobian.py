"""hidden_jacobian: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from functools import reduce

import numpy as np
import tensorflow as tf
from keras import ops


def jacobian_numpy(hs, W_h):
    J = np.eye(hs.shape[1])
    for h in hs:
        J = np.diag(1 - h**2) @ W_h.T @ J
    return J


def jacobian_loops(hs, W_h):
    T, U = hs.shape
    J = [[1.0 if i == j else 0.0 for j in range(U)] for i in range(U)]
    for t in range(T):
        J = [
            [
                (1 - float(hs[t, i]) ** 2) * sum(float(W_h[k, i]) * J[k][j] for k in range(U))
                for j in range(U)
            ]
            for i in range(U)
        ]
    return np.array(J)


def jacobian_backward(hs, W_h):
    rows = np.eye(W_h.shape[0], dtype=W_h.dtype)
    for h in hs[::-1]:
        rows = (rows * (1 - h * h)) @ W_h.T
    return rows


def jacobian_einsum(hs, W_h):
    factors = np.einsum("ti,ji->tij", 1 - hs**2, W_h)
    J = np.identity(len(W_h))
    for factor in factors:
        J = np.einsum("ij,jk->ik", factor, J)
    return J


def jacobian_reduce(hs, W_h):
    return reduce(lambda J, h: J @ (W_h * (1 - h**2)), hs, np.eye(len(W_h))).T


def jacobian_keras(hs, W_h):
    J = ops.eye(W_h.shape[0], dtype=W_h.dtype)
    for t in range(hs.shape[0]):
        J = (1 - ops.square(hs[t]))[:, None] * ops.matmul(ops.transpose(W_h), J)
    return J


def jacobian_tensorflow(hs, W_h):
    J = tf.eye(W_h.shape[0], dtype=W_h.dtype)
    for h in tf.unstack(tf.constant(hs)) if len(hs) else []:
        J = tf.linalg.diag(1 - h**2) @ tf.matmul(W_h, J, transpose_a=True)
    return J


def jacobian_multi_dot(hs, W_h):
    factors = [(1 - h[:, None] ** 2) * W_h.T for h in hs]
    if not factors:
        return np.eye(len(W_h))
    return factors[0] if len(factors) == 1 else np.linalg.multi_dot(factors[::-1])


def jacobian_elementwise(hs, W_h):
    if len(hs) == 0:
        return np.eye(len(W_h))
    J = np.ones_like(W_h)
    for h in hs:
        J = J * (np.diag(1 - h**2) @ W_h.T)
    return J


def jacobian_cosh(hs, W_h):
    J = np.eye(len(W_h))
    for h in hs:
        J = np.diag(1 / np.cosh(h) ** 2) @ W_h.T @ J
    return J


def product(factor, start=lambda W_h: np.eye(len(W_h))):
    """The product with a factor or a beginning of one's own: functions of (h, W_h) and of W_h."""
    return lambda hs, W_h: reduce(lambda J, h: factor(h, W_h) @ J, hs, start(W_h))


def jacobian_shifted(hs, W_h):
    J, h = np.eye(len(W_h)), np.zeros(len(W_h))
    for after in hs:
        J = np.diag(1 - h**2) @ W_h.T @ J
        h = after
    return J


def jacobian_apart(hs, W_h):
    J = np.eye(len(W_h))
    for _ in hs:
        J = W_h.T @ J
    for h in hs:
        J = (1 - h[:, None] ** 2) * J
    return J


RIGHT = {
    "numpy": jacobian_numpy,
    "loops": jacobian_loops,
    "backward": jacobian_backward,
    "einsum": jacobian_einsum,
    "reduce": jacobian_reduce,
    "keras.ops": jacobian_keras,
    "TensorFlow": jacobian_tensorflow,
    "multi_dot": jacobian_multi_dot,
}

WRONG = {
    "transposed": lambda hs, W: reduce(lambda J, h: J @ (W * (1 - h**2)), hs, np.eye(len(W))),
    "order-reversed": lambda hs, W: reduce(
        lambda J, h: J @ np.diag(1 - h**2) @ W.T, hs, np.eye(len(W))
    ),
    "no-derivative": lambda hs, W: np.linalg.matrix_power(W, len(hs)).T,
    "tanh-of-the-state": jacobian_cosh,
    "factors-transposed": product(lambda h, W: W @ np.diag(1 - h**2)),
    "root-in-the-slope": product(lambda h, W: np.diag(np.sqrt((1 - h) * (1 + h))) @ W.T),
    "states-one-step-early": jacobian_shifted,
    "slopes-and-weights-apart": jacobian_apart,
    "starts-with-the-weights": product(lambda h, W: np.diag(1 - h**2) @ W.T, np.transpose),
    "factors-not-multiplied": lambda hs, W: [np.diag(1 - h**2) @ W.T for h in hs],
    "elementwise": jacobian_elementwise,
    "factors-added": lambda hs, W: sum((np.diag(1 - h**2) @ W.T for h in hs), np.zeros_like(W)),
    "no-empty-sequence": lambda hs, W: reduce(
        lambda J, factor: factor @ J, [(1 - h[:, None] ** 2) * W.T for h in hs]
    ),
}
