"""readout: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def readout_loops(hs, W_y, b_y):
    B, T, U = hs.shape
    out = np.zeros((B, T, len(b_y)))
    for i in range(B):
        for t in range(T):
            for o in range(len(b_y)):
                out[i, t, o] = sum(float(hs[i, t, u]) * float(W_y[u, o]) for u in range(U)) + b_y[o]
    return out


def readout_flat(hs, W_y, b_y):
    B, T, U = hs.shape
    return (hs.reshape(B * T, U) @ W_y + b_y).reshape(B, T, -1)


def readout_lists(hs, W_y, b_y):
    units, outputs = W_y.shape
    return [
        [
            [sum(h[u] * W_y[u, o] for u in range(units)) + b_y[o] for o in range(outputs)]
            for h in row
        ]
        for row in hs
    ]


def readout_dense(hs, W_y, b_y):
    layer = keras.layers.Dense(len(b_y), dtype=str(hs.dtype))
    layer.build(hs.shape)
    layer.set_weights([W_y, b_y])
    return layer(hs)


RIGHT = {
    "matmul": lambda hs, W_y, b_y: hs @ W_y + b_y,
    "loops": readout_loops,
    "einsum": lambda hs, W_y, b_y: np.einsum("btu,uo->bto", hs, W_y) + b_y,
    "keras.ops": lambda hs, W_y, b_y: ops.add(ops.matmul(hs, W_y), b_y),
    "tensorflow": lambda hs, W_y, b_y: tf.tensordot(hs, W_y, axes=1) + b_y,
    "flat": readout_flat,
    "lists": readout_lists,
    "dense": readout_dense,
    "widened": lambda hs, W_y, b_y: hs.astype("float64") @ W_y + b_y,
}

WRONG = {
    "softmax": lambda hs, W_y, b_y: tf.nn.softmax(hs @ W_y + b_y),
    "time-and-batch-mixed": lambda hs, W_y, b_y: np.stack(
        [hs[:, t] @ W_y + b_y for t in range(hs.shape[1])]
    ).reshape(hs.shape[:2] + b_y.shape),
    "squeezed": lambda hs, W_y, b_y: (hs @ W_y + b_y)[..., 0] if len(b_y) == 1 else hs @ W_y + b_y,
    "bias-inside": lambda hs, W_y, b_y: sum(
        (hs[..., u, None] * W_y[u] + b_y for u in range(1, hs.shape[2])),
        hs[..., 0, None] * W_y[0] + b_y,
    ),
    "bias-subtracted": lambda hs, W_y, b_y: tf.matmul(hs, W_y[None]) - b_y,
}
