"""ElmanCell: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import ops

from tests.bank.units_cells import wrong_classes

register = keras.saving.register_keras_serializable(package="tests_ch02")


class Base(keras.layers.Layer):
    """What the right cells share; each defines `new_state`."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = units
        self.state_size = units
        self.output_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, self.units), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        self.built = True

    def new_state(self, x, h):
        return ops.tanh(
            ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        )

    def call(self, inputs, states):
        h = self.new_state(inputs, states[0])
        return h, [h]


@register
class CellOps(Base):
    pass


@register
class CellTensorFlow(Base):
    def call(self, inputs, states):
        (h,) = states
        z = tf.matmul(inputs, self.kernel.value) + tf.matmul(h, self.recurrent_kernel.value)
        h = tf.nn.tanh(tf.nn.bias_add(z, self.bias.value))
        return h, (h,)


@register
class CellConfig(Base):
    def get_config(self):
        return {**super().get_config(), "units": self.units}

    def new_state(self, x, h):
        z = ops.einsum("bf,fu->bu", x, self.kernel) + ops.einsum(
            "bv,vu->bu", h, self.recurrent_kernel
        )
        return keras.activations.tanh(z + self.bias)


@register
class CellConcatenated(Base):
    def new_state(self, x, h):
        both = ops.concatenate([x, h], axis=-1)
        weights = ops.concatenate([self.kernel, self.recurrent_kernel], axis=0)
        return ops.tanh(both @ weights + self.bias)


@register
class CellDense(keras.layers.Layer):
    """Two Dense sublayers, with the weights under the fixed names."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if int(units) <= 0:
            raise ValueError(f"`units` should be positive, got {units!r}")
        self.units, self.state_size, self.output_size = units, (units,), units
        self.of_input = keras.layers.Dense(units, dtype=self.dtype_policy)
        self.of_state = keras.layers.Dense(units, use_bias=False, dtype=self.dtype_policy)

    def build(self, input_shape):
        self.of_input.build(input_shape)
        self.of_state.build((input_shape[0], self.units))

    kernel = property(lambda self: self.of_input.kernel)
    bias = property(lambda self: self.of_input.bias)
    recurrent_kernel = property(lambda self: self.of_state.kernel)

    def call(self, inputs, states):
        h = ops.tanh(self.of_input(inputs) + self.of_state(states[0]))
        return h, [h]


@register
class CellPartlyEarly(Base):
    """Two weights are made before the input is known, and each under its variable."""

    def __init__(self, units, name=None, dtype=None, **kwargs):
        super().__init__(units, name=name, dtype=dtype, **kwargs)
        self.recurrent_kernel = self.add_weight(shape=(units, units), name="recurrent_kernel")
        self.bias = self.add_weight(shape=(units,), name="bias", initializer="zeros")

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")


RIGHT = {
    "keras.ops": CellOps,
    "tensorflow": CellTensorFlow,
    "einsum, own config": CellConfig,
    "concatenated": CellConcatenated,
    "dense sublayers": CellDense,
    "weights made early": CellPartlyEarly,
}

WRONG = wrong_classes(Base, register)


def as_answer(step):
    """The cell of an equation, for the known mistakes that are edits of it."""

    class Cell(Base):
        def call(self, inputs, states):
            return step(inputs, *states, self.kernel, self.recurrent_kernel, self.bias)

    _made.append(Cell)
    Cell.__name__ = f"Cell{len(_made)}"
    return register(Cell)


_made = []
