"""Training on all examples at once, for networks so small that `fit` would mostly wait."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["descend_on_all"]


def descend_on_all(
    model: Any, inputs: np.ndarray, targets: np.ndarray, steps: int, rate: float
) -> None:
    """Take steps of Adam on the mean squared error, each on all examples, in one TensorFlow graph.

    `model.fit` would do the same, but one small step at a time it takes many times as long.

    Args:
        model: an uncompiled network, (N, …) to (N, 1).
        inputs: (N, …) all inputs.
        targets: (N,) what it should give for each.
        steps: how many steps.
        rate: the learning rate.
    """
    import keras
    import tensorflow as tf

    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(model.trainable_variables)
    all_inputs, all_targets = tf.constant(inputs), tf.constant(targets)[:, None]

    def descend() -> None:
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(all_inputs, training=True) - all_targets) ** 2)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))

    tf.function(descend).get_concrete_function()()
