"""What can be read off a moving picture without a network: energies, headings, changed ink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.progress import progress

__all__ = ["headings", "ink_changed", "motion_energy", "named_by_heading"]


def motion_energy(
    conv3d: Callable[[np.ndarray, np.ndarray], Any],
    kernels: Sequence[np.ndarray],
    videos: np.ndarray,
) -> np.ndarray:
    """(N, K): the mean squared response of each of N clips, (N, T, H, W, 1), to each of K kernels.

    Args:
        conv3d: the student's.
        kernels: K arrays of (kt, kh, kw).
        videos: the clips.
    """
    return np.array(
        [
            [np.mean(np.asarray(conv3d(clip[..., 0], kernel)) ** 2) for kernel in kernels]
            for clip in progress(videos, "four kernels")
        ]
    )


def headings(videos: np.ndarray) -> np.ndarray:
    """(N, T - 1): which way the picture moves between two frames of (N, T, H, W, 1), in radians.

    0 is to the right, a quarter turn is down; an angle goes on beyond a full turn. On a frame
    without walls a move turns the phase of each spatial wave. The two waves that fit once into the
    height and once into the width give the moves down and to the right.
    """
    waves = np.fft.fft2(videos[..., 0])
    turned = waves[:, :-1] * waves[:, 1:].conj()  # the angle: by how much each phase has turned
    down, right = (
        np.angle(turned[..., i, j]) * videos.shape[axis] for i, j, axis in ((1, 0, 2), (0, 1, 3))
    )
    return np.unwrap(np.arctan2(down, right), axis=1)


def named_by_heading(angles: np.ndarray) -> np.ndarray:
    """(N,) the place among the six laws: a circle where the heading turns by half a radian or more.

    Args:
        angles: (N, T - 1), of `headings`.
    """
    turn = angles[:, -1] - angles[:, 0]
    quarter = np.rint(angles.mean(axis=1) / (np.pi / 2)).astype(int) % 4  # right, down, left, up
    straight = np.array([0, 2, 1, 3])[quarter]
    return np.where(np.abs(turn) < 0.5, straight, np.where(turn > 0, 4, 5))


def ink_changed(videos: np.ndarray, laws: np.ndarray) -> np.ndarray:
    """(K,) the mean squared difference between two frames, for the clips of each law.

    Args:
        videos: (N, T, H, W, C).
        laws: (N,) whole numbers from 0.
    """
    change = np.square(np.diff(videos, axis=1)).mean(axis=(1, 2, 3, 4))
    return np.array([change[laws == k].mean() for k in range(laws.max() + 1)])
