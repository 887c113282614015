"""Pictures of videos: frames side by side, three ways to read them, what is taken for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.shapes import MEDIUM, SMALL, arrow, box, canvas, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["confusion", "film_strip", "three_ways"]


def film_strip(ax: Axes, clips: np.ndarray, names: Sequence[str]) -> Axes:
    """Clips as rows of frames, dark ink on white.

    Args:
        ax: the axes.
        clips: (R, T, H, W), 0 (paper) to 1 (ink).
        names: R words, one for each row.

    Returns:
        The same axes.

    Raises:
        ValueError: there are not as many names as clips.
    """
    if len(names) != len(clips):
        raise ValueError(f"there are {len(clips)} clips and {len(names)} names; give one for each")
    rows, steps, height, width = clips.shape
    tall, wide = height + 1, width + 1  # a line between two frames
    canvas_ = np.full((rows * tall + 1, steps * wide + 1), 0.35)
    for row in range(rows):
        for t in range(steps):
            top, left = row * tall + 1, t * wide + 1
            canvas_[top : top + height, left : left + width] = clips[row, t]
    ax.imshow(canvas_, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    middles = [t * wide + 0.5 + width / 2 for t in range(steps)]
    ax.set_xticks(middles, [str(t + 1) for t in range(steps)])
    ax.set_yticks([row * tall + 0.5 + height / 2 for row in range(rows)], names)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_xlabel("frame")
    return ax


def three_ways(ax: Axes) -> Axes:
    """CNN+LSTM, ConvLSTM and Conv3D side by side, time from left to right.

    Drawn for a figure of 9 × 3.2 inches.

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, 9.0, 3.2)
    size = (0.5, 0.4)
    steps = (0.45, 1.15, 1.85)
    for k, title in enumerate(("2D CNN + LSTM", "ConvLSTM", "Conv3D")):
        left = 0.15 + 3.0 * k
        word(ax, (left + 1.15, 3.02), title, palette.TRUTH, MEDIUM)
        for s, x in enumerate(steps):
            box(ax, (left + x, 0.3), f"$x_{s + 1}$", palette.INPUT, size, MEDIUM)
    _cnn_lstm(ax, [0.15 + x for x in steps], size)
    _conv_lstm(ax, [3.15 + x for x in steps], size)
    _conv_3d(ax, [6.15 + x for x in steps], size)
    return ax


def _cnn_lstm(ax: Axes, places: list[float], size: tuple[float, float]) -> None:
    for s, x in enumerate(places):
        arrow(ax, (x, 0.5), (x, 0.8), palette.INPUT)
        box(ax, (x, 1.0), "2D", palette.WEIGHT, size, SMALL)
        arrow(ax, (x, 1.2), (x, 1.5), palette.WEIGHT)
        box(ax, (x, 1.7), "$h$", palette.HIDDEN, size, MEDIUM)
        if s:
            arrow(ax, (places[s - 1] + 0.25, 1.7), (x - 0.25, 1.7), palette.HIDDEN)
    _answer(ax, places[-1], 1.9)
    word(ax, (places[0] - 0.2, 2.3), "a vector per frame", palette.HIDDEN, SMALL, "left")


def _conv_lstm(ax: Axes, places: list[float], size: tuple[float, float]) -> None:
    for s, x in enumerate(places):
        arrow(ax, (x, 0.5), (x, 1.36), palette.INPUT)
        for shift in (0.08, 0.0):
            box(
                ax,
                (x + shift, 1.6 + shift),
                "" if shift else "$h$",
                palette.HIDDEN,
                (0.46, 0.46),
                MEDIUM,
            )
        if s:
            arrow(ax, (places[s - 1] + 0.33, 1.6), (x - 0.24, 1.6), palette.HIDDEN)
    _answer(ax, places[-1], 1.92)
    word(ax, (places[0] - 0.2, 2.3), "a map per frame", palette.HIDDEN, SMALL, "left")


def _conv_3d(ax: Axes, places: list[float], size: tuple[float, float]) -> None:
    middle = places[1]
    for x in places:
        arrow(ax, (x, 0.5), (x, 0.85), palette.INPUT)
    box(ax, (middle, 1.08), "kernel over frames", palette.WEIGHT, (2.0, 0.42), SMALL)
    for shift in (-0.35, 0.35):
        arrow(ax, (middle + shift, 1.3), (middle + shift, 1.48), palette.WEIGHT)
        box(ax, (middle + shift, 1.7), "map", palette.HIDDEN, (0.56, 0.4), SMALL)
        arrow(ax, (middle + shift, 1.9), (middle + shift * 0.3, 2.22), palette.HIDDEN)
    word(ax, (middle - 0.62, 2.3), "mean", palette.HIDDEN, SMALL)
    box(ax, (middle, 2.44), "$y$", palette.OUTPUT, (0.5, 0.4), MEDIUM)


def _answer(ax: Axes, x: float, bottom: float) -> None:
    arrow(ax, (x, bottom), (x, 2.22), palette.HIDDEN)
    box(ax, (x, 2.44), "$y$", palette.OUTPUT, (0.5, 0.4), MEDIUM)


def confusion(ax: Axes, shares: np.ndarray, names: Sequence[str]) -> Axes:
    """What is taken for what: one row for each truth, its shares written in the squares.

    Args:
        ax: the axes.
        shares: (K, K), row k the shares of truth k that were named each; rows sum to 1.
        names: K words.

    Returns:
        The same axes.

    Raises:
        ValueError: the shares are not (K, K).
    """
    if shares.shape != (len(names), len(names)):
        raise ValueError(f"shares has shape {shares.shape}, but there are {len(names)} names")
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        if share >= 0.005:
            colour = "white" if share > 0.6 else palette.TRUTH
            ax.text(
                column, row, f"{100 * share:.0f}", ha="center", va="center", color=colour, size=8
            )
    ax.set_xticks(range(len(names)), names, rotation=60, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(names)), names)
    ax.grid(visible=False)
    return ax
