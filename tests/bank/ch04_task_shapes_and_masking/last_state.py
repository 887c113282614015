"""last_state: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def refused(hs, lengths):
    if np.min(lengths) < 1 or np.max(lengths) > hs.shape[1]:
        raise ValueError(f"lengths must lie in 1…{hs.shape[1]}, got {lengths}")


def by_index(hs, lengths):
    refused(hs, lengths)
    return hs[np.arange(hs.shape[0]), lengths - 1]


def by_loop(hs, lengths):
    refused(hs, lengths)
    return np.stack([hs[b, n - 1] for b, n in enumerate(lengths)])


def by_list(hs, lengths):
    refused(hs, lengths)
    return [list(row[int(n) - 1]) for row, n in zip(hs, lengths, strict=True)]


def by_take_along(hs, lengths):
    refused(hs, lengths)
    return np.take_along_axis(hs, (lengths - 1)[:, None, None], axis=1)[:, 0]


def by_gather(hs, lengths):
    refused(hs, lengths)
    return tf.gather(hs, lengths - 1, batch_dims=1)


def by_gather_nd(hs, lengths):
    refused(hs, lengths)
    return tf.gather_nd(hs, np.stack([np.arange(len(lengths)), lengths - 1], axis=1))


def by_keras(hs, lengths):
    refused(hs, lengths)
    index = ops.reshape(ops.cast(lengths, "int32") - 1, (-1, 1, 1))
    return ops.squeeze(ops.take_along_axis(hs, index, axis=1), axis=1)


def by_choice(hs, lengths):
    refused(hs, lengths)
    last = np.arange(hs.shape[1]) == lengths[:, None] - 1
    return np.where(last[..., None], hs, 0).sum(axis=1)


def by_mask(hs, lengths):
    refused(hs, lengths)
    return hs[np.arange(hs.shape[1]) == lengths[:, None] - 1]


def by_carrying(hs, lengths):
    """As Keras does it: the state is kept while nothing more counts."""
    refused(hs, lengths)
    state = hs[:, 0].copy()
    for t in range(hs.shape[1]):
        state = np.where((t < lengths)[:, None], hs[:, t], state)
    return state


def by_one_hot(hs, lengths):
    refused(hs, lengths)
    return np.einsum("btu,bt->bu", hs, np.eye(hs.shape[1])[lengths - 1])


RIGHT = {
    "index": by_index,
    "loop": by_loop,
    "list": by_list,
    "take_along_axis": by_take_along,
    "tf.gather": by_gather,
    "tf.gather_nd": by_gather_nd,
    "keras.ops": by_keras,
    "choice": by_choice,
    "mask": by_mask,
    "carrying": by_carrying,
}

WRONG = {
    "multiplied": by_one_hot,
    "last-of-the-padding": lambda hs, lengths: refused(hs, lengths) or hs[:, -1],
    "unchecked": lambda hs, lengths: np.array([row[n - 1] for row, n in zip(hs, lengths)]),
    "any-length": lambda hs, lengths: hs[np.arange(len(hs)), (lengths - 1) % hs.shape[1]],
    "any-length/no check": lambda hs, lengths: np.stack(
        [row[:n][-1:].sum(axis=0) for row, n in zip(hs, lengths, strict=True)]
    ),
    "every-row-with-every-length": lambda hs, lengths: (
        refused(hs, lengths) or tf.gather(hs, lengths - 1, axis=1)
    ),
}
