"""A short training of a classifier, which ends as soon as it has learnt or its budget is spent."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from course_utils.checking.types import Setup

__all__ = ["Budget", "learns"]

_CHUNK = 10  # steps between two looks at the loss


class Budget:
    """Seconds of the processor, so that whoever else uses the machine takes none of them.

    Args:
        seconds: of the processor, all threads together.
        waiting: and by the clock at most, so that what was earned before is not lost.
    """

    def __init__(self, seconds: float, waiting: float) -> None:
        self._end, self._last = time.process_time() + seconds, time.monotonic() + waiting

    @property
    def spent(self) -> bool:
        """Whether nothing is left of it."""
        return time.process_time() >= self._end or time.monotonic() >= self._last


def learns(model: Any, setup: Setup, rate: float, budget: Budget) -> tuple[bool, int]:
    """Train with Adam, all clips in every step.

    Args:
        model: gives probabilities.
        setup: `train` (N, ...), `laws` (N,), `steps` at most, `learnt`: the loss that will do, and
            `stuck`: the loss above which half of the steps are enough.
        rate: Adam's.
        budget: what it may cost.

    Returns:
        Whether the loss fell so far, and after how many steps it ended.
    """
    if not model.trainable_variables:
        return False, 0
    descend = _descent(model, setup, rate)
    loss, done = 2.0, 0
    while done < setup["steps"] and not budget.spent:
        loss = descend(loss)
        done += _CHUNK
        if loss < setup["learnt"]:
            return True, done
        if loss > setup["stuck"] and done >= setup["steps"] // 2:
            break
    return False, done


def _descent(model: Any, setup: Setup, rate: float) -> Callable[[float], float]:
    """Some steps in a graph that is traced once: the late mean of the loss → the new one."""
    import keras
    import tensorflow as tf

    videos, laws = tf.constant(setup["train"]), tf.constant(setup["laws"])
    weights = model.trainable_variables
    optimizer = keras.optimizers.Adam(rate, global_clipnorm=1.0)
    optimizer.build(weights)

    def step() -> Any:
        with tf.GradientTape() as tape:
            chances = tf.cast(model(videos, training=True), tf.float32)
            right = tf.gather(chances, laws, batch_dims=1)
            loss = -tf.reduce_mean(tf.math.log(right + 1e-7))
        gradients = tape.gradient(loss, weights)
        pairs = [(g, w) for g, w in zip(gradients, weights, strict=True) if g is not None]
        if pairs:
            optimizer.apply_gradients(pairs)
        return loss

    def descend(late: Any) -> Any:
        for _ in tf.range(_CHUNK):
            late = 0.7 * late + 0.3 * step()
        return late

    graph = tf.function(descend).get_concrete_function(tf.TensorSpec((), tf.float32))
    return lambda late: float(graph(tf.constant(late, tf.float32)))
