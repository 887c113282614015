"""Where a recurrent network without input stands still, and whether it comes back there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["FixedPoint", "fixed_points"]

Array = np.ndarray


@dataclass(frozen=True)
class FixedPoint:
    """A state that the network maps to itself.

    Attributes:
        state: (U,).
        eigenvalues: (U,) of the Jacobian there, the largest in size first.
    """

    state: Array
    eigenvalues: Array

    @property
    def stable(self) -> bool:
        """Whether states close by come back: every eigenvalue is below 1 in size."""
        return bool(np.abs(self.eigenvalues).max() < 1)


def fixed_points(W_h: Array, b: Array, starts: int = 200, seed: int = 0) -> list[FixedPoint]:
    """The fixed points of h' = tanh(h W_h + b), found by Newton's method from random states.

    Args:
        W_h: (U, U) recurrent weights.
        b: (U,) bias.
        starts: how many states are tried, drawn evenly from −1 to 1.
        seed: of the states.

    Returns:
        Each one once, the stable ones first. With few starts some may be missed.

    Source: D. Sussillo and O. Barak, Opening the black box: low-dimensional dynamics in
    high-dimensional recurrent neural networks, Neural Computation (2013).
    """
    rng = np.random.default_rng(seed)
    hs = rng.uniform(-1, 1, (starts, len(b)))
    one = np.eye(len(b))
    for _ in range(100):
        new = np.tanh(hs @ W_h + b)
        jacobians = W_h * (1 - new**2)[:, None, :]  # ∂h'_j / ∂h_i
        # A little ridge: a singular matrix must not end the search of all the others.
        slopes = (jacobians - one).transpose(0, 2, 1) + 1e-12 * one
        moves = np.linalg.solve(slopes, (new - hs)[..., None])[..., 0]
        hs = np.clip(hs - moves, -1, 1)
    found: list[FixedPoint] = []
    for h in hs[np.abs(np.tanh(hs @ W_h + b) - hs).max(axis=1) < 1e-9]:
        if all(np.abs(h - other.state).max() > 1e-6 for other in found):
            values = np.linalg.eigvals(W_h * (1 - h**2))
            found.append(FixedPoint(h, values[np.argsort(-np.abs(values))]))
    return sorted(found, key=lambda each: not each.stable)
