"""ConvLSTMCell: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests_ch18")


class Base(keras.layers.Layer):
    """What the cells share; most define `sums`."""

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(**kwargs)
        if filters < 1:
            raise ValueError(f"filters must be at least 1, got {filters}")
        self.filters = filters
        self.size = (kernel_size,) * 2 if isinstance(kernel_size, int) else tuple(kernel_size)

    def first_bias(self):
        return np.repeat([0.0, 1.0, 0.0, 0.0], self.filters)

    def build(self, input_shape):
        wide = 4 * self.filters
        self.kernel = self.add_weight(shape=(*self.size, input_shape[-1], wide), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(*self.size, self.filters, wide), name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(wide,), name="bias", initializer="zeros")
        self.bias.assign(self.first_bias())
        self.built = True

    def sums(self, x, h):
        return (
            ops.conv(x, self.kernel, padding="same")
            + ops.conv(h, self.recurrent_kernel, padding="same")
            + self.bias
        )

    def call(self, inputs, states):
        h, c = states
        i, f, g, o = ops.split(self.sums(inputs, h), 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


@register
class CellOps(Base):
    pass


@register
class CellTensorFlow(Base):
    def call(self, inputs, states):
        h, c = states
        z = tf.nn.conv2d(inputs, self.kernel.value, 1, "SAME")
        z += tf.nn.conv2d(tf.convert_to_tensor(h), self.recurrent_kernel.value, 1, "SAME")
        z = tf.nn.bias_add(z, self.bias.value)
        n = self.filters
        gates = tf.math.sigmoid(tf.concat([z[..., : 2 * n], z[..., 3 * n :]], -1))
        c = gates[..., n : 2 * n] * c + gates[..., :n] * tf.math.tanh(z[..., 2 * n : 3 * n])
        h = gates[..., 2 * n :] * tf.math.tanh(c)
        return h, (h, c)


@register
class CellJoined(Base):
    """One convolution of input and state side by side, and a configuration of its own."""

    def sums(self, x, h):
        both = ops.concatenate([ops.convert_to_tensor(x), ops.convert_to_tensor(h)], axis=-1)
        kernel = ops.concatenate([self.kernel, self.recurrent_kernel], axis=2)
        return ops.conv(both, kernel, strides=1, padding="same") + self.bias

    def get_config(self):
        return {**super().get_config(), "filters": self.filters, "kernel_size": self.size}


@register
class CellConv2D(keras.layers.Layer):
    """Two Conv2D sublayers, with the weights under the fixed names."""

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(**kwargs)
        if filters <= 0:
            raise ValueError(f"`filters` should be positive, got {filters!r}")
        self.filters = filters
        given = {"padding": "same", "dtype": self.dtype_policy}
        self.of_input = keras.layers.Conv2D(
            4 * filters, kernel_size, use_bias=True, bias_initializer=self.first_bias, **given
        )
        self.of_state = keras.layers.Conv2D(4 * filters, kernel_size, use_bias=False, **given)

    def first_bias(self, shape, dtype=None):
        n = self.filters
        return ops.concatenate([ops.zeros(n, dtype), ops.ones(n, dtype), ops.zeros(2 * n, dtype)])

    def build(self, input_shape):
        self.of_input.build(input_shape)
        self.of_state.build((*input_shape[:-1], self.filters))

    kernel = property(lambda self: self.of_input.kernel)
    bias = property(lambda self: self.of_input.bias)
    recurrent_kernel = property(lambda self: self.of_state.kernel)

    def call(self, inputs, states):
        h, c = states
        i, f, g, o = tf.split(self.of_input(inputs) + self.of_state(h), 4, axis=3)
        c = keras.activations.sigmoid(f) * c + keras.activations.sigmoid(i) * tf.tanh(g)
        h = keras.activations.sigmoid(o) * keras.activations.tanh(c)
        return h, [h, c]


@register
class CellShifts(Base):
    """Convolutions by hand: a sum over the shifts of the frame."""

    def one(self, frames, kernel):
        kh, kw = self.size
        frames = ops.convert_to_tensor(frames)
        H, W = frames.shape[1:3]
        pads = [[0, 0], [(kh - 1) // 2, kh // 2], [(kw - 1) // 2, kw // 2], [0, 0]]
        padded = ops.pad(frames, pads)
        return sum(
            ops.matmul(padded[:, y : y + H, x : x + W], kernel[y, x])
            for y in range(kh)
            for x in range(kw)
        )

    def sums(self, x, h):
        return self.one(x, self.kernel) + self.one(h, self.recurrent_kernel) + self.bias


@register
class StatesUnpackedSwapped(Base):
    def call(self, inputs, states):
        c, h = states
        return super().call(inputs, [h, c])


@register
class NoKeywordsCell(Base):
    def __init__(self, filters, kernel_size):
        super().__init__(filters, kernel_size)


@register
class KeywordsDroppedCell(Base):
    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(filters, kernel_size)


@register
class KeywordsRenamedCell(Base):
    def __init__(self, filters, kernel_size, **rest):
        super().__init__(filters, kernel_size, **rest)


class UnregisteredCell(Base):
    pass


@register
class ConfigWithoutFiltersCell(Base):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype, "kernel_size": self.size}


@register
class ConfigWithoutKeywordsCell(Base):
    def get_config(self):
        return {"filters": self.filters, "kernel_size": self.size}


@register
class AnyFiltersCell(Base):
    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(max(filters, 1), kernel_size, **kwargs)


@register
class BiasOfZeros(Base):
    def first_bias(self):
        return np.zeros(4 * self.filters)


@register
class BiasOfOnes(Base):
    def first_bias(self):
        return np.ones(4 * self.filters)


@register
class BiasInTheInputGate(Base):
    def first_bias(self):
        return np.repeat([1.0, 0.0, 0.0, 0.0], self.filters)


@register
class CellDetached(Base):
    def sums(self, x, h):
        return super().sums(x, ops.stop_gradient(ops.convert_to_tensor(h)))


@register
class CellShrinking(CellConv2D):
    """Keras's own layer, with the padding that it has where none is named."""

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(filters, kernel_size, **kwargs)
        self.of_input.padding = self.of_state.padding = "valid"


@register
class CellHard(Base):
    def call(self, inputs, states):
        h, c = states
        z = self.sums(inputs, h)
        n = self.filters
        i, f, o = (ops.hard_sigmoid(z[..., k * n : (k + 1) * n]) for k in (0, 1, 3))
        c = f * c + i * ops.tanh(z[..., 2 * n : 3 * n])
        h = o * ops.tanh(c)
        return h, [h, c]


RIGHT = {
    "keras.ops": CellOps,
    "tensorflow": CellTensorFlow,
    "one convolution, own config": CellJoined,
    "Conv2D sublayers": CellConv2D,
    "shifts": CellShifts,
}

WRONG = {
    "states-unpacked-swapped": StatesUnpackedSwapped,
    "valid-convolution": CellShrinking,
    "hard-sigmoid": CellHard,
    "forget-bias-zero": BiasOfZeros,
    "bias-all-ones": BiasOfOnes,
    "bias-one-elsewhere": BiasInTheInputGate,
    "no-gradient-through-h": CellDetached,
    "no-keywords": NoKeywordsCell,
    "keywords-dropped": KeywordsDroppedCell,
    "keywords-renamed": KeywordsRenamedCell,
    "unregistered": UnregisteredCell,
    "config-without-filters": ConfigWithoutFiltersCell,
    "config-without-keywords": ConfigWithoutKeywordsCell,
    "any-filters": AnyFiltersCell,
}


def as_answer(step):
    """The cell of an equation, for the known mistakes that are edits of it."""

    class Cell(Base):
        def call(self, inputs, states):
            h, c = map(ops.convert_to_tensor, states)
            weights = (each.value for each in (self.kernel, self.recurrent_kernel, self.bias))
            return step(ops.convert_to_tensor(inputs), h, c, *weights)

    _made.append(Cell)
    Cell.__name__ = f"Cell{len(_made)}"
    return register(Cell)


_made = []
