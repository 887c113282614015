"""What the exercises of chapter 6 share: how their numbers are drawn."""

from __future__ import annotations

import numpy as np

__all__ = ["short", "signs"]


def signs(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Ones and minus ones."""
    return rng.choice([-1.0, 1.0], size=shape)


def short(rng: np.random.Generator, low: float, high: float) -> float:
    """A number with few binary digits: a plain number may pass through float32 and lose none."""
    return round(float(rng.uniform(low, high)) * 64) / 64
