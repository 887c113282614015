"""Adam in NumPy, for gradients that come from a function instead of a tape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["adam"]


def adam(
    loss_and_gradients: Callable[..., Any],
    weights: Sequence[np.ndarray],
    inputs: np.ndarray,
    targets: np.ndarray,
    updates: int,
    rate: float = 0.01,
) -> tuple[list[np.ndarray], list[float]]:
    """Train on one fixed batch by Adam's rule.

    Args:
        loss_and_gradients: called with weights, inputs and targets; gives the loss and a gradient
            for each weight.
        weights: to begin with; the arrays are not changed.
        inputs: (B, T, F).
        targets: (B, T, O).
        updates: how often every weight is moved.
        rate: the learning rate.

    Returns:
        The weights after the last update, and the loss before each update.

    Source: D. P. Kingma and J. Ba, Adam: a method for stochastic optimization (2015), algorithm 1.
    """
    moved, curve = list(weights), []
    means, squares = [0 * w for w in moved], [0 * w for w in moved]
    for k in range(1, updates + 1):
        loss, gradients = loss_and_gradients(moved, inputs, targets)
        curve.append(float(loss))
        for i, g in enumerate(gradients):
            means[i] = 0.9 * means[i] + 0.1 * g
            squares[i] = 0.999 * squares[i] + 0.001 * g**2
            size = np.sqrt(squares[i] / (1 - 0.999**k)) + 1e-8
            moved[i] = moved[i] - rate * means[i] / (1 - 0.9**k) / size
    return moved, curve
