"""Mean-field theory of a random network: where its gradients neither vanish nor explode.

On average, a step multiplies the square of the gradient's norm by χ = ρ² ⟨φ'²⟩, with the spectral
radius ρ and the slope φ' of the activation. The boundary is where χ = 1.

Source: B. Poole and others, Exponential expressivity in deep neural networks through transient
chaos (2016).
"""

from __future__ import annotations

import numpy as np

__all__ = ["boundary", "chi"]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(61)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()  # averages over a standard normal number


def chi(activation: str, radius: float, drive: float) -> float:
    """The mean factor on the squared norm of the gradient at each step.

    Args:
        activation: "linear", "ReLU" or "tanh".
        radius: the spectral radius of the recurrent weights.
        drive: the standard deviation of the input; it matters for tanh alone.

    Raises:
        ValueError: there is no theory here for this activation.
    """
    if activation == "linear":
        return radius**2
    if activation == "ReLU":
        return 0.5 * radius**2  # half of the units are off
    if activation != "tanh":
        raise ValueError(f"activation is {activation!r}; give 'linear', 'ReLU' or 'tanh'")
    variance = 1.0  # of the sum inside the tanh; iterate until it is its own result
    for _ in range(300):
        mean_square = _WEIGHTS @ np.tanh(np.sqrt(variance) * _NODES) ** 2
        variance = radius**2 * mean_square + drive**2
    slopes = 1 - np.tanh(np.sqrt(variance) * _NODES) ** 2
    return radius**2 * float(_WEIGHTS @ slopes**2)


def boundary(activation: str, drive: float) -> float:
    """The radius between 0.5 and 3 at which χ is 1, by interpolation.

    Args:
        activation: "linear", "ReLU" or "tanh".
        drive: the standard deviation of the input.

    Returns:
        The spectral radius.

    Raises:
        ValueError: there is no theory here for this activation.
    """
    fine = np.linspace(0.5, 3, 251)
    factors = np.array([chi(activation, radius, drive) for radius in fine])
    first = int(np.argmax(factors >= 1))
    share = (1 - factors[first - 1]) / (factors[first] - factors[first - 1])
    return float(fine[first - 1] + share * (fine[first] - fine[first - 1]))
