"""A build-it-yourself answer that calls the ready layer earns nothing, however it gets at it."""

from __future__ import annotations

import importlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.checking import judge
from tests.bank.ch02_elman_cell import Base, register


def loaded(kind, x, h, W_x, W_h, b):
    layer = kind(h.shape[1], dtype=str(x.dtype))
    layer.build(x.shape if "Cell" in kind.__name__ else (len(x), 1, x.shape[1]))
    layer.set_weights([W_x, W_h, b])
    return layer


def by_cell(x, h, *weights):
    return loaded(keras.layers.SimpleRNNCell, x, h, *weights)(x, [h])[0]


def by_layer(x, h, *weights):
    return loaded(keras.layers.SimpleRNN, x, h, *weights)(
        x[:, None], initial_state=[tf.constant(h)]
    )


def by_other_name(x, h, *weights):
    kind = getattr(importlib.import_module("keras.layers"), "Simple" + "RNNCell")
    return loaded(kind, x, h, *weights).call(x, [tf.constant(h)])[0]


_call = keras.layers.SimpleRNNCell.call  # taken aside before the check


def by_stored_method(x, h, *weights):
    cell = loaded(keras.layers.SimpleRNNCell, x, h, *weights)
    return _call(cell, tf.constant(x), [tf.constant(h)])[0]


def by_graph(x, h, *weights):
    cell = loaded(keras.layers.SimpleRNNCell, x, h, *weights)
    return tf.function(lambda a, s: cell(a, [s])[0])(x, h)


@pytest.mark.parametrize("answer", [by_cell, by_layer, by_other_name, by_stored_method, by_graph])
def test_a_step_made_of_the_ready_layer_earns_nothing_and_is_told_its_name(answer):
    x, h, W_x, W_h, b = (np.ones(s, "float32") for s in ((2, 3), (2, 4), (3, 4), (4, 4), (4,)))
    assert np.allclose(answer(x, h, W_x, W_h, b), np.tanh(x @ W_x + h @ W_h + b))
    result = judge("elman_step", answer)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"
    assert "SimpleRNN" in result.findings[0].message
    assert any("SimpleRNN" in flag for flag in result.flags)


@register
class Inherits(keras.layers.SimpleRNNCell):
    @property
    def output_size_(self):
        return self.units


@register
class Contains(Base):
    def build(self, input_shape):
        self.inner = keras.layers.SimpleRNNCell(self.units, dtype=self.dtype_policy)
        self.inner.build(input_shape)
        self.kernel, self.recurrent_kernel = self.inner.kernel, self.inner.recurrent_kernel
        self.bias = self.inner.bias

    def call(self, inputs, states):
        return self.inner(inputs, states)


@pytest.mark.parametrize("answer", [Inherits, Contains])
def test_a_cell_made_of_the_ready_cell_earns_nothing(answer):
    result = judge("ElmanCell", answer)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"
    assert "keras.layers.SimpleRNNCell" in result.findings[0].message


def test_a_look_at_the_ready_layer_without_using_it_is_allowed():
    def curious(x, h, W_x, W_h, b):
        assert keras.layers.SimpleRNNCell(3) is not None  # built, never called
        return np.tanh(x @ W_x + h @ W_h + b)

    assert judge("elman_step", curious).passed


def test_the_checks_own_use_of_keras_rnn_is_not_held_against_the_student():
    from tests.bank.ch02_elman_cell import CellOps

    assert judge("ElmanCell", CellOps).flags == ()
