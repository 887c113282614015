"""delay: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from collections import deque

import numpy as np
import tensorflow as tf
from keras import ops


def refuse(steps):
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, got {steps}")


def delay_filled(xs, steps=1):
    refuse(steps)
    out = np.zeros_like(xs)
    if steps < len(xs):
        out[steps:] = xs[: len(xs) - steps]
    return out


def delay_padded(xs, steps=1):
    refuse(steps)
    return np.concatenate([np.zeros((steps, *xs.shape[1:])), xs])[: len(xs)]


def delay_line(xs, steps=1):
    """As an engineer builds it: a line of cells, each hands its value on."""
    refuse(steps)
    line = deque([np.zeros(xs.shape[1:])] * steps)
    out = []
    for x in xs:
        line.append(x)
        out.append(line.popleft())
    return np.array(out)


def delay_list(xs, steps=1):
    refuse(steps)
    nothing = [0.0] * xs.shape[1] if xs.ndim > 1 else 0.0
    return [xs[t - steps].tolist() if t >= steps else nothing for t in range(len(xs))]


def delay_recursive(xs, steps=1):
    refuse(steps)
    if steps == 0:
        return np.array(xs)
    return delay_recursive(np.concatenate([0 * np.ones_like(xs[:1]), xs[:-1]]), steps - 1)


def delay_rolled(xs, steps=1):
    refuse(steps)
    out = np.roll(xs, steps, axis=0)
    out[:steps] = 0
    return out


def delay_tensorflow(xs, steps=1):
    refuse(steps)
    widths = [[steps, 0]] + [[0, 0]] * (xs.ndim - 1)
    return tf.pad(xs, widths)[: xs.shape[0]]


def delay_keras(xs, steps=1):
    refuse(steps)
    kept = xs[: max(len(xs) - steps, 0)]
    zeros = ops.zeros((min(steps, len(xs)), *xs.shape[1:]), dtype=str(xs.dtype))
    return ops.concatenate([zeros, kept], axis=0)


def delay_where(xs, steps=1):
    refuse(steps)
    t = np.arange(len(xs)) - steps
    there = (t >= 0).reshape(-1, *[1] * (xs.ndim - 1))
    return np.where(there, xs[np.maximum(t, 0)], 0)


def wrong_slice(xs, steps=1):
    refuse(steps)
    out = np.zeros(xs.shape)
    out[steps:] = xs[:-steps]  # for steps = 0 an error of shapes, for many steps as well
    return out


def wrong_pandas(xs, steps=1):
    refuse(steps)
    out = np.full(xs.shape, np.nan)
    out[steps:] = xs[: max(len(xs) - steps, 0)]
    return out


def wrong_negative_index(xs, steps=1):
    return np.array([xs[t - steps] for t in range(len(xs))])


RIGHT = {
    "filled": delay_filled,
    "padded": delay_padded,
    "delay line": delay_line,
    "lists": delay_list,
    "recursive": delay_recursive,
    "rolled and cleared": delay_rolled,
    "tensorflow": delay_tensorflow,
    "keras.ops": delay_keras,
    "where": delay_where,
}

WRONG = {
    "negative-index": wrong_negative_index,
    "wraps-round": lambda xs, steps=1: (
        refuse(steps) or tf.roll(xs, steps, axis=0)  # which accepts any number of steps
    ),
    "nan-before-the-start": wrong_pandas,
    "sequence-grows": lambda xs, steps=1: (
        refuse(steps) or np.pad(xs, [(steps, 0)] + [(0, 0)] * (xs.ndim - 1))
    ),
    "negative-accepted": lambda xs, steps=1: (
        np.roll(xs, steps) if steps < 0 else delay_list(xs, steps)
    ),
}
