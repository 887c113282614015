"""GRUCell: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import ops

from tests.bank.ch10_gru.gru_step import step_keras_ops

register = keras.saving.register_keras_serializable(package="tests_ch10")


class Base(keras.layers.Layer):
    """What the cells share; each defines `new_state`."""

    def __init__(self, units, reset_after=True, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = self.state_size = self.output_size = units
        self.reset_after = reset_after

    def build(self, input_shape):
        n = self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], 3 * n), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(n, 3 * n), initializer="orthogonal", name="recurrent_kernel"
        )
        shape = (2, 3 * n) if self.reset_after else (3 * n,)
        self.bias = self.new_bias(shape)
        self.built = True

    def new_bias(self, shape):
        return self.add_weight(shape=shape, initializer="zeros", name="bias")

    def new_state(self, x, h):
        return step_keras_ops(
            x,
            h,
            ops.convert_to_tensor(self.kernel),
            ops.convert_to_tensor(self.recurrent_kernel),
            ops.convert_to_tensor(self.bias),
            self.reset_after,
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
        n = self.units
        K, R, b = self.kernel.value, self.recurrent_kernel.value, self.bias.value
        first, second = (b[0], b[1]) if self.reset_after else (b, tf.zeros_like(b))
        a = tf.nn.bias_add(tf.matmul(inputs, K), first)
        gates = tf.matmul(h, R[:, : 2 * n]) + second[: 2 * n]
        zr = tf.nn.sigmoid(a[:, : 2 * n] + gates)
        z, r = zr[:, :n], zr[:, n:]
        if self.reset_after:
            past = r * tf.nn.bias_add(tf.matmul(h, R[:, 2 * n :]), second[2 * n :])
        else:
            past = tf.matmul(r * h, R[:, 2 * n :])
        new = tf.nn.tanh(a[:, 2 * n :] + past)
        h = new + z * (h - new)
        return h, (h,)


@register
class CellConfig(Base):
    def get_config(self):
        return {**super().get_config(), "units": self.units, "reset_after": self.reset_after}

    def new_state(self, x, h):
        n = self.units
        Wt = ops.reshape(self.kernel, (-1, 3, n))
        Ut = ops.reshape(self.recurrent_kernel, (n, 3, n))
        b = ops.reshape(self.bias, (-1, 3, n))
        of_x = ops.einsum("bf,fgu->gbu", x, Wt) + b[0][:, None]
        of_h = ops.einsum("bv,vgu->gbu", h, Ut)
        if self.reset_after:
            of_h = of_h + b[1][:, None]
        z = keras.activations.sigmoid(of_x[0] + of_h[0])
        r = keras.activations.sigmoid(of_x[1] + of_h[1])
        if self.reset_after:
            new = keras.activations.tanh(of_x[2] + r * of_h[2])
        else:
            new = keras.activations.tanh(of_x[2] + ops.einsum("bv,vu->bu", r * h, Ut[:, 2]))
        return (1.0 - z) * new + z * h


@register
class CellDense(keras.layers.Layer):
    """Dense sublayers, with the weights under the fixed names."""

    def __init__(self, units, reset_after=True, **kwargs):
        super().__init__(**kwargs)
        if int(units) <= 0:
            raise ValueError(f"`units` should be positive, got {units!r}")
        self.units, self.state_size, self.output_size = units, (units,), units
        self.reset_after = bool(reset_after)
        self.of_input = keras.layers.Dense(
            3 * units, use_bias=False, dtype=self.dtype_policy, name="of_input"
        )

    kernel = property(lambda self: self.of_input.kernel)

    def build(self, input_shape):
        self.of_input.build(input_shape)
        n = self.units
        self.recurrent_kernel = self.add_weight(shape=(n, 3 * n), name="recurrent_kernel")
        self.bias = self.add_weight(
            shape=(2, 3 * n) if self.reset_after else (3 * n,), initializer="zeros", name="bias"
        )

    def call(self, inputs, states):
        h, n = states[0], self.units
        U = ops.convert_to_tensor(self.recurrent_kernel)
        b = ops.reshape(ops.convert_to_tensor(self.bias), (-1, 3 * n))
        a = self.of_input(inputs) + b[0]
        s = ops.matmul(h, U) + (b[1] if self.reset_after else 0)
        z = ops.sigmoid(a[:, :n] + s[:, :n])
        r = ops.sigmoid(a[:, n : 2 * n] + s[:, n : 2 * n])
        past = r * s[:, 2 * n :] if self.reset_after else ops.matmul(r * h, U[:, 2 * n :])
        h = z * h + (1 - z) * ops.tanh(a[:, 2 * n :] + past)
        return h, [h]


class Rows(Base):
    """A cell whose bias has another shape."""

    def rows(self):
        return 1

    def new_bias(self, shape):
        n = self.units
        return super().new_bias((2, 3 * n) if self.rows() == 2 else (3 * n,))

    def new_state(self, x, h):
        b = ops.reshape(ops.convert_to_tensor(self.bias), (-1, 3 * self.units))
        pair = ops.stack([b[0], b[-1] if self.rows() == 2 else 0.0 * b[0]])
        return step_keras_ops(
            x,
            h,
            ops.convert_to_tensor(self.kernel),
            ops.convert_to_tensor(self.recurrent_kernel),
            pair if self.reset_after else b[0],
            self.reset_after,
        )


@register
class OneRow(Rows):
    pass


@register
class TwoRows(Rows):
    def rows(self):
        return 2


@register
class OtherDefault(Base):
    def __init__(self, units, reset_after=False, **kwargs):
        super().__init__(units, reset_after, **kwargs)


@register
class NoResetArgument(Base):
    def __init__(self, units, **kwargs):
        super().__init__(units, True, **kwargs)


@register
class BiasNotZero(Base):
    def new_bias(self, shape):
        return self.add_weight(shape=shape, name="bias")


@register
class ConfigWithoutResetAfter(Base):
    def get_config(self):
        return {**super().get_config(), "units": self.units}


@register
class NoKeywords(Base):
    def __init__(self, units, reset_after=True):
        super().__init__(units, reset_after)


@register
class KeywordsDropped(Base):
    def __init__(self, units, reset_after=True, **kwargs):
        super().__init__(units, reset_after)


@register
class KeywordsRenamed(Base):
    def __init__(self, units, reset_after=True, **rest):
        super().__init__(units, reset_after, **rest)


class Unregistered(Base):
    pass


@register
class ConfigWithoutUnits(Base):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype, "reset_after": self.reset_after}


@register
class ConfigWithoutKeywords(Base):
    def get_config(self):
        return {"units": self.units, "reset_after": self.reset_after}


@register
class AnyUnits(Base):
    def __init__(self, units, reset_after=True, **kwargs):
        super().__init__(max(units, 1), reset_after, **kwargs)


@register
class OldStateReturned(Base):
    def call(self, inputs, states):
        return self.new_state(inputs, states[0]), states


_made = []


def as_answer(step):
    """The cell of an equation, for the known mistakes that are edits of it."""

    class Cell(Base):
        def call(self, inputs, states):
            weights = map(ops.convert_to_tensor, (self.kernel, self.recurrent_kernel, self.bias))
            return step(inputs, *states, *weights, self.reset_after)

    _made.append(Cell)
    Cell.__name__ = f"Cell{len(_made)}"
    return register(Cell)


RIGHT = {
    "keras.ops": CellOps,
    "tensorflow": CellTensorFlow,
    "einsum, own config": CellConfig,
    "dense sublayer": CellDense,
}

WRONG = {
    "old-state-returned": OldStateReturned,
    "one-row-of-bias": OneRow,
    "two-rows-of-bias": TwoRows,
    "other-default": OtherDefault,
    "no-reset-argument": NoResetArgument,
    "bias-not-zero": BiasNotZero,
    "config-without-reset-after": ConfigWithoutResetAfter,
    "no-keywords": NoKeywords,
    "keywords-dropped": KeywordsDropped,
    "keywords-renamed": KeywordsRenamed,
    "unregistered": Unregistered,
    "config-without-units": ConfigWithoutUnits,
    "config-without-keywords": ConfigWithoutKeywords,
    "any-units": AnyUnits,
}
