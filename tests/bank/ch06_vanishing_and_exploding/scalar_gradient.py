"""scalar_gradient: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf
from keras import ops


def need_steps(steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")


def gradient_power(w, steps):
    need_steps(steps)
    return np.asarray(w, dtype="float64") ** steps


def gradient_loop(w, steps):
    if steps < 0:
        raise ValueError(f"steps = {steps} is negative")
    gradient = np.ones_like(w, dtype=float)
    for _ in range(steps):
        gradient = gradient * w
    return gradient


def gradient_cumprod(w, steps):
    need_steps(steps)
    w = np.asarray(w, dtype=np.result_type(w, np.float32) if np.ndim(w) else np.float64)
    return np.prod(np.broadcast_to(w, (steps, *w.shape)), axis=0)


def gradient_logarithms(w, steps):
    need_steps(steps)
    w = np.array(w, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.sign(w) ** steps * np.exp(steps * np.log(np.abs(w)))


def gradient_tensorflow(w, steps):
    need_steps(steps)
    return tf.pow(tf.cast(w, tf.float64), tf.constant(steps, tf.float64))


def gradient_keras(w, steps):
    need_steps(steps)
    return ops.power(ops.cast(w, "float64"), steps)


def gradient_tape(w, steps):
    need_steps(steps)
    w = tf.constant(w, tf.float64)
    h0 = tf.ones_like(w)
    with tf.GradientTape() as tape:
        tape.watch(h0)
        h = h0
        for _ in range(steps):
            h = w * h
    return tape.gradient(h, h0)


def gradient_number_by_number(w, steps):
    need_steps(steps)
    if np.ndim(w):
        return np.array([gradient_number_by_number(each, steps) for each in w])
    gradient = 1.0
    for _ in range(steps):
        gradient *= float(w)
    return gradient


def gradient_unchecked(w, steps):
    return np.power(np.float64(1.0) * w, float(steps))


def gradient_of_whole_numbers(w, steps):
    need_steps(steps)
    return np.power(w, steps)


def gradient_of_python(w, steps):
    need_steps(steps)
    return pow(w, steps)


def gradient_overflowing(w, steps):
    need_steps(steps)
    if isinstance(w, np.ndarray):
        return w.astype(float) ** steps
    return math.pow(w, steps)


def gradient_of_number(w, steps):
    need_steps(steps)
    w = np.float64(w)
    return 0.0 if w == 0 else w**steps


def checked(formula):
    def answer(w, steps):
        need_steps(steps)
        return formula(np.array(w, dtype=float), steps)

    return answer


RIGHT = {
    "power": gradient_power,
    "loop": gradient_loop,
    "product of copies": gradient_cumprod,
    "logarithms": gradient_logarithms,
    "TensorFlow": gradient_tensorflow,
    "keras.ops": gradient_keras,
    "a tape": gradient_tape,
    "number by number": gradient_number_by_number,
}

WRONG = {
    "one-factor-too-few": checked(lambda w, T: np.prod([w] * (T - 1), axis=0) if T > 1 else w**0),
    "factors-added": checked(lambda w, T: sum(w for _ in range(T))),
    "derivative-by-w": checked(lambda w, T: tf.constant(T * w ** (T - 1))),
    "sign-lost": checked(lambda w, T: np.sqrt(w * w) ** T),
    "overflow-raises": gradient_overflowing,
    "pythons-own-power": gradient_of_python,
    "whole-numbers-overflow": gradient_of_whole_numbers,
    "numbers-only": gradient_of_number,
    "steps-not-checked": gradient_unchecked,
}
