"""window_mlp: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


def must_be_sizes(width, units):
    if width < 1:
        raise ValueError(f"width must be at least 1, not {width}")
    if units < 1:
        raise ValueError(f"units must be at least 1, not {units}")


def mlp_functional(width, units):
    must_be_sizes(width, units)
    window = keras.Input((width,))
    hidden = layers.Dense(units, activation="relu")(window)
    return keras.Model(window, layers.Dense(1)(hidden))


def mlp_separate_relu(width, units):
    must_be_sizes(width, units)
    model = keras.Sequential()
    model.add(layers.InputLayer(shape=(width,)))
    model.add(layers.Dense(units, kernel_initializer="he_normal"))
    model.add(layers.ReLU())
    model.add(layers.Dense(1))
    return model


def mlp_built_later(width, units):
    must_be_sizes(width, units)
    model = keras.Sequential([layers.Dense(units, activation=tf.nn.relu), layers.Dense(1)])
    model.build((None, width))
    return model


class Net(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.last = layers.Dense(1)
        self.hidden = layers.Dense(units)

    def call(self, x):
        return self.last(ops.maximum(self.hidden(x), 0))


def mlp_subclass(width, units):
    must_be_sizes(width, units)
    model = Net(units)
    model(np.zeros((1, width), "float32"))
    return model


class TensorNet(keras.Model):
    def __init__(self, width, units):
        super().__init__()
        self.w = self.add_weight(shape=(width, units), initializer="random_normal")
        self.b = self.add_weight(shape=(units,), initializer="zeros")
        self.v = self.add_weight(shape=(units, 1), initializer="random_normal")
        self.c = self.add_weight(shape=(1,), initializer="zeros")
        self.built = True

    def call(self, inputs):
        return tf.nn.relu(inputs @ self.w + self.b) @ self.v + self.c


def mlp_tensorflow(width, units):
    must_be_sizes(width, units)
    return TensorNet(width, units)


def mlp_lecun(width, units):
    must_be_sizes(width, units)
    window = layers.Input(shape=[width], dtype="float32", name="window")
    dense = layers.Dense(units, kernel_initializer="lecun_uniform", name="hidden")
    hidden = layers.Activation("relu")(dense(window))
    return keras.models.Model(inputs=window, outputs=layers.Dense(units=1, name="out")(hidden))


def build(width, *stack):
    return keras.Sequential([keras.Input((width,)), *stack])


def net_linear(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units), layers.Dense(1))


def net_tanh(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "tanh"), layers.Dense(1))


def net_sigmoid(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "sigmoid"), layers.Dense(1))


def net_relu_twice(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "relu"), layers.Dense(1, "relu"))


def net_relu_last(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units), layers.Dense(1, "relu"))


def net_deep(width, units):
    must_be_sizes(width, units)
    hidden = [layers.Dense(units, "relu") for _ in range(2)]
    return build(width, *hidden, layers.Dense(1))


def net_single(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(1))


def net_headless(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "relu"))


def net_width_wide(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(width, "relu"), layers.Dense(1))


def net_per_step(width, units):
    must_be_sizes(width, units)
    return keras.Sequential([keras.Input((width, 1)), layers.Dense(units, "relu"), layers.Dense(1)])


def net_unbiased(width, units):
    must_be_sizes(width, units)
    return build(
        width, layers.Dense(units, "relu", use_bias=False), layers.Dense(1, use_bias=False)
    )


def net_compiled(width, units):
    model = mlp_functional(width, units)
    model.compile("adam", "mse")
    return model


def net_unbuilt(width, units):
    must_be_sizes(width, units)
    return keras.Sequential([layers.Dense(units, "relu"), layers.Dense(1)])


def net_flat_output(width, units):
    must_be_sizes(width, units)
    window = keras.Input((width,))
    out = layers.Dense(1)(layers.Dense(units, "relu")(window))
    return keras.Model(window, ops.squeeze(out, axis=1))


def net_gelu(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "gelu"), layers.Dense(1))


def net_from_zero(width, units):
    must_be_sizes(width, units)
    zero = {"kernel_initializer": "zeros"}
    return build(width, layers.Dense(units, "relu", **zero), layers.Dense(1, **zero))


def net_subclass_built(width, units):
    must_be_sizes(width, units)
    model = Net(units)
    model.build((None, width))
    return model


def net_dropout(width, units, rate=0.5):
    must_be_sizes(width, units)
    return build(width, layers.Dense(units, "relu"), layers.Dropout(rate), layers.Dense(1))


def net_dropped_inputs(width, units):
    must_be_sizes(width, units)
    return build(width, layers.Dropout(0.1), layers.Dense(units, "relu"), layers.Dense(1))


def net_noise(width, units):
    must_be_sizes(width, units)
    return build(width, layers.GaussianNoise(0.3), layers.Dense(units, "relu"), layers.Dense(1))


def net_frozen(width, units, layer=0):
    model = mlp_functional(width, units)
    model.layers[1 + layer].trainable = False
    return model


def net_frozen_output(width, units):
    return net_frozen(width, units, 1)


def net_all_frozen(width, units):
    model = mlp_functional(width, units)
    model.trainable = False
    return model


class BuiltNet(Net):
    def build(self, input_shape):
        self.hidden.build(input_shape)
        self.last.build((None, self.hidden.units))


def mlp_with_build(width, units):
    must_be_sizes(width, units)
    model = BuiltNet(units)
    model.build((None, width))
    return model


def net_any_width(width, units):
    if units < 1:
        raise ValueError("units must be positive")
    return build(max(width, 0), layers.Dense(units, "relu"), layers.Dense(1))


def net_any_units(width, units):
    if width < 1:
        raise ValueError("width must be positive")
    return build(width, layers.Dense(max(units, 1), "relu"), layers.Dense(1))


def net_any_size(width, units):
    return build(max(width, 1), layers.Dense(max(units, 1), "relu"), layers.Dense(1))


RIGHT = {
    "functional": mlp_functional,
    "separate ReLU": mlp_separate_relu,
    "built later": mlp_built_later,
    "subclass": mlp_subclass,
    "subclass with a build": mlp_with_build,
    "TensorFlow": mlp_tensorflow,
    "named layers": mlp_lecun,
}

WRONG = {
    "no-activation": net_linear,
    "tanh-instead-of-relu": net_tanh,
    "sigmoid-instead-of-relu": net_sigmoid,
    "relu-on-the-output-too": net_relu_twice,
    "relu-on-the-output-only": net_relu_last,
    "two-hidden-layers": net_deep,
    "no-hidden-layer": net_single,
    "no-output-layer": net_headless,
    "width-for-units": net_width_wide,
    "window-as-sequence": net_per_step,
    "no-biases": net_unbiased,
    "compiled": net_compiled,
    "not-built": net_unbuilt,
    "built-without-weights": net_subclass_built,
    "dropout-or-noise": net_dropout,
    "dropout-or-noise/on the inputs": net_dropped_inputs,
    "dropout-or-noise/noise": net_noise,
    "frozen": net_frozen,
    "frozen/the output layer": net_frozen_output,
    "frozen/all": net_all_frozen,
    "output-squeezed": net_flat_output,
    "only-function-wrong": net_gelu,
    "starts-at-zero": net_from_zero,
    "width-below-one-accepted": net_any_width,
    "units-below-one-accepted": net_any_units,
    "no-error-at-all": net_any_size,
}


class EquationNet(TensorNet):
    def __init__(self, equation, width, units):
        super().__init__(width, units)
        self.equation = equation

    def call(self, inputs):
        return self.equation(inputs, self.w, self.b, self.v, self.c)


def as_answer(equation):
    """The builder of a network with this equation, for the known mistakes that are edits of it."""

    def answer(width, units):
        must_be_sizes(width, units)
        return EquationNet(equation, width, units)

    return answer
