"""One path for every shape of task: read and say something at each step, count what counts.

Some networks that differ in their seeds alone are trained side by side, in one graph: their weights
have a first axis for the seeds, S long. A step costs hardly more for five of them than for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

__all__ = ["Networks", "Task", "train"]

Array: TypeAlias = np.ndarray

_GATES = {"elman": 1, "gru": 3}
_PAST, _SQUARES = 0.9, 0.999  # how slowly Adam forgets


class Task(NamedTuple):
    """Sequences, what should be said at each step, and which steps count.

    Attributes:
        inputs: (N, T) whole numbers, which are looked up, or (N, T, F) numbers.
        targets: (N, T) labels, or (N, T, O) numbers; anything where the mask is False.
        mask: (N, T) True where the loss of a step counts.
    """

    inputs: Array
    targets: Array
    mask: Array


@dataclass(frozen=True)
class Networks:
    """S networks with trained weights.

    Attributes:
        kind: "elman", or "gru" with the gates z, r, h (reset before the product).
        weights: W_x (S, V or F, G·U), W_h (S, U, G·U), b (S, G·U), W_y (S, U, O), b_y (S, O).
    """

    kind: str
    weights: tuple[Array, ...]

    def read(self, inputs: Array) -> tuple[Array, Array]:
        """The states (S, N, T, U) and outputs (S, N, T, O) on (N, T) or (N, T, F) inputs."""
        import tensorflow as tf

        seeds = len(self.weights[0])
        every = tf.constant(np.repeat(_plain(inputs)[None], seeds, axis=0))
        hs, ys = _forward(self.kind, [tf.constant(W) for W in self.weights], every)
        return np.asarray(hs), np.asarray(ys)

    def answers(self, inputs: Array) -> Array:
        """The likeliest label after each step, (S, N, T)."""
        return self.read(inputs)[1].argmax(axis=-1)


def train(
    task: Task,
    seeds: Sequence[int],
    updates: int,
    rate: float,
    kind: str = "elman",
    units: int = 32,
    batch: int = 64,
    tokens: int | None = None,
) -> Networks:
    """Train a network for each seed with Adam; the loss is a sum over the steps that count.

    Each seed has its own weights at the start and its own order of the sequences, and both depend
    on nothing else.

    Args:
        task: what to learn. Labels cost their negative log-likelihood, numbers half their square.
        seeds: S of them.
        updates: of each network.
        rate: Adam's.
        kind: "elman" or "gru".
        units: the size U of the state.
        batch: sequences in each update, at most N.
        tokens: V, how many there are; only where the inputs are whole numbers.
    """
    import tensorflow as tf

    labelled = task.targets.ndim == 2
    features = task.inputs.shape[2] if tokens is None else tokens
    outputs = int(task.targets.max()) + 1 if labelled else task.targets.shape[2]
    sizes = features, units, outputs
    drawn = [_begin(seed, kind, *sizes) for seed in seeds]
    weights = [tf.Variable(np.stack(each)) for each in zip(*drawn, strict=True)]
    moments = [[tf.Variable(tf.zeros_like(W)) for W in weights] for _ in range(2)]
    whole = [tf.constant(_plain(each)) for each in task]

    @tf.function  # type: ignore[untyped-decorator]
    def update(rows: Any, k: Any) -> None:
        inputs, targets, mask = (tf.gather(each, rows) for each in whole)  # (S, B, T, …)
        with tf.GradientTape() as tape:
            ys = _forward(kind, weights, inputs)[1]
            if labelled:
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, ys)
            else:
                losses = tf.reduce_sum(0.5 * (ys - targets) ** 2, axis=-1)
            sums = tf.reduce_sum(tf.where(mask, losses, 0.0), axis=-1)  # (S, B)
            loss = tf.reduce_sum(tf.reduce_mean(sums, axis=-1))  # each seed's weights see its own
        for W, m, v, g in zip(weights, *moments, tape.gradient(loss, weights), strict=True):
            slope = tf.convert_to_tensor(g)
            m.assign(_PAST * m + (1 - _PAST) * slope)
            v.assign(_SQUARES * v + (1 - _SQUARES) * slope**2)
            size = tf.sqrt(v / (1 - _SQUARES**k)) + 1e-7
            W.assign_sub(rate * m / (1 - _PAST**k) / size)

    for k, rows in enumerate(
        _orders(seeds, len(task.inputs), min(batch, len(task.inputs)), updates)
    ):
        update(tf.constant(rows), tf.constant(float(k + 1)))
    return Networks(kind, tuple(np.asarray(W) for W in weights))


def _begin(seed: int, kind: str, features: int, units: int, outputs: int) -> list[Array]:
    """Weights of one network before training, in float32."""
    rng, gates = np.random.default_rng(seed), _GATES[kind]
    turned = [np.linalg.qr(rng.normal(size=(units, units)))[0] for _ in range(gates)]
    drawn = [
        rng.normal(scale=0.3, size=(features, gates * units)),
        np.concatenate(turned, axis=1),
        np.zeros(gates * units),
        rng.normal(size=(units, outputs)) / np.sqrt(units),
        np.zeros(outputs),
    ]
    return [each.astype("float32") for each in drawn]


def _orders(seeds: Sequence[int], count: int, batch: int, updates: int) -> Array:
    """Which sequences each update of each seed sees: (updates, S, batch)."""
    rounds = -(-updates * batch // count)
    rows = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 1])
        drawn = np.concatenate([rng.permutation(count) for _ in range(rounds)])
        rows.append(drawn[: updates * batch].reshape(updates, batch))
    return np.stack(rows, axis=1)


def _forward(kind: str, weights: Sequence[Any], inputs: Any) -> tuple[Any, Any]:
    """States (S, B, T, U) and outputs (S, B, T, O): the loop that all shapes of task share."""
    import tensorflow as tf

    W_x, W_h, b, W_y, b_y = weights
    units = W_h.shape[1]
    if len(inputs.shape) == 3:  # a one-hot times W_x is a row of W_x
        driven = tf.gather(W_x, inputs, batch_dims=1)
    else:
        driven = tf.einsum("sbtf,sfu->sbtu", inputs, W_x)
    driven = driven + b[:, None, None]
    h = tf.zeros((driven.shape[0], tf.shape(driven)[1], units))
    states = []
    for t in range(inputs.shape[2]):
        h = _step(kind, driven[:, :, t], h, W_h, units)
        states.append(h)
    hs = tf.stack(states, axis=2)
    return hs, tf.einsum("sbtu,suo->sbto", hs, W_y) + b_y[:, None, None]


def _step(kind: str, driven: Any, h: Any, W_h: Any, units: int) -> Any:
    import tensorflow as tf

    if kind == "elman":
        return tf.tanh(driven + h @ W_h)
    gates = tf.sigmoid(driven[..., : 2 * units] + h @ W_h[..., : 2 * units])
    kept, reset = gates[..., :units], gates[..., units:]
    candidate = tf.tanh(driven[..., 2 * units :] + (reset * h) @ W_h[..., 2 * units :])
    return kept * h + (1 - kept) * candidate


def _plain(values: Array) -> Array:
    """Numbers in float32; whole numbers and booleans as they are."""
    return values.astype("float32") if values.dtype.kind == "f" else values
