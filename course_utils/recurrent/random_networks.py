"""Networks with random weights and random inputs: their states, and what theory says of them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from course_utils.recurrent import mean_field

__all__ = ["NETWORKS", "as_tanh_states", "boundary", "decades", "states"]

Array: TypeAlias = np.ndarray

#: The four networks, each with the standard deviation of its input.
NETWORKS = {"linear": 0.0, "ReLU": 1.0, "tanh, quiet": 0.1, "tanh, loud": 1.0}


def boundary(network: str) -> float:
    """Theory: the spectral radius at which a gradient of this network keeps its size."""
    return mean_field.boundary(network.split(",")[0], NETWORKS[network])


def decades(network: str, radius: float) -> float:
    """Theory: how many decades the gradient's size gains at each step."""
    chi = mean_field.chi(network.split(",")[0], radius, NETWORKS[network])
    return 0.5 * float(np.log10(chi))


def states(
    network: str, W_h: Array, steps: int, rng: np.random.Generator, drive: float | None = None
) -> Array:
    """The states of a network with random inputs, from a small random start.

    Args:
        network: one of `NETWORKS`, or "tanh".
        W_h: (U, U).
        steps: T.
        rng: draws the start and the inputs.
        drive: the inputs' standard deviation; the network's own if None.

    Returns:
        (T, U).
    """
    drive = NETWORKS[network] if drive is None else drive
    h, hs = 0.1 * rng.standard_normal(len(W_h)), []
    for _ in range(steps):
        z = h @ W_h + drive * rng.standard_normal(len(W_h))
        h = np.tanh(z) if network.startswith("tanh") else z
        if network == "ReLU":
            h = np.maximum(z, 0)
        hs.append(h)
    return np.array(hs)


def as_tanh_states(network: str, hs: Array) -> Array:
    """States of a tanh network whose slopes are those of this network."""
    if network == "linear":
        return np.zeros_like(hs)  # tanh has the slope 1 at 0
    return np.where(hs > 0, 0.0, 1.0) if network == "ReLU" else hs  # and 0 where saturated
