"""What the chapters on video draw: strips of frames, and how far a pixel sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.plots import palette
from course_utils.plots.shapes import MEDIUM, arrow, box, canvas, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = ["conv_lstm", "receptive_fields", "strip"]

_SIGNED = "PuOr"  # errors: purple below the truth, orange above it; readable without colour vision


def strip(
    rows: Mapping[str, ArrayLike],
    titles: Sequence[str],
    signed: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
    title: str = "",
) -> Figure:
    """Frames side by side, one row for each video; black is 1, white is 0.

    Args:
        rows: name → (T, H, W) frames; NaN frames are left empty.
        titles: T words above the columns.
        signed: the names of rows of errors, −1 to 1: purple is too dark, orange too light.
        colours: name → colour of the row's frame; what is not named is black.
        title: what the figure shows, as a sentence.

    Returns:
        A new figure.

    Raises:
        ValueError: a row has not one frame for each title.
    """
    import matplotlib.pyplot as plt

    videos = {name: np.asarray(frames, dtype=float) for name, frames in rows.items()}
    for name, frames in videos.items():
        if frames.ndim != 3 or len(frames) != len(titles):
            raise ValueError(
                f"the row {name!r} has shape {frames.shape}; give (T, H, W) with T = {len(titles)},"
                " one frame for each title"
            )
    height = 0.85 * len(videos) + (0.55 if title else 0.25)
    fig, axes = plt.subplots(
        len(videos), len(titles), figsize=(0.82 * len(titles) + 1.0, height), squeeze=False
    )
    for row, (name, frames) in zip(axes, videos.items(), strict=True):
        colour = (colours or {}).get(name, palette.TRUTH)
        for ax, frame in zip(row, frames, strict=True):
            how: dict[str, Any] = {"cmap": "gray_r", "vmin": 0, "vmax": 1}
            if name in signed:
                how = {"cmap": f"{_SIGNED}_r", "vmin": -1, "vmax": 1}
            _frame(ax, frame, colour, how)
        row[0].set_ylabel(
            name, rotation=0, ha="right", va="center", color=palette.text(colour), labelpad=6
        )
    for ax, words in zip(axes[0], titles, strict=True):
        ax.set_title(words, fontsize=9, fontweight="normal", loc="center")
    if title:
        fig.suptitle(title, fontsize=11, fontweight="bold", x=0.01, ha="left")
    return fig


def _frame(ax: Axes, frame: np.ndarray, colour: str, how: dict[str, Any]) -> None:
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    if np.isnan(frame).all():
        ax.set(facecolor="none")
        ax.spines[:].set_visible(False)  # the row's name, to the left of its first frame, stays
        return
    ax.imshow(frame, **how)
    for spine in ax.spines.values():
        spine.set(visible=True, color=colour, linewidth=1.2)


def conv_lstm(ax: Axes) -> Axes:
    """One step of a convolutional LSTM: a pixel's state comes from two neighbourhoods and its past.

    Drawn for a figure of 7 × 3 inches (Shi et al., 2015, without peepholes).

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, 6.9, 2.8)
    cell, low = 0.26, 0.75
    sheets = {
        "$x_t$": (0.3, palette.INPUT, 3),
        "$h_{t-1}$": (2.05, palette.HIDDEN, 3),
        "$c_{t-1}$": (3.8, palette.CELL, 1),
        "$h_t,\\ c_t$": (5.45, palette.HIDDEN, 1),
    }
    for name, (left, colour, reach) in sheets.items():
        _sheet(ax, (left, low), cell, colour, reach)
        word(ax, (left + 2.5 * cell, low + 5 * cell + 0.25), name, colour, 13)
    for left, words in (
        (0.3, "'same' convolution"),
        (2.05, "'same' convolution"),
        (3.8, "pixel by pixel"),
    ):
        word(ax, (left + 2.5 * cell, low - 0.25), words, palette.BASELINE)
    word(ax, (1.8, low + 2.5 * cell), "+", palette.TRUTH, 14)
    word(ax, (3.58, low + 2.5 * cell), "→", palette.TRUTH, 13)
    arrow(ax, (3.8 + 5 * cell + 0.06, low + 2.5 * cell), (5.41, low + 2.5 * cell), palette.GATE)
    word(ax, (5.45 + 2.5 * cell, low - 0.25), "one pixel's new state", palette.BASELINE)
    word(ax, (3.45, 0.12), "the gates i, f, o and the candidate have an image each", palette.GATE)
    return ax  # fmt: skip


def _sheet(ax: Axes, corner: tuple[float, float], cell: float, colour: str, reach: int) -> None:
    """Five by five pixels; the middle `reach` × `reach` of them are filled."""
    from matplotlib.patches import Rectangle

    first, last = 2 - reach // 2, 2 + reach // 2
    for row in range(5):
        for column in range(5):
            inside = first <= row <= last and first <= column <= last
            face = palette.tint(colour, 0.55 if inside else 0.08)
            at = (corner[0] + column * cell, corner[1] + row * cell)
            ax.add_patch(Rectangle(at, cell, cell, fc=face, ec=colour, lw=0.8, zorder=3))


def receptive_fields(ax: Axes) -> Axes:
    """Which frames output 3 sees, with a kernel of three frames: 'same' and causal, side by side.

    Drawn for a figure of 7 × 3 inches.

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, 6.9, 2.5)
    pitch, size = 0.58, (0.42, 0.36)
    for left, name, seen in ((0.2, "'same' in time", (2, 3, 4)), (3.75, "causal", (1, 2, 3))):
        word(ax, (left + 2.5 * pitch, 2.35), name, palette.TRUTH, MEDIUM)
        for t in range(1, 6):
            x = left + pitch * (t - 0.5)
            future = t in seen and t > 3
            colour = palette.LOSS if future else palette.INPUT if t in seen else palette.MUTED
            box(ax, (x, 0.75), str(t), colour, size, MEDIUM, solid=future)
            box(ax, (x, 1.85), str(t), palette.OUTPUT if t == 3 else palette.MUTED, size, MEDIUM)
            if t in seen:
                arrow(ax, (x, 0.95), (left + pitch * 2.5, 1.65), colour)
        word(ax, (left - 0.08, 0.75), "in", palette.INPUT, align="right")
        word(ax, (left - 0.08, 1.85), "out", palette.OUTPUT, align="right")
    word(
        ax,
        (0.2 + 3.5 * pitch, 0.3),
        "output 3 has seen frame 4:\nit is asked to predict it",
        palette.LOSS,
    )
    word(
        ax,
        (3.75 + 2.5 * pitch, 0.3),
        "output 3 sees frames 1 to 3:\nzeros stand before frame 1",
        palette.INPUT,
    )
    return ax  # fmt: skip
