"""contributions: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops

from tests.bank.ch05_backprop_through_time.shared import (
    bptt_recursive,
    bptt_tensorflow,
    step_keras,
    step_no_slope,
    step_numpy,
    steps_back,
)


def uses_list(dhs, xs, hs, h0, W_x, W_h):
    parts, dh = [], np.zeros_like(h0)
    for t in reversed(range(hs.shape[1])):
        _, dh, _, dW_h, _ = step_numpy(
            dhs[:, t] + dh, xs[:, t], hs[:, t - 1] if t else h0, hs[:, t], W_x, W_h
        )
        parts.append(dW_h)
    return np.array(parts[::-1])


def uses_differences(dhs, xs, hs, h0, W_x, W_h):
    """The gradient of the steps from t on, minus that of the steps from t + 1 on."""
    T = hs.shape[1]
    states = np.concatenate([h0[:, None], hs], axis=1)
    tails = [
        bptt_recursive(dhs[:, t:], xs[:, t:], hs[:, t:], states[:, t], W_x, W_h)[3]
        for t in range(T + 1)
    ]
    return np.stack([tails[t] - tails[t + 1] for t in range(T)])


def uses_tensorflow(dhs, xs, hs, h0, W_x, W_h):
    result = tf.TensorArray(tf.float64, size=hs.shape[1])
    dh = tf.zeros_like(h0)
    for t in range(hs.shape[1] - 1, -1, -1):
        dz = (dh + dhs[:, t]) * (1 - tf.square(hs[:, t]))
        before = h0 if t == 0 else hs[:, t - 1]
        result = result.write(t, tf.matmul(before, dz, transpose_a=True))
        dh = tf.matmul(dz, W_h, transpose_b=True)
    return result.stack()


def uses_keras(dhs, xs, hs, h0, W_x, W_h):
    before = ops.concatenate([ops.expand_dims(h0, 1), hs[:, :-1]], axis=1)
    dh, dzs = ops.zeros_like(h0), []
    for t in reversed(range(hs.shape[1])):
        dzs.insert(0, ops.multiply(dh + dhs[:, t], 1 - ops.square(hs[:, t])))
        dh = ops.matmul(dzs[0], ops.transpose(W_h))
    return ops.einsum("btv,btu->tvu", before, ops.stack(dzs, axis=1))


def uses_loops(dhs, xs, hs, h0, W_x, W_h):
    B, T, U = hs.shape
    out = np.zeros((T, U, U))
    for b in range(B):
        dh = np.zeros(U)
        for t in range(T - 1, -1, -1):
            before = h0[b] if t == 0 else hs[b, t - 1]
            dz = [(dh[u] + dhs[b, t, u]) * (1 - hs[b, t, u] ** 2) for u in range(U)]
            for v in range(U):
                for u in range(U):
                    out[t, v, u] += before[v] * dz[u]
            dh = [sum(dz[u] * W_h[v, u] for u in range(U)) for v in range(U)]
    return out


def uses_from_inputs(dhs, xs, hs, h0, W_x, W_h):
    """One-step sweeps: the gradient that arrives is read off dh0 of the rest of the sequence."""
    terms = []
    for t in range(hs.shape[1]):
        start = hs[:, t]
        future = bptt_recursive(dhs[:, t + 1 :], xs[:, t + 1 :], hs[:, t + 1 :], start, W_x, W_h)[1]
        dz = (dhs[:, t] + future) * (1 - start**2)
        terms.append((hs[:, t - 1] if t else h0).T @ dz)
    return tf.stack(terms)


def wrong_each_loss(dhs, xs, hs, h0, W_x, W_h):
    parts = []
    for s in range(1, hs.shape[1] + 1):
        until = dhs[:, :s].copy()
        until[:, :-1] = 0
        parts.append(bptt_recursive(until, xs[:, :s], hs[:, :s], h0, W_x, W_h)[3])
    return np.array(parts)


def wrong_running(dhs, xs, hs, h0, W_x, W_h):
    out, total, dh = np.zeros((hs.shape[1], *W_h.shape)), np.zeros_like(W_h), 0
    for t in reversed(range(hs.shape[1])):
        dz = (dhs[:, t] + dh) * (1 - hs[:, t] ** 2)
        total = total + (hs[:, t - 1] if t else h0).T @ dz
        out[t] = total
        dh = dz @ W_h.T
    return out


def terms(**how):
    """The fourth gradient of each single step."""
    return lambda *given: np.stack([each[3] for each in steps_back(*given, **how)])


def wrong_last_only(dhs, xs, hs, h0, W_x, W_h):
    dh, out = dhs[:, -1], []
    for t in reversed(range(hs.shape[1])):
        _, dh, _, dW_h, _ = step_keras(dh, xs[:, t], hs[:, t - 1] if t else h0, hs[:, t], W_x, W_h)
        out.append(dW_h)
    return tf.stack(out[::-1])


def wrong_carry(dhs, xs, hs, h0, W_x, W_h):
    before = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)
    dh, parts = 0, []
    for t in reversed(range(hs.shape[1])):
        dh = dhs[:, t] + dh
        parts.insert(0, before[:, t].T @ (dh * (1 - hs[:, t] ** 2)))
        dh = dh @ W_h.T
    return np.stack(parts)


def wrong_per_sample(dhs, xs, hs, h0, W_x, W_h):
    each = [np.split(array, len(hs)) for array in (dhs, xs, hs, h0)]
    return [uses_list(*given, W_x, W_h) for given in zip(*each, strict=True)]


RIGHT = {
    "list": uses_list,
    "differences of tails": uses_differences,
    "tensorflow": uses_tensorflow,
    "keras.ops": uses_keras,
    "loops": uses_loops,
    "from the rest": uses_from_inputs,
}

WRONG = {
    "each-loss": wrong_each_loss,
    "own-loss-only": terms(add=lambda direct, future: direct),
    "last-loss-only": wrong_last_only,
    "running-sum": wrong_running,
    "carried-without-slope": wrong_carry,
    "per-sample": wrong_per_sample,
    "time-last": lambda *given: np.stack(uses_list(*given), axis=-1),
    "total-only": lambda *given: bptt_tensorflow(*given)[3],
    "no-slope": terms(step=step_no_slope),
}
