"""A short training of a classifier, in a graph that is traced once for all its runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils.checking.types import Setup

__all__ = ["training"]


def training(model: Any, setup: Setup) -> Callable[[float, int], float]:
    """Adam on batches of 16 in the order given.

    Args:
        model: gives probabilities.
        setup: `train` (N, ...), `laws` (N,), `rate`, and `steps`: of one round.

    Returns:
        (rate, rounds) → the loss at the end; the next call goes on from there.
    """
    import keras
    import tensorflow as tf

    videos, laws = tf.constant(setup["train"]), tf.constant(setup["laws"])
    weights = model.trainable_variables
    optimizer = keras.optimizers.Adam(setup["rate"], global_clipnorm=1.0)
    optimizer.build(weights)
    batches = len(setup["laws"]) // 16

    def step(k: Any) -> Any:
        part = slice(16 * k, 16 * (k + 1))
        with tf.GradientTape() as tape:
            chances = tf.cast(model(videos[part], training=True), tf.float32)
            right = tf.gather(chances, laws[part], batch_dims=1)
            loss = -tf.reduce_mean(tf.math.log(right + 1e-7))
        gradients = tape.gradient(loss, weights)
        pairs = [(g, w) for g, w in zip(gradients, weights, strict=True) if g is not None]
        if pairs:
            optimizer.apply_gradients(pairs)
        return loss

    def descend(steps: Any) -> Any:
        late = tf.constant(0.0)
        for k in tf.range(steps):
            late = 0.8 * late + 0.2 * step(k % batches)
        return late

    if not weights:
        return lambda rate, rounds: 0.0
    graph = tf.function(descend).get_concrete_function(tf.TensorSpec((), tf.int32))

    def run(rate: float, rounds: int) -> float:
        optimizer.learning_rate = rate
        return float(graph(tf.constant(rounds * setup["steps"])))

    return run
