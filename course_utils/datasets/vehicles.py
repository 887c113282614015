"""Vehicles that drive at a constant speed and turn at a constant rate, seen from above."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["turning_vehicles"]

Array = npt.NDArray[np.float64]


def turning_vehicles(
    count: int,
    steps: int,
    seed: int,
    *,
    interval: float = 0.4,
    noise: float = 0.0,
    speeds: tuple[float, float] = (3.0, 15.0),
    fastest_turn: float = 0.4,
) -> Array:
    """Positions of vehicles on constant-turn paths: ψ' = r, x' = v cos ψ, y' = v sin ψ.

    Speed v and turn rate r of a vehicle stay as they are, so that it drives on a circle of radius
    v / |r|. Each step is integrated in closed form, so that there is no error that could grow.

    Args:
        count: how many vehicles, at least 1.
        steps: how many positions of each, at least 1.
        seed: of the random speeds, turn rates, headings and of the noise.
        interval: seconds between two positions.
        noise: standard deviation in m of the sensor's error, in x and in y, new at each step.
        speeds: the lowest and the highest speed in m/s, drawn uniformly; at least 0.
        fastest_turn: the highest turn rate in rad/s, at least 0, to either side.

    Returns:
        (count, steps, 2): x and y in m. The first position, without noise, is the origin.

    Raises:
        ValueError: count or steps is below 1, interval is not positive, noise or fastest_turn is
            negative, or speeds is no range from 0 on.

    Source: X. R. Li and V. P. Jilkov (2003), Survey of maneuvering target tracking, part I.
    """
    for name, value in (("count", count), ("steps", steps)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {name}={value}")
    if not interval > 0:
        raise ValueError(f"interval must be above 0 seconds, got interval={interval}")
    for name, size in (("noise", noise), ("fastest_turn", fastest_turn)):
        if size < 0:
            raise ValueError(f"{name} must be at least 0, got {name}={size}")
    if not 0 <= speeds[0] <= speeds[1]:
        raise ValueError(f"speeds must go from 0 on, the lower first, got speeds={speeds}")
    rng = np.random.default_rng(seed)
    speed = rng.uniform(*speeds, (count, 1))
    turn = rng.uniform(-fastest_turn, fastest_turn, (count, 1)) * interval  # rad in one step
    heading = rng.uniform(-np.pi, np.pi, (count, 1)) + turn * np.arange(steps - 1)
    # The chord of an arc: shorter than the arc, in the direction of its middle.
    chord = speed * interval * np.sinc(turn / (2 * np.pi))
    middle = heading + turn / 2
    moves = chord[..., None] * np.stack([np.cos(middle), np.sin(middle)], axis=-1)
    positions = np.zeros((count, steps, 2))
    positions[:, 1:] = np.cumsum(moves, axis=1)
    return positions + noise * rng.normal(size=positions.shape)
