"""An encoder that reads and a decoder that writes, trained together on what it writes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

__all__ = ["Halves", "train_halves"]

Array: TypeAlias = np.ndarray
#: E_x (F, U), E_h (U, U), b (U,) of the encoder; D_y (O, U), D_h (U, U), c (U,), W_y (U, O),
#: b_y (O,) of the decoder.
Halves: TypeAlias = dict[str, Array]

_NAMES = ("E_x", "E_h", "b", "D_y", "D_h", "c", "W_y", "b_y")


def train_halves(
    inputs: Array,
    targets: Array,
    seeds: Sequence[int],
    updates: int,
    rate: float,
    units: int = 16,
) -> list[Halves]:
    """Train encoder and decoder, both Elman cells, with Adam on all sequences at once.

    The decoder's first input is 0; after that it reads its own last output, never the truth. The
    loss is a sum over the steps that it writes.

    Args:
        inputs: (N, T, F) what is read.
        targets: (N, T', O) what should be written.
        seeds: one pair of halves for each; they are trained side by side.
        updates: of each.
        rate: Adam's.
        units: U.

    Returns:
        The halves of each seed.
    """
    import tensorflow as tf

    drawn = [_begin(seed, inputs.shape[2], units, targets.shape[2]) for seed in seeds]
    weights = [tf.Variable(np.stack(each)) for each in zip(*drawn, strict=True)]
    moments = [[tf.Variable(tf.zeros_like(W)) for W in weights] for _ in range(2)]
    xs, ts = (tf.constant(each.astype("float32")) for each in (inputs, targets))

    @tf.function  # type: ignore[untyped-decorator]
    def update(k: Any) -> None:
        with tf.GradientTape() as tape:
            ys = _written(weights, xs, targets.shape[1], len(seeds))
            losses = tf.reduce_sum(0.5 * (ys - ts) ** 2, axis=[2, 3])  # (S, N)
            loss = tf.reduce_sum(tf.reduce_mean(losses, axis=1))
        for W, m, v, g in zip(weights, *moments, tape.gradient(loss, weights), strict=True):
            slope = tf.clip_by_norm(g, 1.0, axes=list(range(1, len(g.shape))))
            m.assign(0.9 * m + 0.1 * slope)
            v.assign(0.999 * v + 0.001 * slope**2)
            W.assign_sub(rate * m / (1 - 0.9**k) / (tf.sqrt(v / (1 - 0.999**k)) + 1e-7))

    for k in range(updates):
        update(tf.constant(float(k + 1)))
    found = [np.asarray(W) for W in weights]
    return [{n: W[s] for n, W in zip(_NAMES, found, strict=True)} for s in range(len(seeds))]


def _begin(seed: int, features: int, units: int, outputs: int) -> list[Array]:
    rng = np.random.default_rng(seed)

    def turned() -> Array:
        return np.linalg.qr(rng.normal(size=(units, units)))[0]

    drawn = [
        rng.normal(scale=0.5, size=(features, units)),
        turned(),
        np.zeros(units),
        rng.normal(scale=0.3, size=(outputs, units)),
        turned(),
        np.zeros(units),
        rng.normal(size=(units, outputs)) / units,
        np.zeros(outputs),
    ]
    return [each.astype("float32") for each in drawn]


def _written(weights: Sequence[Any], xs: Any, steps: int, seeds: int) -> Any:
    """What the decoders write: (S, N, steps, O)."""
    import tensorflow as tf

    E_x, E_h, b, D_y, D_h, c, W_y, b_y = weights
    h = tf.zeros((seeds, xs.shape[0], E_h.shape[1]))
    for t in range(xs.shape[1]):
        h = tf.tanh(tf.einsum("nf,sfu->snu", xs[:, t], E_x) + h @ E_h + b[:, None])
    y, ys = tf.zeros((seeds, xs.shape[0], b_y.shape[1])), []
    for _ in range(steps):
        h = tf.tanh(y @ D_y + h @ D_h + c[:, None])
        y = h @ W_y + b_y[:, None]
        ys.append(y)
    return tf.stack(ys, axis=2)
