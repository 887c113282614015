"""Pendulums that the course integrates itself: physics in SI units, energy to check it by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["pendulum_energy", "pendulum_step", "pendulums"]

GRAVITY = 9.81  # m/s²
LENGTH = 1.0  # m: small swings take 2π √(LENGTH / GRAVITY) ≈ 2.0 s
MASS = 1.0  # kg
_SUBSTEPS = 10  # integrator's steps in one step of the data

Array = npt.NDArray[np.float64]


def pendulums(
    count: int,
    steps: int,
    seed: int,
    *,
    interval: float = 0.1,
    damping: float = 0.0,
    swing: tuple[float, float] = (0.5, 2.5),
) -> Array:
    """Rigid pendulums let go at random angles: θ'' = −(g/L) sin θ − γ θ'.

    L = 1 m, g = 9.81 m/s². Each is held at an angle drawn from `swing`, to the left or to the
    right, let go, and first looked at after a random part of the first two seconds. Integrated by
    the classical Runge–Kutta method of order four, ten of its steps in one of the data.

    Args:
        count: how many pendulums, at least 1.
        steps: how many states of each, at least 1.
        seed: of the random angles.
        interval: seconds between two states.
        damping: γ in 1/s; 0 conserves the energy.
        swing: the smallest and the largest first angle, in rad, from 0 to below π.

    Returns:
        (count, steps, 2): angle θ in rad, 0 hanging down, and angular velocity ω in rad/s.

    Raises:
        ValueError: count or steps is below 1, interval is not positive, damping is negative, or
            swing is no range within 0 to π.

    Source: W. Kutta (1901), Zeitschrift für Mathematik und Physik 46, on the integrator.
    """
    for name, value in (("count", count), ("steps", steps)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {name}={value}")
    if not interval > 0:
        raise ValueError(f"interval must be above 0 seconds, got interval={interval}")
    if damping < 0:
        raise ValueError(f"damping must be at least 0, got damping={damping}")
    low, high = swing
    if not 0 <= low <= high < np.pi:
        raise ValueError(f"swing must go from 0 to below π, the smaller first, got swing={swing}")
    rng = np.random.default_rng(seed)
    angle = rng.uniform(low, high, count) * rng.choice([-1.0, 1.0], count)
    state = np.stack([angle, np.zeros(count)], axis=-1)  # (count, 2)
    state = _advance(state, rng.uniform(0.0, 2.0, (count, 1)), damping, 200)
    states = np.empty((count, steps, 2))
    for t in range(steps):
        states[:, t] = state
        state = _advance(state, interval, damping, _SUBSTEPS)
    return states


def pendulum_step(states: npt.ArrayLike, *, interval: float = 0.1, damping: float = 0.0) -> Array:
    """Where pendulums are one step of the data later, by the same law as `pendulums`.

    Args:
        states: (..., 2), angle in rad and angular velocity in rad/s.
        interval: seconds in the step.
        damping: γ in 1/s.

    Returns:
        (..., 2).

    Raises:
        ValueError: interval is not positive or damping is negative.
    """
    if not interval > 0:
        raise ValueError(f"interval must be above 0 seconds, got interval={interval}")
    if damping < 0:
        raise ValueError(f"damping must be at least 0, got damping={damping}")
    begun = np.asarray(states, dtype=np.float64)
    moved = _advance(begun.reshape(-1, 2), interval, damping, _SUBSTEPS)
    return moved.reshape(begun.shape)


def pendulum_energy(states: npt.ArrayLike) -> Array:
    """The energy of a pendulum of 1 kg: ½ m L² ω² + m g L (1 − cos θ), in joules.

    Args:
        states: (..., 2), angle in rad and angular velocity in rad/s.

    Returns:
        (...), 0 where it hangs at rest.
    """
    angle, velocity = np.moveaxis(np.asarray(states, dtype=np.float64), -1, 0)
    moving = 0.5 * MASS * LENGTH**2 * velocity**2
    lifted = MASS * GRAVITY * LENGTH * (1.0 - np.cos(angle))
    return np.asarray(moving + lifted)


def _advance(state: Array, seconds: float | Array, damping: float, substeps: int) -> Array:
    """The state (count, 2) after some seconds, by Runge–Kutta's method of order four."""
    h = seconds / substeps
    for _ in range(substeps):
        k1 = _slope(state, damping)
        k2 = _slope(state + h / 2 * k1, damping)
        k3 = _slope(state + h / 2 * k2, damping)
        k4 = _slope(state + h * k3, damping)
        state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return state


def _slope(state: Array, damping: float) -> Array:
    """(θ', θ'') of the states (count, 2)."""
    angle, velocity = state[:, 0], state[:, 1]
    pull = -GRAVITY / LENGTH * np.sin(angle) - damping * velocity
    return np.stack([velocity, pull], axis=-1)
