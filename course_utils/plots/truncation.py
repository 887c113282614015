"""The drawings of truncated BPTT: what crosses a border, and which use each loss reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.shapes import MEDIUM, arrow, box, canvas, frame, line, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["chunks", "reached", "reached_uses"]


def chunks(ax: Axes, steps: int = 4) -> Axes:
    """Three chunks of one row of the stream, with the ways of the state and of the gradient.

    Drawn for a figure of 7 × 3 inches.

    Args:
        ax: the axes.
        steps: steps in each chunk, 2 to 5.

    Returns:
        The same axes.

    Raises:
        ValueError: steps is below 2 or above 5.
    """
    if not 2 <= steps <= 5:
        raise ValueError(f"steps is {steps}; give 2 to 5, as many as can be drawn")
    canvas(ax, 6.9, 2.7)
    width, gap, left = 1.86, 0.32, 0.36
    state, back = 1.55, 0.85
    pitch = width / steps
    for k in range(3):
        start = left + k * (width + gap)
        frame(ax, (start, 0.55), (width, 1.55), palette.BASELINE)
        word(ax, (start + width / 2, 2.3), f"chunk {k}", palette.BASELINE, MEDIUM)
        places = [start + pitch * (s + 0.5) for s in range(steps)]
        size = (pitch * 0.62, 0.4)
        for s, x in enumerate(places):
            box(ax, (x, state), "$h$", palette.HIDDEN, size, MEDIUM)
            if s:
                arrow(
                    ax,
                    (places[s - 1] + size[0] / 2, state),
                    (x - size[0] / 2, state),
                    palette.HIDDEN,
                )
        into = start - gap if k else 0.05
        from_edge = into - (pitch - size[0]) / 2 if k else into
        arrow(ax, (from_edge, state), (places[0] - size[0] / 2, state), palette.HIDDEN)
        arrow(ax, (places[-1], back), (start + 0.1, back), palette.LOSS)
        line(ax, [(start + 0.08, back - 0.14), (start + 0.08, back + 0.14)], palette.LOSS)
    end = left + 3 * width + 2 * gap
    arrow(ax, (end - (pitch - pitch * 0.62) / 2, state), (6.88, state), palette.HIDDEN)
    word(ax, (left + width + gap / 2, 0.32), "the state crosses the border,", palette.HIDDEN)
    word(ax, (left + width + gap / 2 + 2.1, 0.32), "the gradient stops at it", palette.LOSS)
    word(ax, (left + width / 2, back + 0.22), "gradient", palette.LOSS)
    word(ax, (left + width / 2, state + 0.36), "state", palette.HIDDEN)
    return ax


def reached(steps: int, every: int, back: int) -> np.ndarray:
    """Which uses of the weight each loss reaches in TBPTT(every, back).

    Args:
        steps: T.
        every: k₁, how many new losses each update counts.
        back: k₂, how many steps each update walks back, at least k₁.

    Returns:
        (T, T) of bool: entry [t, s] says whether the loss of step t reaches the use of step s.

    Raises:
        ValueError: every is below 1, or back below every.
    """
    if not 1 <= every <= back:
        raise ValueError(f"need 1 <= every <= back, got every={every}, back={back}")
    loss, use = np.arange(steps)[:, None], np.arange(steps)
    update = (loss // every + 1) * every  # the walk begins after this many steps
    return (use <= loss) & (use >= update - back)


def reached_uses(steps: int = 12, tau: int = 4) -> Figure:
    """Three ways to cut, each as a map: a row for each loss, a column for each use.

    Args:
        steps: T.
        tau: how many steps each update walks back, even.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt
    from matplotlib.colors import ListedColormap

    fig, axes = plt.subplots(1, 3, figsize=(9, 3.2), sharey=True)
    names = {1: "sliding", tau // 2: "between", tau: "at chunk borders"}
    colours = ListedColormap(["white", palette.MUTED, palette.LOSS])
    for ax, (every, name) in zip(axes, names.items(), strict=True):
        kept = reached(steps, every, tau)
        past = np.tri(steps, dtype=int)
        places = [0.5, steps + 0.5, steps + 0.5, 0.5]
        ax.imshow(past + kept, cmap=colours, vmin=0, vmax=2, extent=places)
        rows = kept[tau:].sum(axis=1)
        ax.set(
            title=f"{name}: TBPTT({every}, {tau})",
            xlabel=f"use of w in step … ({rows.min()} to {rows.max()} reached)"
            if rows.min() < rows.max()
            else f"use of w in step … ({rows.min()} reached)",
            xticks=range(tau, steps + 1, tau),
            yticks=range(tau, steps + 1, tau),
        )
        ax.grid(visible=False)
    axes[0].set_ylabel("loss of step …")
    return fig
