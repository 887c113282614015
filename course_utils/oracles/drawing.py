"""Inputs of cases: drawn at random, or with all but one of them set to zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Inputs

__all__ = ["draw", "zeroed"]


def draw(
    rng: np.random.Generator, *shape: int, scale: float = 1.0, dtype: Any = "float32"
) -> np.ndarray:
    """Normal numbers of standard deviation `scale`."""
    return (scale * rng.standard_normal(shape)).astype(dtype)


def zeroed(inputs: Inputs, *names: str) -> Inputs:
    """The inputs with the named arrays set to zero."""
    return {k: np.zeros_like(v) if k in names else v for k, v in inputs.items()}
