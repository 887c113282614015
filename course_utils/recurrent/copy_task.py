"""The copy task in its smallest form, and many small networks that learn it side by side.

The first input is +1 or −1, then comes noise, and after T steps a network has to say what the first
input was. S networks share one TensorFlow graph and never see each other: each array of weights has
an axis of networks in front.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

__all__ = [
    "LEARNED",
    "at_best_rate",
    "compiled",
    "dense_answer",
    "dense_weights",
    "draw",
    "elman_weights",
    "evaluate",
    "final_error",
]

Array: TypeAlias = np.ndarray
#: weights, xs (B, T), targets (B, 1) → losses (S,), a gradient for each array of weights.
Compute: TypeAlias = Callable[..., Any]

_BATCH, _NOISE = 24, 0.3
#: A network whose final error is smaller has learned; the baseline's is 1.
LEARNED = 0.5


def draw(rng: np.random.Generator, steps: int) -> tuple[Array, Array]:
    """24 sequences (B, T) whose first number is +1 or -1 and the rest noise; targets (B, 1)."""
    xs = _NOISE * rng.standard_normal((_BATCH, steps))
    xs[:, 0] = rng.choice([-1.0, 1.0], size=_BATCH)
    return xs.astype("float32"), xs[:, :1].astype("float32")


def elman_weights(W_h: Array, seeds: Sequence[int]) -> list[Array]:
    """Weights of S Elman networks around the recurrent ones: W_x, W_h (S, U, U), b and W_y.

    W_x and b are (S, 1, U), W_y is (S, U, 1). Networks of one seed differ in W_h alone.
    """
    count, units = W_h.shape[:2]
    draws = [np.random.default_rng(seed).standard_normal((2, units)) for seed in seeds]
    into, out = np.stack(draws, axis=1)
    weights = into[:, None, :], W_h, np.zeros((count, 1, units)), out[..., None] / np.sqrt(units)
    return [each.astype("float32") for each in weights]


def dense_weights(rng: np.random.Generator, count: int, steps: int, units: int) -> list[Array]:
    """W_x (S, T, U), b (S, 1, U) and W_y (S, U, 1) of S dense networks on whole sequences."""
    weights = [
        rng.standard_normal((count, steps, units)) / np.sqrt(steps),
        np.zeros((count, 1, units)),
        rng.standard_normal((count, units, 1)) / np.sqrt(units),
    ]
    return [each.astype("float32") for each in weights]


def dense_answer(weights: Sequence[Any], xs: Any) -> Any:
    """What dense networks on whole sequences answer: (S, B, 1), from W_x, b and W_y."""
    import tensorflow as tf

    W_x, b, W_y = weights  # (S, T, U), (S, 1, U), (S, U, 1)
    return tf.tanh(xs @ W_x + b) @ W_y


def compiled(answer: Callable[[Sequence[Any], Any], Any]) -> Compute:
    """A compiled function for S networks at once: weights, xs, targets → losses (S,), gradients.

    Args:
        answer: answer(weights, xs) → (S, B, 1), in TensorFlow.
    """
    import tensorflow as tf

    @tf.function
    def compute(weights: Sequence[Any], xs: Any, targets: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(weights)
            losses = tf.reduce_mean((answer(weights, xs) - targets) ** 2, axis=(1, 2))
            total = tf.reduce_sum(losses)  # the gradient of each network is its own
        return losses, tape.gradient(total, weights)

    return compute


def evaluate(
    compute: Compute, weights: Sequence[Array], xs: Array, targets: Array
) -> tuple[Array, list[Array]]:
    """Losses (S,) and gradients, of the weights' shapes, as NumPy arrays."""
    import tensorflow as tf

    losses, found = compute([tf.constant(each) for each in weights], xs, targets)
    return losses.numpy(), [np.asarray(each) for each in found]


def final_error(losses: Array) -> Array:
    """The mean of the last 20 losses, at most 2: a network that blew up has none.

    Args:
        losses: (updates, S).

    Returns:
        (S,); the baseline, an output of 0, has the error 1.
    """
    return np.minimum(np.nan_to_num(losses[-20:], nan=2.0, posinf=2.0).mean(axis=0), 2.0)


def at_best_rate(errors: Array) -> Array:
    """The error of each network at the rate that is best for the *other* seeds.

    Args:
        errors: (rates, seeds) final errors; two seeds at least.

    Returns:
        (seeds,).
    """
    others = errors.sum(axis=1, keepdims=True) - errors
    return errors[others.argmin(axis=0), np.arange(errors.shape[1])]
