"""A GRU that is made of a ready one earns nothing, and is told so by name."""

from __future__ import annotations

import sys
import types

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.checking import judge
from tests.bank.ch10_gru.gru_cell import Base, register
from tests.bank.ch10_gru.gru_step import step_numpy


def layer_of(kind, x, h, W, U, b, reset_after):
    layer = kind(h.shape[1], reset_after=reset_after, dtype=str(x.dtype))
    layer.build(x.shape if "Cell" in kind.__name__ else (len(x), 1, x.shape[1]))
    layer.set_weights([W, U, b])
    return layer


def by_cell(x, h, *weights):
    return layer_of(keras.layers.GRUCell, x, h, *weights)(x, [h])[0]


def by_layer(x, h, *weights):
    layer = layer_of(keras.layers.GRU, x, h, *weights)
    return layer(x[:, None], initial_state=[tf.constant(h)])


def by_loop(x, h, *weights):
    cell = layer_of(keras.layers.GRUCell, x, h, *weights)
    return keras.layers.RNN(cell, dtype=str(x.dtype))(x[:, None], initial_state=[tf.constant(h)])


def by_stored_method(x, h, *weights):
    cell = layer_of(keras.layers.GRUCell, x, h, *weights)
    return _call(cell, tf.constant(x), [tf.constant(h)])[0]


_call = keras.layers.GRUCell.call  # taken aside before the check


def by_graph(x, h, *weights):
    cell = layer_of(keras.layers.GRUCell, x, h, *weights)
    return tf.function(lambda a, s: cell(a, [s])[0])(x, h)


@pytest.mark.parametrize("answer", [by_cell, by_layer, by_loop, by_stored_method, by_graph])
def test_a_step_made_of_the_ready_gru_earns_nothing(answer):
    rng = np.random.default_rng(0)
    given = [rng.standard_normal(s).astype("float32") for s in ((2, 3), (2, 4), (3, 12), (4, 12))]
    given += [rng.standard_normal((2, 12)).astype("float32"), True]
    assert np.allclose(answer(*given), step_numpy(*given), atol=1e-5)
    result = judge("gru_step", answer)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"
    assert "keras.layers.GRU" in result.findings[0].message


def test_a_lower_operation_of_tensorflow_is_noticed_too():
    def by_block(x, h, W, U, b, reset_after):
        n = h.shape[1]
        b = b if b.ndim == 1 else b[0]
        weights = np.concatenate([W, U])
        tf.raw_ops.GRUBlockCell(
            x=tf.cast(x, tf.float32),
            h_prev=tf.cast(h, tf.float32),
            w_ru=tf.cast(weights[:, : 2 * n], tf.float32),
            w_c=tf.cast(weights[:, 2 * n :], tf.float32),
            b_ru=tf.cast(b[: 2 * n], tf.float32),
            b_c=tf.cast(b[2 * n :], tf.float32),
        )
        return step_numpy(x, h, W, U, np.zeros((2, 3 * n)), True)

    result = judge("gru_step", by_block)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"


def test_a_gru_of_pytorch_is_noticed(monkeypatch):
    """Without PyTorch installed: a module whose file stands where PyTorch's does."""
    code = compile("def forward(x):\n    return x\n", "/lib/torch/nn/modules/rnn.py", "exec")
    module = types.ModuleType("torch.nn.modules.rnn")
    exec(code, vars(module))
    monkeypatch.setitem(sys.modules, "torch.nn.modules.rnn", module)

    def by_torch(*given):
        module.forward(given[0])
        return step_numpy(*given)

    result = judge("gru_step", by_torch)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"


@register
class InheritsGRU(keras.layers.GRUCell):
    pass


@register
class ContainsGRU(Base):
    def build(self, input_shape):
        self.inner = keras.layers.GRUCell(
            self.units, reset_after=self.reset_after, dtype=self.dtype_policy
        )
        self.inner.build(input_shape)
        self.kernel, self.recurrent_kernel = self.inner.kernel, self.inner.recurrent_kernel
        self.bias = self.inner.bias

    def call(self, inputs, states):
        return self.inner(inputs, states)


@pytest.mark.parametrize("answer", [InheritsGRU, ContainsGRU])
def test_a_cell_made_of_the_ready_cell_earns_nothing(answer):
    result = judge("GRUCell", answer)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"
    assert "keras.layers.GRUCell" in result.findings[0].message


def test_counting_the_weights_of_keras_own_cells_is_allowed():
    def counted(kind, features, units):
        kinds = {"elman": "SimpleRNNCell", "lstm": "LSTMCell", "gru": "GRUCell"}
        if kind not in kinds or units < 1:
            raise ValueError(f"kind={kind!r}, units={units}")
        cell = getattr(keras.layers, kinds[kind])(units, recurrent_initializer="zeros")
        cell.build((None, features))
        return cell.count_params()

    assert judge("cell_parameters", counted).passed
