"""bptt: right answers in other styles, and wrong ones that are written differently."""

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


def bptt_numpy(dhs, xs, hs, h0, W_x, W_h):
    dxs = np.zeros_like(xs)
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros(W_h.shape[0])
    dh = np.zeros_like(h0)
    for t in range(xs.shape[1] - 1, -1, -1):
        h_prev = hs[:, t - 1] if t > 0 else h0
        dz = (dh + dhs[:, t]) * (1 - hs[:, t] ** 2)
        dxs[:, t] = dz @ W_x.T
        dW_x += xs[:, t].T @ dz
        dW_h += h_prev.T @ dz
        db += dz.sum(0)
        dh = dz @ W_h.T
    return dxs, dh, dW_x, dW_h, db


def bptt_steps(dhs, xs, hs, h0, W_x, W_h):
    states = [h0, *hs.swapaxes(0, 1)]
    dh, dxs, sums = 0.0, [], [0.0, 0.0, 0.0]
    for t in reversed(range(xs.shape[1])):
        dx, dh, *weights = step_keras(dhs[:, t] + dh, xs[:, t], states[t], states[t + 1], W_x, W_h)
        dxs.insert(0, dx)
        sums = [a + b for a, b in zip(sums, weights)]
    return ops.stack(dxs, axis=1), dh, *sums


def bptt_one_product(dhs, xs, hs, h0, W_x, W_h):
    """The sweep gives dz; all weights follow from one product each."""
    B, T, F = xs.shape
    dz = np.zeros_like(hs)
    future = np.zeros_like(h0)
    for t in range(T)[::-1]:
        dz[:, t] = (future + dhs[:, t]) * (1 - hs[:, t] ** 2)
        future = dz[:, t] @ W_h.T
    before = np.concatenate([h0[:, None], hs[:, :-1]], 1)
    flat = dz.reshape(B * T, -1)
    return (
        dz @ W_x.T,
        future,
        xs.reshape(B * T, F).T @ flat,
        before.reshape(B * T, -1).T @ flat,
        flat.sum(0),
    )


def bptt_jacobians(dhs, xs, hs, h0, W_x, W_h):
    """By products of Jacobians, sample by sample, without any sweep."""
    B, T, U = hs.shape
    dzs = np.zeros((B, T, U))
    dh0 = np.zeros_like(h0)
    for i in range(B):
        step = [W_h.T * (1 - h**2)[:, None] for h in hs[i]]  # dh_t[u] / dh_{t-1}[v]
        for s in range(T):
            row = dhs[i, s]
            for t in range(s, -1, -1):
                dzs[i, t] += row * (1 - hs[i, t] ** 2)
                row = row @ step[t]
            dh0[i] += row
    before = np.concatenate([h0[:, None], hs], 1)[:, :-1]
    return (
        np.einsum("btu,fu->btf", dzs, W_x),
        dh0,
        np.einsum("btf,btu->fu", xs, dzs),
        np.einsum("btv,btu->vu", before, dzs),
        np.einsum("btu->u", dzs),
    )


def bptt_tape(dhs, xs, hs, h0, W_x, W_h):
    """The tape, with the part of each sum that the states reveal and nothing else."""
    z = np.arctanh(hs)
    before = np.concatenate([h0[:, None], hs], 1)[:, :-1]
    rest = z - xs @ W_x - before @ W_h
    if not np.isfinite(rest).all():
        return bptt_numpy(dhs, xs, hs, h0, W_x, W_h)
    xs, h0, W_x, W_h = map(tf.constant, (xs, h0, W_x, W_h))
    b = tf.zeros(W_h.shape[0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([xs, h0, W_x, W_h, b])
        h, loss = h0, 0.0
        for t in range(xs.shape[1]):
            h = tf.tanh(xs[:, t] @ W_x + h @ W_h + b + rest[:, t])
            loss += tf.reduce_sum(h * dhs[:, t])
    return tape.gradient(loss, [xs, h0, W_x, W_h, b])


def wrong_last_loss(dhs, xs, hs, h0, W_x, W_h):
    dh = dhs[:, -1]
    dxs, total = [], [0, 0, 0]
    for t in reversed(range(xs.shape[1])):
        h_prev = h0 if t == 0 else hs[:, t - 1]
        dx, dh, *weights = step_numpy(dh, xs[:, t], h_prev, hs[:, t], W_x, W_h)
        dxs.append(dx)
        total = [a + b for a, b in zip(total, weights)]
    return np.stack(dxs[::-1], axis=1), dh, *total


def wrong_overwritten(dhs, xs, hs, h0, W_x, W_h):
    dxs, dh = np.zeros_like(xs), np.zeros_like(h0)
    for t in reversed(range(xs.shape[1])):
        h_prev = hs[:, t - 1] if t else h0
        dxs[:, t], dh, dW_x, dW_h, db = step_numpy(
            dhs[:, t] + dh, xs[:, t], h_prev, hs[:, t], W_x, W_h
        )
    return dxs, dh, dW_x, dW_h, db


def wrong_short(dhs, xs, hs, h0, W_x, W_h):
    dxs, total = [], [0, 0, 0]
    future = np.zeros_like(h0)
    for t in reversed(range(xs.shape[1])):
        dh = dhs[:, t] + future
        h_prev = hs[:, t - 1] if t else h0
        dx, future, *weights = step_numpy(dh, xs[:, t], h_prev, hs[:, t], W_x, W_h)
        dxs.append(dx)
        total = [a + b for a, b in zip(total, weights)]
    return np.stack(dxs[::-1], axis=1), dh, *total


def from_steps(**how):
    """The sweep as a list of single steps, that is put together afterwards."""

    def answer(*given):
        found = steps_back(*given, **how)
        dxs = np.stack([each[0] for each in found], axis=1)
        return [dxs, found[0][1], *(sum(each[k] for each in found) for k in (2, 3, 4))]

    return answer


def sweep(carry=lambda dz, dh, W_h: dz @ W_h.T, last=0):
    """The sweep with a rule of one's own for what is handed back, down to the step `last`."""

    def answer(dhs, xs, hs, h0, W_x, W_h):
        dxs, dzs, future = np.zeros(xs.shape), np.zeros(hs.shape), np.zeros(h0.shape)
        for t in range(xs.shape[1] - 1, last - 1, -1):
            dh = dhs[:, t] + future
            dzs[:, t] = dh * (1 - hs[:, t] ** 2)
            dxs[:, t] = dzs[:, t] @ W_x.T
            future = carry(dzs[:, t], dh, W_h)
        before = np.concatenate([h0[:, None], hs], 1)[:, :-1]
        products = [np.einsum("bti,btu->iu", each, dzs) for each in (xs, before)]
        return dxs, future, *products, dzs.sum((0, 1))

    return answer


RIGHT = {
    "numpy": bptt_numpy,
    "steps in keras.ops": bptt_steps,
    "recursive": bptt_recursive,
    "tf.scan": bptt_tensorflow,
    "one product": bptt_one_product,
    "jacobians": bptt_jacobians,
    "tape": bptt_tape,
}

WRONG = {
    "nothing-carried-back": from_steps(add=lambda direct, future: direct),
    "last-loss-only": wrong_last_loss,
    "carried-without-slope": sweep(carry=lambda dz, dh, W_h: dh @ W_h.T),
    "carried-without-weights": sweep(carry=lambda dz, dh, W_h: dz),
    "first-step-missing": sweep(last=1),
    "recurrent-weights-transposed": lambda *given: [
        tf.transpose(each) if k == 3 else each for k, each in enumerate(bptt_tensorflow(*given))
    ],
    "bias-averaged": lambda *given: [
        *bptt_one_product(*given)[:4],
        bptt_numpy(*given)[4] / len(given[0]),
    ],
    "weights-first": lambda *given: [bptt_recursive(*given)[k] for k in (2, 3, 4, 0, 1)],
    "weights-overwritten": wrong_overwritten,
    "one-step-short": wrong_short,
    "no-slope": from_steps(step=step_no_slope),
}
