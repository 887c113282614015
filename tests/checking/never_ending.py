"""Answers that never end, one for each way of not ending."""

from __future__ import annotations

import threading
import time

import keras
import numpy as np
import tensorflow as tf

__all__ = ["NEVER_ENDING", "over"]


def eager(*_):
    half = tf.constant(0.5, tf.float64)
    while True:
        half = tf.constant(0.5 + 0 * float(tf.math.betainc(half, half, half)), tf.float64)


@tf.function
def product(x):
    return tf.reduce_sum(tf.matmul(x, x))


def calls_a_function(*_):
    x = tf.ones((20, 20))
    while True:
        product(x)


def loop_in_a_graph(*_):
    @tf.function
    def endless(x):
        return tf.while_loop(lambda x: x < 2.0, lambda x: [0.5 * x], [x])

    return endless(tf.constant(1.0))


def keras_ops(*_):
    x = keras.ops.ones((3, 3))
    while True:
        x = keras.ops.add(keras.ops.matmul(x, np.eye(3, dtype="float32")), 0.0)


def numpy_loop(*_):
    x = np.ones(3)
    while True:
        x = np.linalg.norm(x) * x / 3


def pure_python(*_):
    while True:
        pass


def comprehension(*_):
    return [0 for _ in iter(int, 1)]


#: Filled once an answer that was left alone in its thread has been judged: it would take the
#: processor from all the tests that follow.
over: list[bool] = []


def deaf(*_):
    while not over:
        try:
            while not over:
                pass
        except:  # noqa: E722 - it means to
            pass


def deaf_with_tensors(*_):
    x = tf.ones((3, 3))
    while not over:
        try:
            x = tf.matmul(x, x)
            x = tf.convert_to_tensor((x / tf.reduce_max(x)).numpy())
        except BaseException:  # noqa: BLE001 - it means to
            pass


def sleeps(*_):
    time.sleep(1000)


def deaf_sleeper(*_):
    while not over:
        try:  # noqa: SIM105
            time.sleep(0.5)
        except BaseException:  # noqa: BLE001 - it means to
            pass


def waits(*_):
    threading.Event().wait()


def trains(*_):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.compile("sgd", "mse")
    network.fit(np.ones((64, 2)), np.ones((64, 1)), epochs=10**9, verbose=0)


NEVER_ENDING = (
    eager,
    calls_a_function,
    loop_in_a_graph,
    keras_ops,
    numpy_loop,
    pure_python,
    comprehension,
    deaf,
    deaf_with_tensors,
    sleeps,
    deaf_sleeper,
    waits,
    trains,
)
