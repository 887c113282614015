"""numerical_gradient: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def gradient_copies(f, w, eps=1e-6):
    g = np.zeros_like(w)
    for index in np.ndindex(*w.shape):
        plus, minus = w.copy(), w.copy()
        plus[index] += eps
        minus[index] -= eps
        g[index] = (f(plus) - f(minus)) / (2 * eps)
    return g


def gradient_in_place(f, w, eps=1e-6):
    g = np.empty(w.shape)
    it = np.nditer(w, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = w[i].item()
        w[i] = old + eps
        above = f(w)
        w[i] = old - eps
        below = f(w)
        w[i] = old
        g[i] = (above - below) / (2.0 * eps)
        it.iternext()
    return g


def gradient_flat(f, w, eps=1e-6):
    w = np.ascontiguousarray(w).copy() if w.ndim else w.copy()
    slopes = []
    for i in range(w.size):
        keep = w.flat[i]
        w.flat[i] = keep + eps
        up = f(w)
        w.flat[i] = keep - eps
        down = f(w)
        w.flat[i] = keep
        slopes.append((up - down) / eps / 2)
    return np.array(slopes).reshape(w.shape)


def gradient_directions(f, w, eps=1e-6):
    basis = np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([(f(w + eps * e) - f(w - eps * e)) / (2 * eps) for e in basis]).reshape(w.shape)


def gradient_tensorflow(f, w, eps=1e-6):
    w = tf.constant(w)
    flat = tf.reshape(w, [-1])
    slopes = []
    for i in range(int(tf.size(w))):
        step = eps * tf.one_hot(i, len(flat), dtype=w.dtype)
        up = f(tf.reshape(flat + step, w.shape))
        down = f(tf.reshape(flat - step, w.shape))
        slopes.append((up - down) / (2 * eps))
    return tf.reshape(tf.constant(slopes, dtype=w.dtype), w.shape)


def gradient_keras(f, w, eps=1e-6):
    units = np.eye(w.size)
    middle = ops.reshape(ops.convert_to_tensor(w), (-1,))
    both = [
        [f(ops.convert_to_numpy(ops.reshape(middle + s * eps * e, w.shape))) for s in (1, -1)]
        for e in units
    ]
    return ops.reshape(
        ops.convert_to_tensor(np.array([(a - b) / (2 * eps) for a, b in both])), w.shape
    )


def along(slope):
    """Each number of w by a rule of one's own: a function of (f above, f below, eps)."""

    def answer(f, w, eps=1e-6):
        basis = np.eye(w.size).reshape(w.size, *w.shape)
        each = [slope(f(w + eps * e), f(w - eps * e), eps) for e in basis]
        return np.reshape(each, w.shape)

    return answer


def wrong_second_name(f, w, eps=1e-6):
    g = np.zeros_like(w)
    for i in np.ndindex(*w.shape):
        plus = minus = w
        plus[i] += eps
        minus[i] -= eps
        g[i] = (f(plus) - f(minus)) / (2 * eps)
    return g


RIGHT = {
    "copies": gradient_copies,
    "in place": gradient_in_place,
    "flat": gradient_flat,
    "directions": gradient_directions,
    "tensorflow": gradient_tensorflow,
    "keras.ops": gradient_keras,
}

WRONG = {
    "all-at-once": lambda f, w, eps=1e-6: np.ones_like(w) * (f(w + eps) - f(w - eps)) / (2 * eps),
    "same-array": wrong_second_name,
    "not-divided": along(lambda above, below, eps: above - below),
    "multiplied-by-eps": along(lambda above, below, eps: (above - below) / 2 * eps),
    "half-the-distance": along(lambda above, below, eps: (above - below) / eps),
    "eps-ignored": lambda f, w, eps=1e-6: gradient_tensorflow(f, w),
}
