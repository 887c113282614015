"""count_parameters: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


def must_be_counts(steps, units):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps}")
    if units < 1:
        raise ValueError(f"units must be at least 1, not {units}")


def count_expanded(steps, features, units):
    must_be_counts(steps, units)
    return steps * features * units + units, features * units + units**2 + units


def count_keras_layers(steps, features, units):
    must_be_counts(steps, units)
    dense = keras.Sequential(
        [keras.Input((steps, features)), layers.Flatten(), layers.Dense(units)]
    )
    recurrent = layers.SimpleRNN(units)
    recurrent.build((None, steps, features))
    return dense.count_params(), recurrent.count_params()


def count_arrays(steps, features, units):
    must_be_counts(steps, units)
    dense = [np.zeros((steps * features, units)), np.zeros(units)]
    recurrent = [np.zeros((features, units)), np.zeros((units, units)), np.zeros(units)]
    return [sum(each.size for each in dense), sum(each.size for each in recurrent)]


def count_by_unit(steps, features, units):
    must_be_counts(steps, units)
    dense = recurrent = 0
    for _ in range(units):
        dense += steps * features + 1
        recurrent += features + units + 1
    return dense, recurrent


def count_tensorflow(steps, features, units):
    must_be_counts(steps, units)
    dense = tf.reduce_prod([steps * features, units]) + units
    return dense, tf.constant(features * units + units * units + units)


def count_keras_ops(steps, features, units):
    must_be_counts(steps, units)
    return ops.prod(np.array([steps * features + 1, units])), ops.convert_to_tensor(
        (features + units + 1) * units
    )


def bias_per_input(steps, features, units):
    must_be_counts(steps, units)
    return steps * features * (units + 1), (features + units + 1) * units


def lstm_count(steps, features, units):
    must_be_counts(steps, units)
    return (steps * features + 1) * units, 4 * (features + units + 1) * units


def states_too(steps, features, units):
    dense, recurrent = count_expanded(steps, features, units)
    return dense, recurrent + units


def any_steps(steps, features, units):
    if units < 1:
        raise ValueError("units must be positive")
    return (steps * features + 1) * units, (features + units + 1) * units


def any_units(steps, features, units):
    if steps < 1:
        raise ValueError("steps must be positive")
    return (steps * features + 1) * units, (features + units + 1) * units


def any_counts(steps, features, units):
    return (steps * features + 1) * units, (features + units + 1) * units


RIGHT = {
    "expanded": count_expanded,
    "Keras layers": count_keras_layers,
    "arrays": count_arrays,
    "unit by unit": count_by_unit,
    "TensorFlow": count_tensorflow,
    "keras.ops": count_keras_ops,
}

WRONG = {
    "only-dense-wrong": bias_per_input,
    "only-recurrent-wrong": lstm_count,
    "two-biases/the states counted": states_too,
    "no-steps-accepted": any_steps,
    "no-units-accepted": any_units,
    "no-error-at-all": any_counts,
}
