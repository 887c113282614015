"""Single steps back and whole sweeps, which several answers of chapter 5 are made of."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def step_numpy(dh, x, h_prev, h, W_x, W_h):
    dz = dh * (1 - h * h)
    return dz @ W_x.T, dz @ W_h.T, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)


def step_keras(dh, x, h_prev, h, W_x, W_h):
    dz = ops.multiply(dh, 1.0 - ops.square(h))
    return (
        ops.matmul(dz, ops.transpose(W_x)),
        ops.matmul(dz, ops.transpose(W_h)),
        ops.matmul(ops.transpose(x), dz),
        ops.matmul(ops.transpose(h_prev), dz),
        ops.sum(dz, axis=0),
    )


def step_no_slope(dh, x, h_prev, h, W_x, W_h):
    """A wrong step, in TensorFlow: it ignores the tanh."""
    return through(tf.constant(dh), x, h_prev, W_x, W_h)


def through(dz, x, h_prev, W_x, W_h):
    """From the gradient of the sum inside the tanh, a tensor, to all five."""
    return (
        dz @ W_x.T,
        dz @ W_h.T,
        tf.transpose(x) @ dz,
        tf.transpose(h_prev) @ dz,
        tf.reduce_sum(dz, axis=0),
    )


def steps_back(dhs, xs, hs, h0, W_x, W_h, *, step=step_numpy, add=lambda d, f: d + f):
    """Each step's five gradients, in the order of time."""
    states = np.concatenate([h0[:, None], hs], axis=1)
    future, found = 0 * h0, []
    for t in reversed(range(hs.shape[1])):
        dh = add(dhs[:, t], future)
        gradients = step(dh, xs[:, t], states[:, t], states[:, t + 1], W_x, W_h)
        found.insert(0, [np.asarray(each) for each in gradients])
        future = found[0][1]
    return found


def bptt_recursive(dhs, xs, hs, h0, W_x, W_h):
    if xs.shape[1] == 0:
        return xs, 0 * h0, 0 * W_x, 0 * W_h, 0 * W_h[0]
    # the loss of the rest as a function of h_1, then one step more
    dxs, dh1, dW_x, dW_h, db = bptt_recursive(dhs[:, 1:], xs[:, 1:], hs[:, 1:], hs[:, 0], W_x, W_h)
    dx, dh0, *first = step_numpy(dhs[:, 0] + dh1, xs[:, 0], h0, hs[:, 0], W_x, W_h)
    return (
        np.concatenate([dx[:, None], dxs], axis=1),
        dh0,
        dW_x + first[0],
        dW_h + first[1],
        db + first[2],
    )


def bptt_tensorflow(dhs, xs, hs, h0, W_x, W_h):
    slopes = tf.transpose(1 - tf.square(hs), [1, 0, 2])
    direct = tf.transpose(dhs, [1, 0, 2])

    def back(dz, now):
        d, slope = now
        return (d + tf.matmul(dz, W_h, transpose_b=True)) * slope

    dzs = tf.scan(back, (direct, slopes), initializer=tf.zeros_like(h0), reverse=True)
    starts = tf.concat([h0[:, None], hs[:, :-1]], axis=1)
    return (
        tf.einsum("tbu,fu->btf", dzs, W_x),
        tf.matmul(dzs[0], W_h, transpose_b=True),
        tf.einsum("btf,tbu->fu", xs, dzs),
        tf.einsum("btv,tbu->vu", starts, dzs),
        tf.reduce_sum(dzs, [0, 1]),
    )
