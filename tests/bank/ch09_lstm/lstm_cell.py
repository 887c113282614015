"""LSTMCell: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from tests.bank.units_cells import wrong_classes

register = keras.saving.register_keras_serializable(package="tests_ch09")


class Base(keras.layers.Layer):
    """What the right cells share; each defines `new_states`."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = units
        self.state_size = [units, units]
        self.output_size = units

    def build(self, input_shape):
        units = self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], 4 * units), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(units, 4 * units), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(4 * units,), initializer=self.first_bias, name="bias")
        self.built = True

    starts = (0.0, 1.0, 0.0, 0.0)

    def first_bias(self, shape, dtype=None):
        return ops.cast(ops.repeat(ops.convert_to_tensor(self.starts), self.units), dtype)

    def blocks(self, x, h):
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        return ops.split(z, 4, axis=-1)

    def new_states(self, x, h, c):
        i, f, g, o = self.blocks(x, h)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        return ops.sigmoid(o) * ops.tanh(c), c

    def call(self, inputs, states):
        h, c = self.new_states(inputs, *states)
        return h, [h, c]


@register
class CellOps(Base):
    pass


@register
class CellTensorFlow(Base):
    def call(self, inputs, states):
        h, c = states
        z = tf.nn.bias_add(
            tf.matmul(inputs, self.kernel.value) + tf.matmul(h, self.recurrent_kernel.value),
            self.bias.value,
        )
        i, f, g, o = tf.split(z, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return h, (h, c)


@register
class CellConfig(Base):
    """Its own configuration, one einsum for all gates, the initializer of Keras's own kind."""

    def __init__(self, units, **kwargs):
        super().__init__(units, **kwargs)
        self.state_size = (units, units)

    def get_config(self):
        return {**super().get_config(), "units": self.units}

    def new_states(self, x, h, c):
        W = ops.reshape(self.kernel, (-1, 4, self.units))
        U = ops.reshape(self.recurrent_kernel, (-1, 4, self.units))
        z = ops.einsum("bf,fku->kbu", x, W) + ops.einsum("bv,vku->kbu", h, U)
        z = z + ops.reshape(self.bias, (4, 1, self.units))
        i, f, o = ops.sigmoid(z[0]), ops.sigmoid(z[1]), ops.sigmoid(z[3])
        c = f * c + i * ops.tanh(z[2])
        return o * ops.tanh(c), c


@register
class CellConcatenated(Base):
    def new_states(self, x, h, c):
        both = ops.concatenate([x, h], axis=-1)
        weights = ops.concatenate([self.kernel, self.recurrent_kernel], axis=0)
        i, f, g, o = ops.split(both @ weights + self.bias, 4, axis=-1)
        c = keras.activations.sigmoid(f) * c + keras.activations.sigmoid(i) * ops.tanh(g)
        return keras.activations.sigmoid(o) * ops.tanh(c), c


@register
class CellAssigned(Base):
    """The bias is built from zeros and then assigned."""

    def build(self, input_shape):
        self.starts = (0.0, 0.0, 0.0, 0.0)
        super().build(input_shape)
        start = np.zeros(4 * self.units)
        start[self.units : 2 * self.units] = 1
        self.bias.assign(start)


@register
class CellDense(keras.layers.Layer):
    """Two Dense sublayers, with the weights under the fixed names."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if int(units) <= 0:
            raise ValueError(f"`units` should be positive, got {units!r}")
        self.units, self.state_size, self.output_size = units, [units, units], units
        self.of_input = keras.layers.Dense(4 * units, dtype=self.dtype_policy)
        self.of_state = keras.layers.Dense(4 * units, use_bias=False, dtype=self.dtype_policy)

    def build(self, input_shape):
        self.of_input.build(input_shape)
        self.of_state.build((input_shape[0], self.units))
        self.bias.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))

    kernel = property(lambda self: self.of_input.kernel)
    bias = property(lambda self: self.of_input.bias)
    recurrent_kernel = property(lambda self: self.of_state.kernel)

    def call(self, inputs, states):
        i, f, g, o = ops.split(self.of_input(inputs) + self.of_state(states[0]), 4, axis=-1)
        c = ops.sigmoid(f) * states[1] + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


_made = []


def made(**parts):
    """A registered cell that differs from `Base` in these attributes."""
    wrong = register(type(f"Cell{len(_made)}", (Base,), parts))
    _made.append(wrong)
    return wrong


def as_answer(step):
    """The cell of an equation, for the known mistakes that are edits of it."""

    def call(self, inputs, states):
        return step(inputs, *states, self.kernel, self.recurrent_kernel, self.bias)

    return made(call=call)


def call_reversed(self, inputs, states):
    c, h = states
    h, c = self.new_states(inputs, h, c)
    return h, [c, h]


def call_returning_old_cell(self, inputs, states):
    states = list(states)
    h, _ = self.new_states(inputs, *states)
    states[0] = h
    return h, states


def adding_the_bias(self, x, h, c):
    i, f, g, o = self.blocks(x, h)
    c = ops.sigmoid(f + 1.0) * c + ops.sigmoid(i) * ops.tanh(g)
    return ops.sigmoid(o) * ops.tanh(c), c


def without_h(self, x, h, c):
    i, f, g, o = ops.split(ops.matmul(x, self.kernel) + self.bias, 4, axis=-1)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
    return ops.sigmoid(o) * ops.tanh(c), c


def float32_bias(self, shape, dtype=None):
    ones = ops.ones(self.units, dtype="float32")
    return ops.concatenate([0.0 * ones, ones, 0.0 * ones, 0.0 * ones])


RIGHT = {
    "keras.ops": CellOps,
    "tensorflow": CellTensorFlow,
    "einsum, own config": CellConfig,
    "concatenated": CellConcatenated,
    "bias assigned": CellAssigned,
    "dense sublayers": CellDense,
}

WRONG = {
    **wrong_classes(Base, register),
    "states-reversed": made(call=call_reversed),
    "old-cell-state-returned": made(call=call_returning_old_cell),
    "forget-bias-zero": made(starts=(0.0, 0.0, 0.0, 0.0)),
    "all-biases-one": made(starts=(1.0, 1.0, 1.0, 1.0)),
    "input-bias-one": made(starts=(1.0, 0.0, 0.0, 0.0)),
    "candidate-bias-one": made(starts=(0.0, 0.0, 1.0, 0.0)),
    "output-bias-one": made(starts=(0.0, 0.0, 0.0, 1.0)),
    "gates-biases-one": made(starts=(1.0, 1.0, 0.0, 1.0)),
    "forget-bias-in-call": made(starts=(0.0, 0.0, 0.0, 0.0), new_states=adding_the_bias),
    "no-recurrence": made(new_states=without_h),
    "start-in-float32": made(first_bias=float32_bias),
}
