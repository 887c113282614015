"""elman_backward_step: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.bank.ch05_backprop_through_time.shared import (
    step_keras,
    step_no_slope,
    step_numpy,
    through,
)


def step_loops(dh, x, h_prev, h, W_x, W_h):
    B, F = x.shape
    U = h.shape[1]
    dx, dh_prev = np.zeros((B, F)), np.zeros((B, U))
    dW_x, dW_h, db = np.zeros((F, U)), np.zeros((U, U)), np.zeros(U)
    for i in range(B):
        for u in range(U):
            dz = dh[i, u] * (1 - h[i, u]) * (1 + h[i, u])
            db[u] += dz
            for f in range(F):
                dx[i, f] += dz * W_x[f, u]
                dW_x[f, u] += dz * x[i, f]
            for v in range(U):
                dh_prev[i, v] += dz * W_h[v, u]
                dW_h[v, u] += dz * h_prev[i, v]
    return dx, dh_prev, dW_x, dW_h, db


def step_einsum(dh, x, h_prev, h, W_x, W_h):
    dz = np.einsum("bu,bu->bu", dh, 1.0 - h**2)
    return [
        np.einsum("bu,fu->bf", dz, W_x),
        np.einsum("bu,vu->bv", dz, W_h),
        np.einsum("bf,bu->fu", x, dz),
        np.einsum("bv,bu->vu", h_prev, dz),
        np.einsum("bu->u", dz),
    ]


def step_tensorflow(dh, x, h_prev, h, W_x, W_h):
    dz = tf.raw_ops.TanhGrad(y=h, dy=dh)
    return (
        tf.matmul(dz, W_x, transpose_b=True),
        tf.matmul(dz, W_h, transpose_b=True),
        tf.matmul(x, dz, transpose_a=True),
        tf.matmul(h_prev, dz, transpose_a=True),
        tf.reduce_sum(dz, 0),
    )


def step_tape(dh, x, h_prev, h, W_x, W_h):
    z = tf.constant(np.zeros_like(h))
    x, h_prev, W_x, W_h = map(tf.constant, (x, h_prev, W_x, W_h))
    b = tf.zeros(h.shape[1], tf.float64)
    dz = dh * (1 - h**2)
    with tf.GradientTape() as tape:
        tape.watch([x, h_prev, W_x, W_h, b])
        z = x @ W_x + h_prev @ W_h + b
    return tape.gradient(z, [x, h_prev, W_x, W_h, b], output_gradients=tf.constant(dz))


def step_joined(dh, x, h_prev, h, W_x, W_h):
    """Everything in one product, with a column of ones for the bias, in long double."""
    dz = (dh * (1 - h**2)).astype(np.longdouble)
    F = x.shape[1]
    both = dz @ np.vstack([W_x, W_h]).T
    weights = np.hstack([x, h_prev, np.ones((len(x), 1))]).T @ dz
    return both[:, :F], both[:, F:], weights[:F], weights[F:-1], weights[-1]


def with_slope(slope):
    """The step in TensorFlow, with a slope of one's own: a function of (h, h_prev)."""
    return lambda dh, x, h_prev, h, W_x, W_h: through(
        tf.constant(dh) * slope(h, h_prev), x, h_prev, W_x, W_h
    )


def but(place, other):
    """All right but for one result: a function of (dz, dh, x, h_prev, W_x, W_h)."""

    def answer(dh, x, h_prev, h, W_x, W_h):
        right = list(step_numpy(dh, x, h_prev, h, W_x, W_h))
        right[place] = other(dh * (1 - h * h), dh, x, h_prev, W_x, W_h)
        return right

    return answer


def wrong_per_sample(dh, x, h_prev, h, W_x, W_h):
    dx, dh_prev, *_ = step_numpy(dh, x, h_prev, h, W_x, W_h)
    dz = dh * (1 - h**2)
    outer = [np.einsum("bi,bu->biu", each, dz) for each in (x, h_prev)]
    return dx, dh_prev, *outer, dz


RIGHT = {
    "numpy": step_numpy,
    "loops": step_loops,
    "einsum": step_einsum,
    "keras.ops": step_keras,
    "tensorflow": step_tensorflow,
    "tape": step_tape,
    "joined, long double": step_joined,
}

WRONG = {
    "no-slope": step_no_slope,
    "slope-not-squared": with_slope(lambda h, h_prev: 1 - h),
    "slope-plus": with_slope(lambda h, h_prev: 1 + h * h),
    "slope-with-a-root": with_slope(lambda h, h_prev: np.sqrt((1 - h) * (1 + h))),
    "tanh-again": with_slope(lambda h, h_prev: 1 / np.cosh(h) ** 2),
    "sigmoid-slope": with_slope(lambda h, h_prev: h - h * h),
    "recurrent-not-transposed": lambda dh, x, hp, h, W_x, W_h: step_numpy(dh, x, hp, h, W_x, W_h.T),
    "dx-without-slope": but(0, lambda dz, dh, x, p, W_x, W_h: dh @ W_x.T),
    "dh-prev-without-slope": but(1, lambda dz, dh, x, p, W_x, W_h: dh @ W_h.T),
    "dW-x-without-slope": but(2, lambda dz, dh, x, p, W_x, W_h: x.T @ dh),
    "dW-h-without-slope": but(3, lambda dz, dh, x, p, W_x, W_h: p.T @ dh),
    "db-without-slope": but(4, lambda dz, dh, x, p, W_x, W_h: dh.sum(0)),
    "bias-averaged": but(4, lambda dz, *_: tf.reduce_mean(dz, 0)),
    "bias-as-a-row": but(4, lambda dz, *_: np.sum(dz, 0, keepdims=True)),
    "bias-summed-over-units": but(4, lambda dz, *_: tf.reduce_sum(dz, 1)),
    "bias-as-one-number": but(4, lambda dz, *_: np.sum(dz)),
    "weights-per-sample": wrong_per_sample,
    "recurrent-weights-transposed": but(3, lambda dz, dh, x, p, W_x, W_h: dz.T @ p),
    "weights-first": lambda *given: [step_numpy(*given)[k] for k in (2, 3, 4, 0, 1)],
    "outputs-swapped": lambda *given: [step_einsum(*given)[k] for k in (1, 0, 2, 3, 4)],
    "weights-swapped": lambda *given: [step_keras(*given)[k] for k in (0, 1, 3, 2, 4)],
}
