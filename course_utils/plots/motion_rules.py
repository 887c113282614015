"""Rules that name a law of motion without a network: kernels, headings, and what a score is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_energy", "draw_headings", "draw_repair"]


def draw_energy(ax: Axes, typical: np.ndarray, names: Sequence[str]) -> Axes:
    """The mean response of clips of law k (row) to the kernel for each law (column), (K, K).

    The title counts the laws whose own kernel responds least.
    """
    for row, name, marker in zip(typical, names, "osD^", strict=True):
        ax.plot(range(len(names)), row, marker + "-", label=f"moves {name}")
    ax.set_xticks(range(len(names)), [f"kernel for\n{name}" for name in names])
    silenced = int(np.sum(typical.argmin(axis=1) == np.arange(len(names))))
    ax.set(
        title=f"{silenced} of {len(names)} motions silence their own kernel",
        ylabel="mean squared response",
        ylim=(0, None),
    )
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def draw_headings(ax: Axes, headings: np.ndarray, names: Sequence[str], right: float) -> Axes:
    """Which way the digit heads between two frames, for a clip of each law.

    Args:
        ax: the axes.
        headings: (K, T - 1) angles in radians, 0 to the right and a quarter turn down.
        names: K laws.
        right: the share of clips that the rule names rightly, for the title.

    Returns:
        The same axes.
    """
    pairs = [f"{t} and {t + 1}" for t in range(1, headings.shape[1] + 1)]
    ax.set_xticks(np.arange(1.5, len(pairs) + 1), pairs)
    colours = (palette.HIDDEN, palette.CELL, palette.WEIGHT, palette.GATE, palette.OUTPUT)
    looks = zip(headings, names, (*colours, palette.LOSS), "os^vD*", strict=True)
    for row, name, colour, marker in looks:
        ax.plot(
            np.arange(1.5, len(row) + 1), np.degrees(row), marker + "-", color=colour, label=name
        )
    ax.set(
        title=f"Two phases per frame, no weights: {100 * right:.0f}% of the clips named rightly",
        xlabel="between frames",
        ylabel="heading (degrees)",
    )
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def draw_repair(ax: Axes, scores: Mapping[str, float]) -> Axes:
    """The scores of three classifiers beside chance among four laws."""
    colours = [palette.OUTPUT, palette.BASELINE, palette.TRUTH]
    ax.barh(list(scores), list(scores.values()), color=colours)
    ax.axvline(0.25, color=palette.TRUTH, linestyle=":")
    ax.invert_yaxis()
    blind = max(list(scores.values())[:2])
    ax.set(
        title=f"Who knows nothing gets up to {blind:.2f}",
        xlabel="score; dotted: one of four laws, by chance",
        xlim=(0, 1.05),
    )
    return ax
