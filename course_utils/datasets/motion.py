"""Clips of real handwritten digits in motion, where only the motion tells one law from another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.datasets.handwriting import digits
from course_utils.errors import UnknownNameError

__all__ = ["LAWS", "REVERSED", "Clips", "moving_digits"]

#: Every law of motion, in pairs that are time reversals of each other; the last is its own.
LAWS = (
    "right",
    "left",
    "down",
    "up",
    "clockwise",
    "counterclockwise",
    "accelerate",
    "decelerate",
    "bounce",
)
#: Law → the law that the clip shows when it is played backwards.
REVERSED = {
    **{law: LAWS[k ^ 1] for k, law in enumerate(LAWS[:-1])},
    "bounce": "bounce",
}
#: Straight moves: one step in (down, right), that is in rows and columns.
_STRAIGHT = {"right": (0.0, 1.0), "left": (0.0, -1.0), "down": (1.0, 0.0), "up": (-1.0, 0.0)}
_SLOWEST, _FASTEST = 0.25, 1.75  # of the mean speed, at the two ends of an accelerated path
_SIDE = 8  # pixels of a stored digit
_REACH = _SIDE + 1  # pixels that a digit between two pixels touches
_TRAIN = 4 / 5  # share of the stored images


class Clips(NamedTuple):
    """Videos and what is behind them.

    Attributes:
        videos: (N, T, H, W, 1), float32, 0 (paper) to 1 (ink); row 0 is the top.
        laws: (N,), int64: which of the laws asked for, by its place among them.
        digits: (N, count), int64, 0 to 9: what is written.
        places: (N, T, count, 2), float64: row and column, in pixels, of the top left corner of
            each digit in each frame; beyond the frame where it has been round it.
    """

    videos: npt.NDArray[np.float32]
    laws: npt.NDArray[np.int64]
    digits: npt.NDArray[np.int64]
    places: npt.NDArray[np.float64]


def moving_digits(
    clips: int,
    frames: int = 8,
    size: tuple[int, int] = (16, 16),
    laws: Sequence[str] = LAWS[:-1],
    count: int = 1,
    speed: tuple[float, float] = (0.75, 1.25),
    scale: float = 1.0,
    part: Literal["all", "train", "test"] = "all",
    seed: int = 0,
) -> Clips:
    """Clips of real handwritten digits that move by a law; the same seed gives the same clips.

    All laws but "bounce" run on a frame without walls: what leaves on the right comes back on the
    left. A digit starts anywhere, each place as likely as any other, so that in *every* frame it
    stands anywhere, whatever the law: no single frame, and no frame with its number, says
    anything about the law. A law's path played backwards is a path of the law `REVERSED` gives,
    equally likely: frames in unknown order do not tell the two of a pair apart.

    The straight laws keep a speed. "clockwise" and "counterclockwise" keep it on a circle of a
    fifth of the shorter side. "accelerate" goes straight in any direction, from a quarter of the
    speed to seven quarters; "decelerate" the other way round. "bounce" goes straight in any
    direction and is thrown back by the walls; it never crosses them, so that a digit cut by the
    border gives the other laws away from it: use it alone. Moves are finer than a pixel.

    Args:
        clips: N, at least 0; every law has N / len(laws) of them, give or take one.
        frames: T, at least 1.
        size: height and width of a frame in pixels; a digit must fit, 9 · scale.
        laws: names from `LAWS`, at least one; each clip follows one of them.
        count: digits in a clip, at least 1; all follow its law, each with its own start, speed
            and direction. Where they cross, the darker ink shows.
        speed: least and greatest mean speed of a digit in pixels per frame, drawn evenly.
        scale: pixels on the screen per pixel of the stored digit, at least 1.
        part: which of the stored images: "train" the first four fifths, "test" the others, so
            that no test clip shows a digit from training; or "all".
        seed: a non-negative integer.

    Returns:
        The clips in random order.

    Raises:
        ValueError: an argument is out of its range; names it.
        UnknownNameError: there is no such law.

    Source: after N. Srivastava, E. Mansimov and R. Salakhutdinov (2015), Unsupervised Learning of
    Video Representations using LSTMs (Moving MNIST), with laws of motion as labels.
    """
    _refuse_impossible(clips, frames, size, laws, count, speed, scale, part)
    rng = np.random.default_rng(seed)
    images, labels = digits()
    first = round(len(images) * _TRAIN)
    low, high = {"all": (0, len(images)), "train": (0, first), "test": (first, len(images))}[part]
    law = rng.permutation(np.arange(clips) % len(laws))
    chosen = rng.integers(low, high, size=(clips, count))
    places = np.empty((clips, frames, count, 2))
    for k, name in enumerate(laws):
        these = np.flatnonzero(law == k)
        paths = _paths(rng, name, len(these) * count, frames, size, speed, scale)
        places[these] = paths.reshape(len(these), count, frames, 2).transpose(0, 2, 1, 3)
    videos = np.zeros((clips, frames, *size), np.float32)
    for k in range(count):
        np.maximum(videos, _draw(images[chosen[:, k]], places[:, :, k], size, scale), out=videos)
    return Clips(videos[..., None], law.astype(np.int64), labels[chosen], places)


def _paths(
    rng: np.random.Generator,
    law: str,
    paths: int,
    frames: int,
    size: tuple[int, int],
    speed: tuple[float, float],
    scale: float,
) -> npt.NDArray[np.float64]:
    """(paths, T, 2): row and column of a digit's corner, before it is wrapped round the frame."""
    start = rng.uniform(size=(paths, 1, 2)) * size
    pace = rng.uniform(*speed, size=(paths, 1))  # pixels per frame
    angle = rng.uniform(0, 2 * np.pi, size=(paths, 1))
    steps = np.arange(frames)
    if law in ("clockwise", "counterclockwise"):
        radius = min(size) / 5
        turn = 1 if law == "clockwise" else -1  # rows count downwards: a growing angle
        angle = angle + turn * pace / radius * steps
        return start + radius * np.stack([np.sin(angle), np.cos(angle)], axis=-1)
    travelled = pace * steps  # (paths, T)
    if law in ("accelerate", "decelerate"):
        factors = np.linspace(_SLOWEST, _FASTEST, frames - 1) if frames > 1 else np.empty(0)
        if law == "decelerate":
            factors = factors[::-1]
        travelled = pace * np.concatenate([[0.0], np.cumsum(factors)])
    heading = np.concatenate([np.sin(angle), np.cos(angle)], axis=1)  # (paths, 2)
    if law in _STRAIGHT:
        heading = np.tile(_STRAIGHT[law], (paths, 1))
    path = start + travelled[:, :, None] * heading[:, None, :]
    return _between_walls(path, start, size, scale) if law == "bounce" else path


def _between_walls(
    path: npt.NDArray[np.float64],
    start: npt.NDArray[np.float64],
    size: tuple[int, int],
    scale: float,
) -> npt.NDArray[np.float64]:
    """The path with its start scaled into the walls, mirrored wherever it would cross one."""
    room = np.array(size) - _REACH * scale + 1  # what the corner of the digit can move
    inside = path - start + start / size * room
    return scale - 1 + room - np.abs(np.mod(inside, 2 * room) - room)


def _draw(
    images: npt.NDArray[np.float32],
    places: npt.NDArray[np.float64],
    size: tuple[int, int],
    scale: float,
) -> npt.NDArray[np.float32]:
    """One digit per clip, (N, 8, 8), at its places, (N, T, 2) → (N, T, H, W)."""
    height, width = (
        _weights(places[:, :, axis], size[axis], scale)  # (N, T, H or W, 8)
        for axis in (0, 1)
    )
    inked = height @ images[:, None] @ np.swapaxes(width, -1, -2)
    return np.clip(inked, 0, 1)


def _weights(places: npt.NDArray[np.float64], length: int, scale: float) -> npt.NDArray[np.float32]:
    """(N, T, length, 8): how much of each row of the digit falls on each row of the frame.

    Linear interpolation: a pixel between two rows of the digit mixes them by nearness.
    """
    pixels = np.arange(length) - places[..., None]  # (N, T, length), from the digit's corner
    pixels = np.mod(pixels + scale, length) - scale  # once round the frame, its fade-in included
    return np.maximum(0, 1 - np.abs(pixels[..., None] / scale - np.arange(_SIDE))).astype(
        np.float32
    )


def _refuse_impossible(
    clips: int,
    frames: int,
    size: tuple[int, int],
    laws: Sequence[str],
    count: int,
    speed: tuple[float, float],
    scale: float,
    part: str,
) -> None:
    for name, value, least in (("clips", clips, 0), ("frames", frames, 1), ("count", count, 1)):
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}.")
    if isinstance(laws, str) or not laws:
        raise ValueError(f"laws must be a sequence of at least one name, got {laws!r}.")
    for law in laws:
        if law not in LAWS:
            raise UnknownNameError("law of motion", law, LAWS)
    if not 0 <= speed[0] <= speed[1]:
        raise ValueError(f"speed must be (least, greatest), neither negative, got {speed}.")
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}.")
    if min(size) < _REACH * scale:
        raise ValueError(
            f"size {size} is too small: a digit at scale {scale:g} needs "
            f"{_REACH * scale:g} pixels each way. Enlarge size or lower scale."
        )
    if part not in ("all", "train", "test"):
        raise ValueError(f'part must be "all", "train" or "test", got {part!r}.')
