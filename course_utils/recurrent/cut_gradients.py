"""The gradient of a network that reads bits, cut in many ways and averaged over windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.recurrent.cut_training import at_random as cut_at_random

__all__ = ["CutGradients", "share_missing"]

Array = np.ndarray

_GROUP = 256  # windows whose mean gradient is taken at once
_LAST = 300_000  # windows begin before this bit: what comes later is held out


class CutGradients:
    """Gradients of a mean loss by the recurrent weights, averaged over windows of bits.

    The loss is taken over the second half of each window; the first half gives the states a past.

    Args:
        network: a `CarriedModel` whose first layer is a `keras.layers.RNN` with a `CutGRUCell`; its
            weights count as they are at each call.
        loss: `loss(targets, outputs)`.
        bits: (N,) the stream, N at least 300,000 and a window.
        delay: the target is the bit of so many steps before.
        chunk: steps of the second half, at least 2; a window has twice as many.
    """

    def __init__(
        self,
        network: Any,
        loss: Callable[[Any, Any], Any],
        bits: Array,
        delay: int,
        chunk: int,
    ) -> None:
        self.network, self.loss = network, loss
        self.bits, self.delay, self.chunk = bits, delay, chunk
        self._graphs: dict[bool, Any] = {}

    def full(self, seed: int, groups: int, last_loss: bool = False) -> Array:
        """The mean gradient over `groups` groups of 256 random windows, not cut: (P,).

        Args:
            seed: draws the windows.
            groups: how many groups, at least 1.
            last_loss: take the loss of the last step alone.
        """
        return self._average(seed, np.ones(2 * self.chunk), groups, last_loss)

    def at_borders(self, seed: int, tau: int, groups: int) -> Array:
        """The same, cut at a border before every `tau` steps; chunk is a multiple of tau."""
        crossing = np.arange(2 * self.chunk) % tau != 0
        return self._average(seed, crossing, groups, False)

    def sliding(self, seed: int, tau: int, groups: int) -> Array:
        """The gradient of the last step's loss, cut after `tau` steps."""
        crossing = np.arange(2 * self.chunk) != 2 * self.chunk - tau
        return self._average(seed, crossing, groups, True)

    def at_random(self, seed: int, share: float, groups: int) -> Array:
        """The same, cut before each step with the probability `share`; the rest counts for more."""
        crossing = cut_at_random(share, 200 + seed)((groups, _GROUP, 2 * self.chunk))
        return self._average(seed, crossing, groups, False)

    def _average(self, seed: int, crossing: Array, groups: int, last_loss: bool) -> Array:
        import tensorflow as tf

        rng = np.random.default_rng(seed)
        places = rng.integers(self.delay, _LAST, size=(groups, _GROUP, 1))
        places = places + np.arange(2 * self.chunk)
        crossings = np.broadcast_to(np.asarray(crossing, dtype="float32"), places.shape)
        xs = np.stack([self.bits[places], crossings], axis=-1)
        targets = self.bits[places - self.delay][..., None]
        if last_loss not in self._graphs:
            self._graphs[last_loss] = tf.function(lambda x, y: self._gradient(x, y, last_loss))
        graph = self._graphs[last_loss]
        each = [graph(x, y).numpy() for x, y in zip(xs, targets, strict=True)]
        return np.stack(each).mean(0)

    def _gradient(self, xs: Any, targets: Any, last_loss: bool) -> Any:
        """(B, T, 2) windows with what may cross, (B, T, 1) answers → (P,)."""
        import tensorflow as tf

        counted = 1 if last_loss else self.chunk
        with tf.GradientTape() as tape:
            outputs, _ = self.network(xs, self.network.initial_states(xs.shape[0]))
            loss = self.loss(targets[:, -counted:], outputs[:, -counted:])
        weights = self.network.chain[0].trainable_variables
        return tf.concat([tf.reshape(g, [-1]) for g in tape.gradient(loss, weights)], 0)


def share_missing(gradient: Array, full: Array) -> float:
    """The distance of a gradient (P,) from the full one (P,), as a share of the full one's norm."""
    return float(np.linalg.norm(gradient - full) / np.linalg.norm(full))
