"""LearnedState: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

register = keras.saving.register_keras_serializable(package="tests_ch07")


class LearnedBase(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1, got {units}")
        self.units = units
        self.make()

    def make(self):
        self.vector = self.add_weight(shape=(self.units,), initializer="zeros", name="vector")

    def check(self, batch_size):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")

    def call(self, batch_size):
        self.check(batch_size)
        return self.state(batch_size)

    def state(self, batch_size):
        return ops.broadcast_to(self.vector, (batch_size, self.units))


@register
class LearnedBroadcast(LearnedBase):
    pass


@register
class LearnedTile(LearnedBase):
    def get_config(self):
        return {**super().get_config(), "units": self.units}

    def state(self, batch_size):
        return tf.tile(self.vector.value[tf.newaxis], [batch_size, 1])


@register
class LearnedOnes(LearnedBase):
    def make(self):
        self.vector = self.add_weight(
            shape=(1, self.units), initializer="random_normal", name="vector"
        )

    def state(self, batch_size):
        return ops.matmul(ops.ones((batch_size, 1), self.vector.dtype), self.vector)


@register
class LearnedRepeat(LearnedBase):
    def make(self):
        pass

    def build(self, input_shape=None):
        self.vector = self.add_weight(shape=(self.units,), initializer="zeros", name="vector")

    def state(self, batch_size):
        return ops.repeat(ops.expand_dims(self.vector, 0), batch_size, axis=0)


@register
class LearnedStack(LearnedBase):
    def call(self, *, batch_size):
        self.check(batch_size)
        return ops.stack([self.vector.value] * batch_size)


@register
class LearnedConstant(LearnedBase):
    def make(self):
        self.vector = tf.zeros(self.units, self.compute_dtype)


@register
class LearnedDense(LearnedBase):
    def make(self):
        self.dense = keras.layers.Dense(self.units, dtype=self.dtype_policy)
        self.dense.build((None, 1))

    def state(self, batch_size):
        return self.dense(tf.zeros((batch_size, 1), self.compute_dtype))


@register
class LearnedNumber(LearnedBase):
    def make(self):
        self.vector = self.add_weight(shape=(1,), initializer="zeros", name="vector")


@register
class LearnedVector(LearnedBase):
    def state(self, batch_size):
        return ops.convert_to_tensor(self.vector)


@register
class LearnedRow(LearnedBase):
    def state(self, batch_size):
        return self.vector[None, :]


@register
class LearnedPadded(LearnedBase):
    def state(self, batch_size):
        return tf.pad(self.vector.value[None], [[0, batch_size - 1], [0, 0]])


@register
class LearnedTanh(LearnedBase):
    def state(self, batch_size):
        return ops.tanh(super().state(batch_size))


@register
class LearnedNoise(LearnedBase):
    def state(self, batch_size):
        shape = (batch_size, self.units)
        return super().state(batch_size) + tf.random.normal(shape, dtype=self.compute_dtype)


@register
class LearnedCut(LearnedBase):
    def state(self, batch_size):
        return ops.stop_gradient(super().state(batch_size))


@register
class LearnedNoKeywords(LearnedBase):
    def __init__(self, units):
        super().__init__(units)


@register
class LearnedDropped(LearnedBase):
    def __init__(self, units, **kwargs):
        super().__init__(units)


@register
class LearnedNoUnits(LearnedBase):
    def get_config(self):
        return {"name": self.name, "dtype": self.dtype}


@register
class LearnedAnyUnits(LearnedBase):
    def __init__(self, units, **kwargs):
        super().__init__(max(1, units), **kwargs)


@register
class LearnedAnyBatch(LearnedBase):
    def check(self, batch_size):
        pass

    def state(self, batch_size):
        return super().state(max(batch_size, 0))


@register
class LearnedTake(LearnedBase):
    """A gather, whose gradient is in slices."""

    def make(self):
        self.vector = self.add_weight(shape=(1, self.units), initializer="zeros", name="w")

    def state(self, batch_size):
        return ops.take(self.vector, ops.zeros((batch_size,), dtype="int32"), axis=0)


@register
class LearnedEmbedding(LearnedBase):
    def make(self):
        self.table = keras.layers.Embedding(1, self.units, dtype=self.dtype_policy)
        self.table.build()

    def state(self, batch_size):
        return self.table(tf.zeros(batch_size, tf.int32))


@register
class LearnedTransposed(LearnedBase):
    def state(self, batch_size):
        return ops.transpose(super().state(batch_size))


@register
class LearnedShort(LearnedBase):
    def state(self, batch_size):
        return super().state(batch_size)[:-1]


@register
class LearnedZeros(LearnedBase):
    def state(self, batch_size):
        return ops.zeros((batch_size, self.units), dtype=self.dtype)


@register
class LearnedCast(LearnedBase):
    def state(self, batch_size):
        return ops.cast(super().state(batch_size), "float32")


@register
class LearnedNumPy(LearnedBase):
    def state(self, batch_size):
        return np.tile(self.vector.numpy(), (batch_size, 1))


RIGHT = {
    "take": LearnedTake,
    "embedding": LearnedEmbedding,
    "broadcast": LearnedBroadcast,
    "tile, own config": LearnedTile,
    "ones": LearnedOnes,
    "repeat, built late": LearnedRepeat,
    "stack": LearnedStack,
}

WRONG = {
    "axes-exchanged": LearnedTransposed,
    "one-row-short": LearnedShort,
    "vector-unused": LearnedZeros,
    "cast": LearnedCast,
    "gradient-cut/numpy": LearnedNumPy,
    "nothing-to-train": LearnedConstant,
    "two-weights": LearnedDense,
    "one-number": LearnedNumber,
    "no-batch-axis": LearnedVector,
    "one-row": LearnedRow,
    "first-row-alone": LearnedPadded,
    "squashed": LearnedTanh,
    "rows-differ": LearnedNoise,
    "gradient-cut": LearnedCut,
    "no-keywords": LearnedNoKeywords,
    "keywords-dropped": LearnedDropped,
    "config-without-units": LearnedNoUnits,
    "any-units": LearnedAnyUnits,
    "any-batch": LearnedAnyBatch,
}
