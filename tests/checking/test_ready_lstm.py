"""The ready LSTM, under each name it goes by: it earns nothing, and its public name is told."""

from __future__ import annotations

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.checking import judge
from course_utils.checking.detect_ready_operations import _raw_op
from tests.bank.ch09_lstm.lstm_cell import Base, register
from tests.bank.ch09_lstm.lstm_gates import gates_numpy


def by_layer(x, h, c, W, U, b):
    layer = keras.layers.LSTM(h.shape[1], return_state=True, dtype=str(x.dtype))
    layer.build((None, 1, x.shape[1]))
    layer.set_weights([W, U, b])
    return layer(x[:, None], initial_state=[tf.constant(h), tf.constant(c)])[1:]


def by_cell(x, h, c, W, U, b):
    cell = keras.layers.LSTMCell(h.shape[1], dtype=str(x.dtype))
    cell.build(x.shape)
    cell.set_weights([W, U, b])
    return cell(x, [h, c])[1]


def by_block_cell(x, h, c, W, U, b):
    none = tf.zeros(h.shape[1], x.dtype)  # peepholes
    found = tf.raw_ops.LSTMBlockCell(
        x=x,
        cs_prev=c,
        h_prev=h,
        w=tf.concat([W, U], 0),
        wci=none,
        wcf=none,
        wco=none,
        b=b,
        forget_bias=0.0,
    )
    return found.h, found.cs


def by_block(x, h, c, W, U, b):
    none = tf.zeros(h.shape[1], x.dtype)
    found = tf.raw_ops.BlockLSTMV2(
        seq_len_max=tf.constant(1, tf.int64),
        x=x[None],
        cs_prev=c,
        h_prev=h,
        w=tf.concat([W, U], 0),
        wci=none,
        wcf=none,
        wco=none,
        b=b,
    )
    return found.h[0], found.cs[0]


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (by_layer, "keras.layers.LSTM"),
        (by_cell, "keras.layers.LSTMCell"),
        (by_block_cell, "tf.raw_ops.LSTMBlockCell"),
        (by_block, "tf.raw_ops.BlockLSTMV2"),
    ],
)
def test_a_step_made_of_the_ready_lstm_earns_nothing_and_is_told_its_name(answer, name):
    result = judge("lstm_step", answer)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"
    assert f"ready:{name}" in result.flags
    assert name in result.findings[0].message
    assert not any("tensorflow.python" in flag or "keras.src" in flag for flag in result.flags)


@register
class Inherited(keras.layers.LSTMCell):
    pass


@register
class Wrapped(Base):
    def build(self, input_shape):
        self.ready = keras.layers.LSTMCell(self.units, dtype=self.dtype_policy)
        self.ready.build(input_shape)
        self.kernel, self.bias = self.ready.kernel, self.ready.bias
        self.recurrent_kernel = self.ready.recurrent_kernel

    def call(self, inputs, states):
        return self.ready(inputs, states)


@pytest.mark.parametrize("answer", [Inherited, Wrapped])
def test_a_cell_made_of_the_ready_cell_earns_nothing(answer):
    result = judge("LSTMCell", answer)
    assert result.points == 0
    assert result.flags == ("ready:keras.layers.LSTMCell",)


def test_gates_beside_a_ready_layer_that_is_never_called_are_allowed():
    def answer(x, h, W, U, b):
        keras.layers.LSTM(3)
        return gates_numpy(x, h, W, U, b)

    assert judge("lstm_gates", answer).passed


def test_what_is_wrong_with_the_gradient_alone_is_not_laid_on_the_first_bias():
    @register
    class Cut(Base):
        def new_states(self, x, h, c):
            return super().new_states(x, keras.ops.stop_gradient(h), c)

    findings = judge("LSTMCell", Cut).findings
    assert findings[0].mistake is None
    assert "gradient" in findings[0].message


@pytest.mark.parametrize("module", ["gen_rnn_ops", "gen_cudnn_rnn_ops"])
def test_every_generated_function_has_its_public_name(module):
    from importlib import import_module

    generated = import_module(f"tensorflow.python.ops.{module}")
    found = [
        name
        for name, value in vars(generated).items()
        if inspect.isfunction(value) and not name.startswith("_") and "lstm" in name.lower()
    ]
    assert all(hasattr(tf.raw_ops, _raw_op(name)) for name in found if name.islower())
    assert np.all([_raw_op(name).isidentifier() for name in found])
