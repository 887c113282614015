"""Cells whose class is wrong, not their equation: what the check says is true for the code."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.checking import judge
from tests.bank.ch02_elman_cell.elman_cell import Base, register


@register
class OfVariables(Base):
    def build(self, input_shape):
        self.kernel = tf.Variable(tf.random.normal((input_shape[-1], self.units)))
        self.recurrent_kernel = tf.Variable(tf.random.normal((self.units, self.units)))
        self.bias = tf.Variable(tf.zeros(self.units))


@register
class Frozen(Base):
    def build(self, input_shape):
        super().build(input_shape)
        self.recurrent_kernel.trainable = False


@register
class AllFrozen(Base):
    def __init__(self, units, **kwargs):
        super().__init__(units, **kwargs)
        self.trainable = False


@register
class Single(Base):
    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), dtype="float32", name="kernel"
        )
        self.recurrent_kernel = self.add_weight(shape=(self.units,) * 2, name="recurrent_kernel")
        self.bias = self.add_weight(shape=(self.units,), name="bias")


@register
class ByNumPy(Base):
    def new_state(self, x, h):
        z = np.asarray(x) @ np.asarray(self.kernel) + np.asarray(h) @ np.asarray(
            self.recurrent_kernel
        )
        return np.tanh(z + np.asarray(self.bias))


@register
class NotSetUp(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        self.units = units


@pytest.mark.parametrize(
    ("answer", "says", "never"),
    [
        (OfVariables, "Keras does not know `kernel`", "made with Keras's own arguments"),
        (Frozen, "`recurrent_kernel` is frozen", "No gradient"),
        (AllFrozen, "`kernel` is frozen", "No gradient"),
        (Single, "`kernel` is float32 in a cell made with dtype", "Keras's own arguments"),
        (ByNumPy, "TensorFlow cannot see through", "depends on"),
        (NotSetUp, "never calls `super().__init__", "dtype None"),
    ],
)
def test_a_wrong_class_is_told_what_is_wrong_with_it(answer, says, never):
    result = judge("ElmanCell", answer)
    told = " ".join(f"{each.message} {each.evidence}" for each in result.findings)
    assert not result.passed
    assert says in told
    assert never not in told


@register
class WithoutBias(Base):
    def new_state(self, x, h):
        return keras.ops.tanh(
            keras.ops.matmul(x, self.kernel) + keras.ops.matmul(h, self.recurrent_kernel)
        )


def test_a_weight_that_is_not_used_is_named_and_no_numpy_is_suspected():
    result = judge("ElmanCell", WithoutBias)
    (finding,) = result.findings
    assert finding.mistake == "no-bias"
    assert "part of what is wrong" not in finding.message
    assert "NumPy" not in str(finding)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda step, h, xs: next(step(x, h) for x in xs), "after the first call of step"),
        (
            lambda step, h, xs: np.stack([h := step(x, h) for x in xs], 1),
            "after the last call of step",
        ),
    ],
)
def test_an_array_in_a_streams_place_is_told_as_one(answer, says):
    result = judge("stream", answer)
    assert says in result.findings[0].message
    assert "number of results" not in str(result)


def by_next(step, h, xs):
    while True:
        try:
            x = next(xs)
        except StopIteration:
            return
        h = step(x, h)
        yield h


def test_a_stream_that_needs_an_iterator_loses_the_edges():
    result = judge("stream", by_next)
    assert not result.passed
    assert "is not an iterator" in result.findings[0].message
    assert result.points == pytest.approx(0.8 * result.max_points)


def test_a_cell_that_is_right_but_for_float32_weights_loses_a_fifth() -> None:
    result = judge("ElmanCell", Single)
    assert result.points == pytest.approx(0.8 * result.max_points)
