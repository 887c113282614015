"""Two pendulums that begin almost alike: how far they are apart after a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

__all__ = ["pushes"]

Array: TypeAlias = np.ndarray


def pushes(
    pendulums: Mapping[str, tuple[float, float]], seconds: float, apart: float, step: float = 0.01
) -> tuple[Array, dict[str, Array]]:
    """How far two pendulums are apart that began almost alike.

    Args:
        pendulums: name → the angle at the start (radians), the friction.
        seconds: how long they swing.
        apart: how far the second begins from the first (radians).
        step: of the integration (s).

    Returns:
        The times (S,), and name → the difference of the states over that at the start, (S,).
    """
    sizes = {}
    for name, (angle, friction) in pendulums.items():
        pair = [_swing(begin, friction, seconds, step) for begin in (angle + apart, angle)]
        sizes[name] = np.linalg.norm(pair[0] - pair[1], axis=1) / apart
    return np.arange(int(seconds / step) + 1) * step, sizes


def _swing(angle: float, friction: float, seconds: float, step: float) -> Array:
    """The states (angle, speed) over time, by the fourth-order Runge-Kutta rule: (S, 2)."""

    def slope(state: Array) -> Array:
        return np.array([state[1], -np.sin(state[0]) - friction * state[1]])

    states = [np.array([angle, 0.0])]
    for _ in range(int(seconds / step)):
        s = states[-1]
        k1 = slope(s)
        k2 = slope(s + step / 2 * k1)
        k3 = slope(s + step / 2 * k2)
        k4 = slope(s + step * k3)
        states.append(s + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return np.array(states)
