"""truncated_gradient: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def _tau_fits(xs, tau):
    if tau < 1 or tau > len(xs):
        raise ValueError(f"tau must be from 1 to {len(xs)}, got {tau}")


def gradient_backward(w, xs, tau):
    _tau_fits(xs, tau)
    h, before = 0.0, []
    for x in xs:
        before.append(h)
        h = w * h + x
    total, arriving = 0.0, 1.0
    for state in before[::-1][:tau]:
        total += arriving * state
        arriving *= w
    return total


def gradient_forward(w, xs, tau):
    """Forward mode: dh/dw starts at zero, tau steps before the end."""
    _tau_fits(xs, tau)
    h = dh = 0.0
    for t, x in enumerate(xs):
        dh = h + w * dh if t >= len(xs) - tau else 0.0
        h = w * h + x
    return dh


def gradient_vectorised(w, xs, tau):
    _tau_fits(xs, tau)
    T = len(xs)
    lag = np.arange(T)[:, None] - np.arange(T)
    hs = np.where(lag >= 0, float(w) ** np.maximum(lag, 0), 0.0) @ xs.astype("float64")
    before = np.concatenate([[0.0], hs[:-1]])[T - tau :]
    return np.polyval(before, w)


def gradient_tape(w, xs, tau):
    _tau_fits(xs, tau)
    w = tf.constant(w, dtype=tf.float64)
    h = tf.constant(0.0, dtype=tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(w)
        for t, x in enumerate(xs):
            if t == len(xs) - tau:
                h = tf.stop_gradient(h)
            h = w * h + float(x)
    gradient = tape.gradient(h, w)
    return 0.0 if gradient is None else gradient


def gradient_keras(w, xs, tau):
    _tau_fits(xs, tau)
    xs = ops.cast(xs, "float64")
    h, states = ops.zeros((), "float64"), []
    for t in range(xs.shape[0]):
        states.append(h)
        h = w * h + xs[t]
    powers = ops.power(
        ops.convert_to_tensor(w, "float64"), ops.arange(tau - 1, -1, -1, dtype="float64")
    )
    return ops.sum(powers * ops.stack(states[xs.shape[0] - tau :]))


def gradient_double_sum(w, xs, tau):
    _tau_fits(xs, tau)
    T = len(xs)
    return (
        sum(
            w ** (T - t) * w ** (t - 1 - s) * xs[s - 1]
            for t in range(T - tau + 1, T + 1)
            for s in range(1, t)
        )
        + 0.0
    )


def _hs(w, xs):
    hs = [0.0]
    for x in xs:
        hs.append(w * hs[-1] + x)
    return hs


def _after(w, xs, tau):
    _tau_fits(xs, tau)
    hs = _hs(w, xs)[1:]
    return sum(h * w**k for k, h in enumerate(reversed(hs)) if k < tau)


def _one_more_power(w, xs, tau):
    _tau_fits(xs, tau)
    total, arriving = 0.0, 1.0
    for h in _hs(w, xs)[:-1][::-1][:tau]:
        arriving = arriving * w
        total += arriving * h
    return total


def _every_step_cut(w, xs, tau):
    _tau_fits(xs, tau)
    return _hs(w, xs)[-2]


def _any_tau(w, xs, tau):
    T = len(xs)
    return gradient_backward(w, xs, tau) if 1 <= tau <= T else _hs(w, xs)[-1] * 0


RIGHT = {
    "backward": gradient_backward,
    "forward mode": gradient_forward,
    "vectorised": gradient_vectorised,
    "tape": gradient_tape,
    "keras.ops": gradient_keras,
    "double sum": gradient_double_sum,
}


def _inputs(w, xs, tau):
    _tau_fits(xs, tau)
    T = len(xs)
    return sum(w ** (T - t) * (xs[t - 2] if t > 1 else 0) for t in range(T - tau + 1, T + 1))


def _not_reversed(w, xs, tau):
    _tau_fits(xs, tau)
    before = np.array(_hs(w, xs)[:-1])[len(xs) - tau :]
    return np.sum(w ** np.arange(tau) * before)


def _chunks(w, xs, tau):
    _tau_fits(xs, tau)
    h = dh = 0.0
    for t, x in enumerate(xs):
        if t % tau == 0:
            dh = 0.0
        dh, h = h + w * dh, w * h + x
    return dh


WRONG = {
    "inputs-for-states": _inputs,
    "opposite-directions": _not_reversed,
    "cut-at-chunks": _chunks,
    "state-of-the-step": _after,
    "one-power-too-many": _one_more_power,
    "last-step-alone": _every_step_cut,
    "any-tau": _any_tau,
}
