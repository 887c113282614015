"""encode_decode: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate

import numpy as np
import tensorflow as tf
from keras import ops


def refused(steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")


def by_lists(encode, decode, xs, h0, start, steps):
    refused(steps)
    h = h0
    for t in range(xs.shape[1]):
        h = encode(xs[:, t], h)
    y, ys = start, []
    while len(ys) < steps:
        y, h = decode(y, h)
        ys.append(y)
    return np.stack(ys, axis=1)


def by_array(encode, decode, xs, h0, start, steps):
    refused(steps)
    ys = np.empty((start.shape[0], steps, start.shape[1]), dtype=start.dtype)
    for x in np.moveaxis(xs, 1, 0):
        h0 = encode(x, h0)
    for k in range(steps):
        start, h0 = decode(start, h0)
        ys[:, k] = start
    return ys


def by_reduce(encode, decode, xs, h0, start, steps):
    refused(steps)
    read = reduce(lambda h, x: encode(x, h), xs.swapaxes(0, 1), h0)
    pairs = accumulate(range(steps), lambda pair, _: decode(*pair), initial=(start, read))
    return np.array([y for y, _ in pairs][1:]).transpose(1, 0, 2)


def by_recursion(encode, decode, xs, h0, start, steps):
    refused(steps)
    if xs.shape[1]:
        h = encode(xs[:, 0], h0)
        return by_recursion(encode, decode, xs[:, 1:], h, start, steps)
    y, h = decode(start, h0)
    if steps == 1:
        return y[:, None]
    rest = by_recursion(encode, decode, xs, h, y, steps - 1)
    return np.concatenate([y[:, None], rest], axis=1)


def by_tensors(encode, decode, xs, h0, start, steps):
    refused(steps)
    h, y = tf.constant(h0), tf.constant(start)
    for x in tf.unstack(tf.constant(xs), axis=1):
        h = encode(x, h)
    ys = tf.TensorArray(y.dtype, steps)
    for k in range(steps):
        y, h = decode(y, h)
        ys = ys.write(k, y)
    return tf.transpose(ys.stack(), [1, 0, 2])


def by_keras(encode, decode, xs, h0, start, steps):
    refused(steps)
    h = ops.convert_to_tensor(h0)
    for t in range(xs.shape[1]):
        h = encode(ops.convert_to_tensor(xs[:, t]), h)
    ys, y = [], ops.convert_to_tensor(start)
    for _ in range(steps):
        y, h = decode(y, h)
        ys.append(y)
    return ops.stack(ys, axis=1)


def by_scan(encode, decode, xs, h0, start, steps):
    refused(steps)
    states = tf.scan(lambda h, x: encode(x, h), tf.transpose(xs, [1, 0, 2]), initializer=h0)
    ys, _ = tf.scan(
        lambda pair, _: decode(*pair), tf.range(steps), initializer=(tf.constant(start), states[-1])
    )
    return tf.transpose(ys, [1, 0, 2])


def by_functions(encode, decode, xs, h0, start, steps):
    if steps <= 0:
        raise ValueError("steps")

    def read(h):
        for t in range(len(xs[0])):
            h = encode(xs[:, t, :], h)
        return h

    def write(y, h):
        for _ in range(steps):
            y, h = decode(y, h)
            yield y

    return np.concatenate([y[:, None, :] for y in write(start, read(h0))], axis=1)


def in_place(encode, decode, xs, h0, start, steps):
    refused(steps)
    h, y, ys = h0, start.copy(), []
    for t in range(xs.shape[1]):
        h = encode(xs[:, t], h)
    for _ in range(steps):
        y[...], h = decode(y.copy(), h)
        ys.append(y)
    return np.stack(ys, axis=1)


def in_one_loop(encode, decode, xs, h0, start, steps):
    refused(steps)
    h, y, ys = h0, start, []
    for t in range(steps):
        h = encode(xs[:, min(t, xs.shape[1] - 1)], h)
        y, h = decode(y, h)
        ys.append(y)
    return np.stack(ys, axis=1)


def unchecked(encode, decode, xs, h0, start, steps):
    return by_array(encode, decode, xs, h0, start, max(steps, 1))


RIGHT = {
    "lists": by_lists,
    "array": by_array,
    "reduce": by_reduce,
    "recursion": by_recursion,
    "tensorflow": by_tensors,
    "keras.ops": by_keras,
    "tf.scan": by_scan,
    "functions": by_functions,
}

WRONG = {
    "last-output-everywhere": in_place,
    "reads-while-it-writes": in_one_loop,
    "any-steps": unchecked,
    "start-ignored": lambda encode, decode, xs, h0, start, steps: by_lists(
        encode, decode, xs, h0, np.zeros_like(start), steps
    ),
}
