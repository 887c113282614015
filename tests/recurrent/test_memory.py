"""The bytes that a tape keeps, against what its shapes say."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from course_utils.recurrent.memory import tensor_bytes


def test_a_new_tensor_counts_with_its_bytes_and_is_gone_when_it_is_deleted():
    before = tensor_bytes()
    kept = tf.zeros((10, 50), tf.float64)
    assert tensor_bytes() - before == 10 * 50 * 8
    del kept
    assert tensor_bytes() == before


def test_a_tape_keeps_every_state_until_it_is_gone():
    def kept(steps):
        weight = tf.constant(np.eye(20), tf.float32)
        before = tensor_bytes()
        with tf.GradientTape() as tape:
            tape.watch(weight)
            h = tf.ones((5, 20))
            for _ in range(steps):
                h = tf.tanh(h @ weight)
            return tensor_bytes() - before

    assert kept(20) - kept(10) >= 10 * 5 * 20 * 4
    assert kept(40) - kept(20) == 2 * (kept(20) - kept(10))


def test_without_a_tape_only_the_last_state_is_left():
    before = tensor_bytes()
    h = tf.ones((5, 20))
    for _ in range(30):
        h = tf.tanh(h)
    assert tensor_bytes() - before == 5 * 20 * 4
