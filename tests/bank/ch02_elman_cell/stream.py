"""stream: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import tensorflow as tf


def stream_generator(step, h, xs):
    for x in xs:
        h = step(x, h)
        yield h


class StreamClass:
    def __init__(self, step, h, xs):
        self.step, self.h, self.xs = step, h, iter(xs)

    def __iter__(self):
        return self

    def __next__(self):
        self.h = self.step(next(self.xs), self.h)
        return self.h


def stream_class(step, h, xs):
    return StreamClass(step, h, xs)


def stream_accumulate(step, h, xs):
    states = accumulate(xs, lambda state, x: step(x, state), initial=h)
    next(states)
    return states


def stream_map(step, h, xs):
    state = [h]

    def advance(x):
        state[0] = step(x, state[0])
        return state[0]

    return map(advance, xs)


def stream_tensorflow(step, h, xs):
    h = tf.constant(h)
    for x in xs:
        h = step(tf.constant(x), h)
        yield h


def stream_while(step, h, xs):
    source = iter(xs)
    while True:
        try:
            x = next(source)
        except StopIteration:
            return
        h = step(x, h)
        yield np.array(h)


def stream_unguarded(step, h, xs):
    source = iter(xs)
    while True:
        h = step(next(source), h)
        yield h


RIGHT = {
    "generator": stream_generator,
    "class": stream_class,
    "accumulate": stream_accumulate,
    "map": stream_map,
    "tensorflow": stream_tensorflow,
    "while": stream_while,
}

WRONG = {
    "all-at-once": lambda step, h, xs: list(stream_generator(step, h, xs)),
    "ends-in-an-error": stream_unguarded,
    "starts-at-zero": lambda step, h, xs: stream_generator(step, 0 * h, xs),
}
