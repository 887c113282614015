"""Moments of several videos side by side, and which frame has an influence on which output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["influence", "moment", "rollouts"]


def moment(clips: np.ndarray, t: int) -> Figure:
    """Frame t of some clips, side by side.

    Args:
        clips: (N, T, H, W, 1), 0 (paper) to 1 (ink).
        t: which frame, from 0.

    Returns:
        A new figure.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(clips), figsize=(7, 1.6), squeeze=False)
    for ax, clip in zip(axes[0], clips, strict=True):
        _picture(ax, clip[t, :, :, 0])
        ax.spines[:].set_visible(True)
    fig.suptitle(f"frame {t + 1} of {clips.shape[1]}", fontsize=10)
    return fig


def rollouts(
    videos: Mapping[str, np.ndarray], colours: Mapping[str, str], context: int, t: int
) -> Figure:
    """Frame t of several videos, one column for each; thick where a model lives on its own frames.

    Args:
        videos: name → (N, T, H, W, 1), the truth among them under the name "truth"; N is the number
            of rows.
        colours: name → colour of the column.
        context: how many frames are known.
        t: which frame, from 0.

    Returns:
        A new figure.
    """
    import matplotlib.pyplot as plt

    rows = len(next(iter(videos.values())))
    fig, axes = plt.subplots(
        rows, len(videos), figsize=(1.4 * len(videos), 1.5 * rows), squeeze=False
    )
    for column, (name, video) in enumerate(videos.items()):
        free = t >= context and name != "truth"
        for ax, clip in zip(axes[:, column], video, strict=True):
            _picture(ax, clip[t, :, :, 0])
            for spine in ax.spines.values():
                spine.set(visible=True, color=colours[name], linewidth=2.5 if free else 0.8)
        title = axes[0, column].set_title(name, fontsize=10, loc="center")
        title.set_color(palette.text(colours[name]))
    state = "seen" if t < context else f"predicted, {t - context + 1} ahead"
    fig.suptitle(f"frame {t + 1}: {state}", fontsize=10)
    return fig


def influence(ax: Axes, table: np.ndarray, title: str) -> Axes:
    """Which frames an output depends on; the future is in another colour.

    Args:
        ax: the axes.
        table: (T, T), True where changing frame s (column) changes output t (row).
        title: whose table it is.

    Returns:
        The same axes.
    """
    steps = range(len(table))
    names = range(1, len(table) + 1)
    ax.imshow(table, cmap="gray_r", vmin=0, vmax=1.4)
    ax.imshow(np.where(np.triu(table, 1), 1.0, np.nan), cmap="RdPu", vmin=0, vmax=1.5)
    ax.set(title=title, xlabel="frame that is changed", ylabel="output that changes")
    ax.set(xticks=steps, xticklabels=names, yticks=steps, yticklabels=names)
    ax.grid(visible=False)
    return ax


def _picture(ax: Axes, frame: np.ndarray) -> None:
    ax.imshow(frame, cmap="gray_r", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
