"""Counting what a gradient consists of."""

from __future__ import annotations

import keras
import tensorflow as tf

from course_utils.recurrent.classifier import SequenceClassifier
from course_utils.recurrent.graph_profile import profile


def graph_of(function, *shapes):
    specs = [tf.TensorSpec(shape, tf.float32) for shape in shapes]
    return tf.function(function, autograph=False).get_concrete_function(*specs).graph


def test_the_chain_is_the_longest_way_and_not_the_number_of_operations():
    found = profile(graph_of(lambda a: tf.tanh(tf.tanh(a)) + tf.exp(a), (4,)))
    assert (found.operations, found.chain) == (4, 3)


def test_the_arithmetic_of_a_product_is_two_for_each_multiply_add():
    assert profile(graph_of(tf.matmul, (5, 3), (3, 7))).arithmetic == 2 * 5 * 3 * 7


def test_a_longer_sequence_has_more_of_everything():
    def of(steps):
        network = SequenceClassifier(lambda: keras.layers.SimpleRNNCell(4), steps, 3, 2)
        return profile(network.gradient_graph())

    assert all(more > fewer for more, fewer in zip(of(6), of(3), strict=True))
