"""gru_step: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def logistic(z):
    return 1 / (1 + np.exp(-z))


def step_numpy(x, h, W, U, b, reset_after):
    n = h.shape[1]
    if reset_after:
        a = x @ W + b[0]
        s = h @ U + b[1]
        z = logistic(a[:, :n] + s[:, :n])
        r = logistic(a[:, n : 2 * n] + s[:, n : 2 * n])
        g = np.tanh(a[:, 2 * n :] + r * s[:, 2 * n :])
    else:
        a = x @ W + b
        z = logistic(a[:, :n] + h @ U[:, :n])
        r = logistic(a[:, n : 2 * n] + h @ U[:, n : 2 * n])
        g = np.tanh(a[:, 2 * n :] + (r * h) @ U[:, 2 * n :])
    return g + z * (h - g)


def step_loops(x, h, W, U, b, reset_after):
    B, n = h.shape
    out = np.empty((B, n))

    def total(vector, matrix, column):
        return sum(float(v) * float(matrix[k, column]) for k, v in enumerate(vector))

    for i in range(B):
        reset = []
        for u in range(n):
            bias = float(b[0, n + u]) + float(b[1, n + u]) if reset_after else float(b[n + u])
            s = total(x[i], W, n + u) + total(h[i], U, n + u) + bias
            reset.append(0.5 * (1 + math.tanh(s / 2)))
        for u in range(n):
            bias = float(b[0, u]) + float(b[1, u]) if reset_after else float(b[u])
            z = 0.5 * (1 + math.tanh((total(x[i], W, u) + total(h[i], U, u) + bias) / 2))
            column = 2 * n + u
            if reset_after:
                past = reset[u] * (total(h[i], U, column) + float(b[1, column]))
                s = total(x[i], W, column) + float(b[0, column]) + past
            else:
                past = total([r * float(v) for r, v in zip(reset, h[i])], U, column)
                s = total(x[i], W, column) + float(b[column]) + past
            out[i, u] = z * float(h[i, u]) + (1 - z) * math.tanh(s)
    return out


def step_einsum(x, h, W, U, b, reset_after):
    n = h.shape[1]
    Wt, Ut = W.reshape(-1, 3, n), U.reshape(n, 3, n)
    of_x = np.einsum("bf,fgu->gbu", x, Wt)
    of_h = np.einsum("bv,vgu->gbu", h, Ut)
    bias = b.reshape(-1, 3, 1, n)
    both = of_x[:2] + of_h[:2] + bias.sum(0)[:2]
    z, r = np.where(both >= 0, 1, np.exp(-np.abs(both))) / (1 + np.exp(-np.abs(both)))
    if reset_after:
        new = np.tanh(of_x[2] + bias[0, 2] + r * (of_h[2] + bias[1, 2]))
    else:
        new = np.tanh(of_x[2] + bias[0, 2] + np.einsum("bv,bv,vu->bu", r, h, Ut[:, 2]))
    return (1 - z) * new + z * h


def step_keras_ops(x, h, W, U, b, reset_after):
    xz, xr, xh = ops.split(ops.matmul(x, W), 3, axis=-1)
    Uz, Ur, Uh = ops.split(U, 3, axis=1)
    if reset_after:
        bz, br, bh = ops.split(b, 3, axis=1)
        z = ops.sigmoid(xz + ops.matmul(h, Uz) + bz[0] + bz[1])
        r = ops.sigmoid(xr + ops.matmul(h, Ur) + br[0] + br[1])
        new = ops.tanh(xh + bh[0] + r * (ops.matmul(h, Uh) + bh[1]))
    else:
        bz, br, bh = ops.split(b, 3)
        z = ops.sigmoid(xz + ops.matmul(h, Uz) + bz)
        r = ops.sigmoid(xr + ops.matmul(h, Ur) + br)
        new = ops.tanh(xh + bh + ops.matmul(r * h, Uh))
    return z * h + (1 - z) * new


def step_tensorflow(x, h, W, U, b, reset_after):
    W_z, W_r, W_h = tf.split(W, 3, axis=1)
    U_z, U_r, U_h = tf.split(U, 3, axis=1)
    first, second = (b[0], b[1]) if reset_after else (b, tf.zeros_like(b))
    p, q = tf.split(first, 3), tf.split(second, 3)
    z = tf.sigmoid(x @ W_z + p[0] + tf.matmul(h, U_z) + q[0])
    r = tf.sigmoid(x @ W_r + p[1] + tf.matmul(h, U_r) + q[1])
    inner = r * (h @ U_h + q[2]) if reset_after else (r * h) @ U_h
    return z * h + (1 - z) * tf.tanh(x @ W_h + p[2] + inner)


@tf.function
def step_graph(x, h, W, U, b, reset_after):
    return step_tensorflow(x, h, W, U, tf.convert_to_tensor(b), reset_after)


def step_lists(x, h, W, U, b, reset_after):
    n = len(U)
    names = {"z": 0, "r": n, "h": 2 * n}
    cols = {name: np.arange(k, k + n) for name, k in names.items()}
    rows = np.atleast_2d(b)
    pre = {
        name: x.dot(W[:, c]) + h.dot(U[:, c]) + rows[:, c].sum(axis=0) for name, c in cols.items()
    }
    z, r = logistic(pre["z"]), logistic(pre["r"])
    c = cols["h"]
    if reset_after:
        inner = r * (h.dot(U[:, c]) + rows[1, c])
    else:
        inner = np.dot(np.multiply(r, h), U[:, c])
    return np.add(
        np.multiply(z, h), np.multiply(1 - z, np.tanh(x.dot(W[:, c]) + rows[0, c] + inner))
    )


def step_dense(x, h, W, U, b, reset_after):
    """One Dense layer for each side."""
    n = h.shape[1]
    of_x = keras.layers.Dense(3 * n, dtype=str(x.dtype))
    of_x.build(x.shape)
    of_x.set_weights([W, b[0] if reset_after else b])
    gates = ops.matmul(h, U) + (b[1] if reset_after else 0)
    a = of_x(x)
    z = keras.activations.sigmoid(a[:, :n] + gates[:, :n])
    r = keras.activations.sigmoid(a[:, n : 2 * n] + gates[:, n : 2 * n])
    past = r * gates[:, 2 * n :] if reset_after else ops.matmul(r * h, U[:, 2 * n :])
    return z * h + (1 - z) * keras.activations.tanh(a[:, 2 * n :] + past)


def step_with(gate):
    """A step in keras.ops with another function for its gates."""

    def step(x, h, W, U, b, reset_after):
        n = h.shape[1]
        a = ops.matmul(x, W) + (b[0] if reset_after else b)
        s = ops.matmul(h, U) + (b[1] if reset_after else 0)
        opened = gate(a[:, : 2 * n] + s[:, : 2 * n])
        z, r = opened[:, :n], opened[:, n:]
        past = r * s[:, 2 * n :] if reset_after else ops.matmul(r * h, U[:, 2 * n :])
        return z * h + (1 - z) * ops.tanh(a[:, 2 * n :] + past)

    return step


def gates_exchanged(x, h, W, U, b, reset_after):
    """The columns of z and r change places before a right step reads them."""

    def moved(array):
        z, r, new = np.split(array, 3, axis=-1)
        return np.concatenate([r, z, new], axis=-1)

    return step_numpy(x, h, moved(W), moved(U), moved(b), reset_after)


def blocks_transposed(x, h, W, U, b, reset_after):
    n = len(U)
    U = U.reshape(n, 3, n).transpose(2, 1, 0).reshape(n, 3 * n)
    return step_einsum(x, h, W, U, b, reset_after)


def step_of(mixed, inverted=False):
    """A step whose last line, and the sense of whose reset gate, can be chosen."""

    def answer(x, h, W, U, b, reset_after):
        n = h.shape[1]
        first, second = b if reset_after else (b, 0 * b)
        of_x, of_h = x @ W + first, h @ U + second
        z, r = (
            1 / (1 + np.exp(-np.clip((of_x + of_h)[:, k * n : k * n + n], -500, 500)))
            for k in (0, 1)
        )
        opened = 1 - r if inverted else r
        if reset_after:
            new = np.tanh(of_x[:, 2 * n :] + opened * of_h[:, 2 * n :])
        else:
            new = np.tanh(of_x[:, 2 * n :] + (opened * h) @ U[:, 2 * n :])
        return mixed(z, r, h, new)

    return answer


RIGHT = {
    "numpy": step_numpy,
    "loops": step_loops,
    "einsum": step_einsum,
    "keras.ops": step_keras_ops,
    "tensorflow": step_tensorflow,
    "tf.function": step_graph,
    "lists of columns": step_lists,
    "dense": step_dense,
}


def flag_inverted(x, h, W, U, b, reset_after):
    first, second = b if reset_after else (b, 0 * b)
    n = h.shape[1]
    of_x, of_h = x @ W + first, h @ U
    gates = 1 / (1 + np.exp(-np.clip((of_x + of_h + second)[:, : 2 * n], -500, 500)))
    z, r = gates[:, :n], gates[:, n:]
    of_h = (r * h) @ U[:, 2 * n :] + second[2 * n :] if reset_after else r * of_h[:, 2 * n :]
    return z * h + (1 - z) * np.tanh(of_x[:, 2 * n :] + of_h)


WRONG = {
    "flag-inverted": flag_inverted,
    "order-r-z-h": gates_exchanged,
    "no-second-bias": lambda x, h, W, U, b, after: step_numpy(
        x, h, W, U, np.stack([b[0], 0 * b[1]]) if after else b, after
    ),
    "no-bias": lambda x, h, W, U, b, after: step_tensorflow(x, h, W, U, 0 * b, after),
    "bias-rows-swapped": lambda x, h, W, U, b, after: step_keras_ops(
        x, h, W, U, b[::-1] if after else b, after
    ),
    "gates-tanh": step_with(ops.tanh),
    "hard-sigmoid": step_with(lambda total: ops.clip(0.2 * total + 0.5, 0, 1)),
    "keras-hard-sigmoid": step_with(ops.hard_sigmoid),
    "recurrent-transposed": blocks_transposed,
    "reset-inverted": step_of(lambda z, r, h, new: z * h + (1 - z) * new, inverted=True),
    "z-twice": step_of(lambda z, r, h, new: z * h + z * new),
}
