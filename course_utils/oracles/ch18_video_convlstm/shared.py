"""What the exercises of chapter 18 share: clips, and the way back through a convolution."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Inputs
from course_utils.oracles.drawing import draw

__all__ = ["clip_cases", "convolution_gradients"]

Array = np.ndarray


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


def convolution_gradients(
    value: Array, kernel: Array, sums: Array, *widths: tuple[int, int]
) -> tuple[Array, Array]:
    """The gradients of sum(convolution · sums) for what is convolved and for the kernel.

    Args:
        value: (B, ..., C).
        kernel: (..., C, D).
        sums: (B, ..., D): a factor for each output.
        widths: the zeros that stand before and behind, for each axis between B and C.
    """
    pads = ((0, 0), *widths, (0, 0))
    padded = np.pad(value, pads)
    d_padded, d_kernel = np.zeros_like(padded), np.zeros_like(kernel)
    axes = range(sums.ndim - 1)
    for shift in np.ndindex(*kernel.shape[:-2]):
        met = (
            slice(None),
            *(slice(s, s + n) for s, n in zip(shift, sums.shape[1:-1], strict=True)),
        )
        d_kernel[shift] = np.tensordot(padded[met], sums, axes=(axes, axes))
        d_padded[met] += sums @ kernel[shift].T
    inner = tuple(slice(low, low + n) for (low, _), n in zip(pads, value.shape, strict=True))
    return d_padded[inner], d_kernel
