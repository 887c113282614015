"""How far the picture of a frame has moved, and frames moved by so much: no training."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["displacement", "shifted"]

Floats = npt.NDArray[np.floating]


def displacement(before: npt.ArrayLike, after: npt.ArrayLike) -> Floats:
    """How far the ink moved between frames without walls: what leaves on one side comes back.

    Ink that is moved by d pixels turns the slowest wave of its Fourier series by 2π d / length.
    A blur that is equal to all sides leaves that angle as it is.

    Args:
        before: (..., H, W), with one thing in motion.
        after: the same shape.

    Returns:
        (..., 2): pixels down and to the right, from −H/2 to H/2 and from −W/2 to W/2.
    """
    first, then = (np.asarray(each, dtype=np.float64) for each in (before, after))
    moved = []
    for axis in (-2, -1):
        length = first.shape[axis]
        wave = np.exp(2j * np.pi * np.arange(length) / length)
        other = -1 if axis == -2 else -2
        turns = [each.sum(axis=other) @ wave for each in (first, then)]
        moved.append(np.angle(turns[1] * np.conj(turns[0])) * length / (2 * np.pi))
    return np.stack(moved, axis=-1)


def shifted(frames: npt.ArrayLike, by: npt.ArrayLike) -> Floats:
    """Frames moved by any number of pixels, round the frame; between pixels neighbours are mixed.

    Args:
        frames: (..., H, W).
        by: (..., 2), pixels down and to the right for each frame.

    Returns:
        (..., H, W), float64.
    """
    pictures, move = np.asarray(frames, dtype=np.float64), np.asarray(by, dtype=np.float64)
    height, width = pictures.shape[-2:]
    down, right = _mixing(move[..., 0], height), _mixing(move[..., 1], width)
    return down @ pictures @ np.swapaxes(right, -1, -2)


def _mixing(by: Floats, length: int) -> Floats:
    """(..., length, length): how much of each pixel (column) falls on each one (row)."""
    places = np.arange(length)
    ahead = np.mod(places[:, None] - places - by[..., None, None], length)
    distance = np.minimum(ahead, length - ahead)
    return np.maximum(0.0, 1.0 - distance)
