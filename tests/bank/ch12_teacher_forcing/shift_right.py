"""shift_right: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def shift_concatenate(targets, start):
    begin = np.tile(start, (targets.shape[0], 1, 1))
    return np.concatenate([begin, targets], axis=1)[:, : targets.shape[1]]


def shift_roll(targets, start):
    fed = np.roll(targets, 1, axis=1)
    fed[:, :1] = start
    return fed


def shift_pad(targets, start):
    T = targets.shape[1]
    fed = np.pad(targets, ((0, 0), (1, 0), (0, 0)))[:, :T]
    fed[:, 0:1, :] += start
    return fed


def shift_loop(targets, start):
    out = np.empty_like(targets)
    before = np.broadcast_to(start, targets.shape[::2])
    for t in range(targets.shape[1]):
        out[:, t] = before
        before = targets[:, t]
    return out


def shift_keras(targets, start):
    T = targets.shape[1]
    begin = ops.broadcast_to(start, (targets.shape[0], 1, targets.shape[2]))
    return ops.concatenate([begin, ops.convert_to_tensor(targets)], axis=1)[:, :T]


@tf.function
def shift_graph(targets, start):
    begin = tf.broadcast_to(start, [tf.shape(targets)[0], 1, targets.shape[2]])
    return tf.concat([begin, targets], 1)[:, : tf.shape(targets)[1]]


def _start_zero(targets, start):
    fed = np.zeros_like(targets)
    fed[:, 1:] = targets[:, :-1]
    return fed


def _start_once(targets, start):
    fed = _start_zero(targets, start)
    fed[:1, :1] = start
    return fed


def _left(targets, start):
    fed = np.roll(targets, -1, axis=1)
    fed[:, -1:] = start
    return fed


def shift_lists(targets, start):
    return [[list(start)] * (len(row) > 0) + [list(x) for x in row[:-1]] for row in targets]


def _written_over(targets, start):
    fed = np.array(targets)
    fed[:, :1] = start
    return fed


RIGHT = {
    "concatenate": shift_concatenate,
    "roll": shift_roll,
    "pad": shift_pad,
    "loop": shift_loop,
    "keras.ops": shift_keras,
    "tf.function": shift_graph,
    "lists": shift_lists,
}

WRONG = {
    "shifted-left": _left,
    "start-written-over": _written_over,
    "wraps-round": lambda targets, start: np.roll(targets, 1, 1),
    "start-in-one-sequence": _start_once,
    "shifted-twice": lambda targets, start: shift_roll(shift_roll(targets, start), start),
}
