"""length_mask: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def refused(lengths, steps):
    if min(lengths) < 0 or max(lengths) > steps:
        raise ValueError(f"lengths must lie in 0…{steps}, got {lengths}")


def by_comparison(lengths, steps):
    refused(lengths, steps)
    return np.arange(steps)[None, :] < np.asarray(lengths)[:, None]


def by_loops(lengths, steps):
    mask = np.zeros((len(lengths), steps), dtype=bool)
    for b, length in enumerate(lengths):
        if length < 0 or length > steps:
            raise ValueError("lengths")
        mask[b, :length] = True
    return mask


def by_lists(lengths, steps):
    refused(lengths, steps)
    return [[t < int(length) for t in range(steps)] for length in lengths]


def by_tensorflow(lengths, steps):
    refused(lengths, steps)
    return tf.sequence_mask(lengths, steps)


def by_keras(lengths, steps):
    refused(lengths, steps)
    return ops.arange(steps) < ops.expand_dims(ops.cast(lengths, "int32"), 1)


def by_outer(lengths, steps):
    refused(lengths, steps)
    return np.greater.outer(lengths, np.arange(steps))


def by_broadcast(lengths, steps):
    refused(lengths, steps)
    t = np.tile(np.arange(steps), (len(lengths), 1))
    return np.where(t < lengths[:, np.newaxis], True, False)


RIGHT = {
    "comparison": by_comparison,
    "loops": by_loops,
    "lists": by_lists,
    "tensorflow": by_tensorflow,
    "keras.ops": by_keras,
    "outer": by_outer,
    "broadcast": by_broadcast,
}

WRONG = {
    "numbers": lambda lengths, steps: tf.cast(by_tensorflow(lengths, steps), tf.float32),
    "numbers/ints": lambda lengths, steps: by_comparison(lengths, steps).astype(int),
    "inverted": lambda lengths, steps: ~by_comparison(lengths, steps),
    "one-too-many": lambda lengths, steps: (
        refused(lengths, steps) or np.arange(steps) <= lengths[:, None]
    ),
    "as-wide-as-the-longest": lambda lengths, steps: (
        refused(lengths, steps) or tf.sequence_mask(lengths)
    ),
    "negative-accepted": lambda lengths, steps: np.arange(steps) < lengths[:, None],
    "negative-accepted/slices": lambda lengths, steps: np.array(
        [
            [True] * min(max(n, 0), steps) + [False] * (steps - min(max(n, 0), steps))
            for n in lengths
        ]
    ),
}
