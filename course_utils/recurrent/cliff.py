"""The cliff: one tanh unit whose loss, over its weight and its bias, has a step in it.

The unit h ← tanh(w h + b) runs for fifty steps from h = 0.5. With a large weight it ends near +1 or
near −1, and which of the two it is depends on a hair's breadth of w or b.

Source: R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent neural
networks (2013), figure 6, there with a sigmoid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

__all__ = ["STEPS", "Path", "descend", "loss_and_gradient"]

Array: TypeAlias = np.ndarray

STEPS = 50
_START, _TARGET = 0.5, 0.5  # of the state


class Path(NamedTuple):
    """A descent: places (K + 1, 2) of w and b, losses (K + 1,), norms of the gradients (K,)."""

    places: Array
    losses: Array
    norms: Array

    @property
    def longest(self) -> float:
        """The length of the longest update."""
        return float(np.linalg.norm(np.diff(self.places, axis=0), axis=1).max())


def loss_and_gradient(w: Any, b: Any) -> tuple[Array, Array, Array]:
    """The squared error of the last state, and its derivatives by w and by b.

    Args:
        w: weights, of any shape.
        b: biases, of the same shape.

    Returns:
        Three arrays of that shape.
    """
    w, b = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
    h = np.full(w.shape, _START)
    by_w, by_b = np.zeros(w.shape), np.zeros(w.shape)
    for _ in range(STEPS):
        new = np.tanh(w * h + b)
        slope = 1 - new**2
        by_w, by_b = slope * (h + w * by_w), slope * (1 + w * by_b)
        h = new
    error = h - _TARGET
    return error**2, 2 * error * by_w, 2 * error * by_b


def descend(
    shorten: Callable[[list[Array]], list[Array]],
    start: tuple[float, float] = (1.6, 0.1),
    rate: float = 0.05,
    updates: int = 100,
) -> Path:
    """Gradient descent on the cliff.

    Args:
        shorten: what is done with the gradient, a list of two arrays (1,), before it is used.
        start: w and b.
        rate: the learning rate.
        updates: how many.
    """
    place = np.array(start)
    places, losses, norms = [place], [float(loss_and_gradient(*place)[0])], []
    for _ in range(updates):
        found = [np.reshape(g, 1) for g in loss_and_gradient(*place)[1:]]
        norms.append(float(np.linalg.norm(np.concatenate(found))))
        place = place - rate * np.concatenate([np.ravel(g) for g in shorten(found)])
        places.append(place)
        losses.append(float(loss_and_gradient(*place)[0]))
    return Path(np.array(places), np.array(losses), np.array(norms))
