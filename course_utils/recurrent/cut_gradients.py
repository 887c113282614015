"""The gradient of a network that reads bits, cut after some steps and averaged over windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["CutGradients", "share_missing"]

Array = np.ndarray

_GROUP = 256  # windows whose mean gradient is taken at once
_LAST = 300_000  # windows begin before this bit: what comes later is held out


class CutGradients:
    """Gradients of the last step's loss by the recurrent weights, averaged over windows of bits.

    Args:
        network: a `CarriedModel` whose first layer is the recurrent one; its weights count as they
            are at each call.
        loss: `loss(targets, outputs)`.
        bits: (N,) the stream, N at least 300,000 and a window.
        delay: the target is the bit of so many steps before the last one.
        window: T, steps in each window.
    """

    def __init__(
        self,
        network: Any,
        loss: Callable[[Any, Any], Any],
        bits: Array,
        delay: int,
        window: int,
    ) -> None:
        self.network, self.loss = network, loss
        self.bits, self.delay, self.window = bits, delay, window
        self._graphs: dict[int, Any] = {}

    def average(self, seed: int, tau: int, groups: int) -> Array:
        """The mean gradient over `groups` groups of 256 random windows each.

        Args:
            seed: draws the windows.
            tau: after how many steps the gradient is cut; `window` leaves it whole.
            groups: how many groups, at least 1.

        Returns:
            (P,), all recurrent weights in one row.
        """
        import tensorflow as tf

        rng = np.random.default_rng(seed)
        firsts = rng.integers(self.delay, _LAST, size=(groups, _GROUP, 1))
        xs = self.bits[firsts + np.arange(self.window)][..., None]
        targets = self.bits[firsts + self.window - 1 - self.delay]
        if tau not in self._graphs:
            self._graphs[tau] = tf.function(lambda x, y: self._gradient(x, y, tau))
        graph = self._graphs[tau]
        each = [graph(x, y).numpy() for x, y in zip(xs, targets, strict=True)]
        return np.stack(each).mean(0)

    def _gradient(self, xs: Any, target: Any, tau: int) -> Any:
        """(B, T, 1) windows and (B, 1) answers → (P,)."""
        import tensorflow as tf

        states = self.network.initial_states(xs.shape[0])
        if tau < xs.shape[1]:
            _, states = self.network(xs[:, :-tau], states)
        with tf.GradientTape() as tape:
            outputs, _ = self.network(xs[:, -tau:], [tf.stop_gradient(each) for each in states])
            loss = self.loss(target, outputs[:, -1])
        weights = self.network.chain[0].trainable_variables
        return tf.concat([tf.reshape(g, [-1]) for g in tape.gradient(loss, weights)], 0)


def share_missing(gradient: Array, full: Array) -> float:
    """The distance of a gradient (P,) from the full one (P,), as a share of the full one's norm."""
    return float(np.linalg.norm(gradient - full) / np.linalg.norm(full))
