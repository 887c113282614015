"""What the exercises of chapter 18 share: clips."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Inputs
from course_utils.oracles.drawing import draw

__all__ = ["clip_cases"]


def clip_cases(rng: np.random.Generator) -> list[Case]:
    """Videos in which B, T, H, W and C differ, and in which some of them agree."""

    def clips(*shape: int, dtype: str = "float32") -> Inputs:
        return {"videos": draw(rng, *shape, dtype=dtype)}

    return [
        Case("frames", clips(2, 4, 3, 5, 1), "two clips of four frames of 3 by 5 pixels"),
        Case("frames", clips(3, 5, 2, 4, 2, dtype="float64"), "two channels, float64"),
        Case("frames", clips(4, 4, 4, 4, 4), "B = T = H = W = C"),
        Case("edges", clips(1, 2, 3, 2, 1), "one clip of two frames: one pair"),
        Case("edges", clips(2, 5, 1, 1, 1, dtype="float64"), "frames of one pixel"),
        Case("edges", clips(2, 1, 3, 4, 1), "one frame: no pair, which may also be refused"),
    ]
