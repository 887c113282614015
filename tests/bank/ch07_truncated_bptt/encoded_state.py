"""EncodedState: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests_ch07")


class EncodedBase(keras.layers.Layer):
    activation = "tanh"
    width = 16

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = units
        self.make()

    def make(self):
        self.hidden = keras.layers.Dense(
            self.width, activation=self.activation, dtype=self.dtype_policy
        )
        self.out = keras.layers.Dense(self.units, dtype=self.dtype_policy)

    def call(self, context):
        return self.out(self.hidden(context))


@register
class EncodedTanh(EncodedBase):
    pass


@register
class EncodedRelu(EncodedBase):
    activation = "relu"
    width = 32

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@register
class EncodedBounded(EncodedBase):
    activation = "gelu"

    def call(self, context):
        return ops.tanh(super().call(context))


@register
class EncodedWeights(EncodedBase):
    def make(self):
        pass

    def build(self, shape):
        width = 4 * self.units
        self.first = self.add_weight(shape=(shape[-1], width), name="first")
        self.bias = self.add_weight(shape=(width,), initializer="zeros", name="bias")
        self.second = self.add_weight(shape=(width, self.units), name="second")

    def call(self, context):
        return tf.matmul(tf.sigmoid(context @ self.first.value + self.bias), self.second.value)


@register
class EncodedSequential(EncodedBase):
    def make(self):
        self.net = keras.Sequential(
            [
                keras.layers.Dense(20, dtype=self.dtype_policy),
                keras.layers.LayerNormalization(dtype=self.dtype_policy),
                keras.layers.Activation("silu", dtype=self.dtype_policy),
                keras.layers.Dropout(0.2, dtype=self.dtype_policy),
                keras.layers.Dense(self.units, dtype=self.dtype_policy),
            ]
        )

    def call(self, context):
        return self.net(context)


@register
class EncodedLinear(EncodedBase):
    activation = None


@register
class EncodedSingle(EncodedBase):
    def make(self):
        self.only = keras.layers.Dense(self.units, activation="tanh", dtype=self.dtype_policy)

    def call(self, context):
        return self.only(context)


@register
class EncodedInCall(EncodedBase):
    def make(self):
        pass

    def call(self, context):
        hidden = keras.layers.Dense(16, activation="tanh", dtype=self.dtype_policy)(context)
        return keras.layers.Dense(self.units, dtype=self.dtype_policy)(hidden)


@register
class EncodedMixed(EncodedBase):
    def call(self, context):
        return super().call(context - ops.mean(context, axis=0, keepdims=True))


@register
class EncodedNoise(EncodedBase):
    def call(self, context):
        state = super().call(context)
        return state + keras.random.normal(ops.shape(state), dtype=state.dtype)


@register
class EncodedBlind(EncodedBase):
    def call(self, context):
        return super().call(ops.ones_like(context))


@register
class EncodedUnused(EncodedBase):
    def make(self):
        super().make()
        self.spare = self.add_weight(shape=(self.units,), name="spare")


@register
class EncodedSingleFloat(EncodedBase):
    def make(self):
        self.hidden = keras.layers.Dense(16, activation="tanh", dtype="float32")
        self.out = keras.layers.Dense(self.units, dtype="float32")


@register
class EncodedNoKeywords(EncodedBase):
    def __init__(self, units):
        super().__init__(units)


@register
class EncodedDropped(EncodedBase):
    def __init__(self, units, **kwargs):
        super().__init__(units)


@register
class EncodedNoUnits(EncodedBase):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype}


@register
class EncodedAnyUnits(EncodedBase):
    def __init__(self, units, **kwargs):
        super().__init__(max(1, units), **kwargs)


@register
class EncodedFrozen(EncodedBase):
    def make(self):
        super().make()
        self.hidden.trainable = False


@register
class EncodedLastFeature(EncodedBase):
    def call(self, context):
        return super().call(context[:, -1:])


@register
class EncodedOneDense(EncodedSingle):
    def make(self):
        self.only = keras.layers.Dense(self.units, dtype=self.dtype_policy)


@register
class EncodedPastTheHidden(EncodedBase):
    """The hidden layer is run, and its output is used by nobody."""

    def call(self, context):
        self.hidden(context)
        return self.out(context)


@register
class EncodedSteps(EncodedBase):
    def call(self, context):
        return self.out(ops.sign(self.hidden(context)))


@register
class EncodedBatchNorm(EncodedBase):
    """Its moving averages are no weights to be trained."""

    def make(self):
        super().make()
        self.norm = keras.layers.BatchNormalization(dtype=self.dtype_policy)

    def call(self, context):
        return self.out(self.norm(self.hidden(context)))


RIGHT = {
    "batch normalisation": EncodedBatchNorm,
    "tanh": EncodedTanh,
    "relu, own config": EncodedRelu,
    "bounded": EncodedBounded,
    "own weights": EncodedWeights,
    "sequential with dropout": EncodedSequential,
}

WRONG = {
    "frozen": EncodedFrozen,
    "features-left-out": EncodedLastFeature,
    "linear/one layer": EncodedOneDense,
    "weight-unreached/hidden layer": EncodedPastTheHidden,
    "weight-unreached/steps": EncodedSteps,
    "linear": EncodedLinear,
    "no-hidden-layer": EncodedSingle,
    "no-weights": EncodedInCall,
    "rows-mixed": EncodedMixed,
    "random": EncodedNoise,
    "context-unused": EncodedBlind,
    "weight-unreached": EncodedUnused,
    "inner-dtype": EncodedSingleFloat,
    "no-keywords": EncodedNoKeywords,
    "keywords-dropped": EncodedDropped,
    "config-without-units": EncodedNoUnits,
    "any-units": EncodedAnyUnits,
}
