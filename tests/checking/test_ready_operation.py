"""A build-it-yourself answer that calls the ready layer earns nothing, however it gets at it."""

from __future__ import annotations

import importlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.checking import judge
from course_utils.checking.detect_ready_operations import public_name
from tests.bank.ch02_elman_cell.elman_cell import Base, register


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
    from tests.bank.ch02_elman_cell.elman_cell import CellOps

    assert judge("ElmanCell", CellOps).flags == ()


def clip_by_tensorflow(gradients, max_norm):
    return tf.clip_by_global_norm([tf.constant(g) for g in gradients], max_norm)


def clip_with_ready_norm(gradients, max_norm):
    norm = tf.linalg.global_norm([tf.constant(g) for g in gradients])
    return [g * min(1.0, max_norm / (float(norm) or 1.0)) for g in gradients], norm


def clip_one_long_vector(gradients, max_norm):
    flat = np.concatenate([np.ravel(g) for g in gradients])
    pieces = np.split(tf.clip_by_norm(flat, max_norm), np.cumsum([g.size for g in gradients])[:-1])
    clipped = [piece.reshape(g.shape) for piece, g in zip(pieces, gradients, strict=True)]
    return clipped, np.linalg.norm(flat)


def clip_by_optimizer(gradients, max_norm):
    weights = [keras.Variable(np.zeros_like(g), dtype=str(g.dtype)) for g in gradients]
    keras.optimizers.SGD(1.0, global_clipnorm=float(max_norm)).apply(
        [tf.constant(g) for g in gradients], weights
    )
    norm = np.sqrt(sum((g**2).sum() for g in gradients))
    return [-weight.numpy() for weight in weights], norm


def clip_by_private_helper(gradients, max_norm):
    helper = importlib.import_module("keras.src.optimizers.base_optimizer").clip_by_global_norm
    norm = np.sqrt(sum((g**2).sum() for g in gradients))
    return helper([tf.constant(g) for g in gradients], max_norm), norm


_ready_clip = tf.clip_by_global_norm  # taken aside before the check


def clip_by_graph(gradients, max_norm):
    return tf.function(lambda given: _ready_clip(given, max_norm))(list(gradients))


@pytest.mark.parametrize(
    "answer",
    [
        clip_by_tensorflow,
        clip_with_ready_norm,
        clip_one_long_vector,
        clip_by_optimizer,
        clip_by_private_helper,
        clip_by_graph,
    ],
)
def test_clipping_by_a_ready_operation_earns_nothing_and_is_told_its_name(answer):
    clipped, norm = answer([np.array([3.0, 0.0]), np.array([[4.0]])], 1.0)
    assert np.allclose(np.asarray(clipped[0]), [0.6, 0])
    assert np.allclose(norm, 5)
    result = judge("clip_by_global_norm", answer)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"
    assert "norm" in result.flags[0]


def test_the_norm_of_one_array_is_no_ready_clipping():
    def by_norms(gradients, max_norm):
        if max_norm <= 0:
            raise ValueError(f"max_norm is {max_norm}")
        norm = np.linalg.norm([float(tf.norm(g)) for g in gradients])
        factor = min(1.0, max_norm / norm) if norm else 1.0
        return [factor * g for g in gradients], norm

    result = judge("clip_by_global_norm", by_norms)
    assert result.flags == ()
    assert result.passed


def conv_by_ops(video, kernel):
    return keras.ops.conv(video[None, ..., None], kernel[..., None, None])[0, ..., 0]


def conv_by_layer(video, kernel):
    layer = keras.layers.Conv3D(1, kernel.shape, use_bias=False, dtype=str(video.dtype))
    layer.build((1, *video.shape, 1))
    layer.set_weights([kernel[..., None, None]])
    return layer(video[None, ..., None])[0, ..., 0]


def conv_by_tensorflow(video, kernel):
    filters = kernel[..., None, None]
    return tf.nn.conv3d(video[None, ..., None], filters, [1] * 5, "VALID")[0, ..., 0]


def conv_by_scipy(video, kernel):
    from scipy import signal

    return signal.correlate(video, kernel, "valid")


def conv_by_ndimage(video, kernel):
    from scipy import ndimage

    whole = ndimage.correlate(video, kernel, origin=[-(k // 2) for k in kernel.shape])
    return whole[tuple(slice(n - k + 1) for n, k in zip(video.shape, kernel.shape, strict=True))]


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (conv_by_ops, "keras.ops.conv"),
        (conv_by_layer, "keras.layers.Conv3D"),
        (conv_by_tensorflow, "tf.nn.conv3d"),
        (conv_by_scipy, "scipy.signal.correlate"),
        (conv_by_ndimage, "scipy.ndimage.correlate"),
    ],
)
def test_a_ready_convolution_earns_nothing_and_is_told_its_one_public_name(answer, name):
    result = judge("conv3d", answer)
    assert result.points == 0
    assert result.findings[0].kind == "ready-operation"
    assert result.flags == (f"ready:{name}",)


def test_a_clipping_is_called_by_the_name_that_a_student_wrote():
    optimizers = "/x/site-packages/keras/src/optimizers/base_optimizer.py"
    norms = "/x/site-packages/tensorflow/python/ops/clip_ops.py"
    assert public_name(None, optimizers, "clip_by_global_norm") == (
        "the clipping by norm of keras.optimizers"
    )
    assert public_name(None, norms, "global_norm") == "tf.linalg.global_norm"
    assert public_name(None, norms, "clip_by_norm") == "tf.clip_by_norm"
