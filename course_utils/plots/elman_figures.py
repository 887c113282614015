"""The small figures of the Elman chapter: the cycle, untrained states, parameters, two loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_cycle", "draw_parameters", "draw_states", "draw_unrolled_twice"]


def draw_cycle(years: np.ndarray, spots: np.ndarray) -> Figure:
    """All years in order, and each year beside the next one, by where it came from.

    Args:
        years: (T,) years.
        spots: (T,) the sunspot number of each.
    """
    import matplotlib.pyplot as plt

    now, following = spots[1:-1], spots[2:]
    came_up = now > spots[:-2]
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3), width_ratios=[2, 1])
    left.plot(years, spots, color=palette.TRUTH, linewidth=1)
    left.axvline(1930, color=palette.MUTED, linestyle=":")
    left.set(
        title="Sunspots come in cycles of about 11 years", xlabel="year", ylabel="sunspot number"
    )
    right.scatter(
        now[came_up], following[came_up], s=9, color=palette.INPUT, label="came from below"
    )
    right.scatter(
        now[~came_up],
        following[~came_up],
        s=9,
        color=palette.OUTPUT,
        marker="v",
        label="from above",
    )
    right.set(
        title="Up or down: it depends on the past",
        xlabel="this year's number",
        ylabel="next year's number",
    )
    right.legend(fontsize=8)
    return fig


def draw_states(years: np.ndarray, spots: np.ndarray, states: np.ndarray) -> Figure:
    """A series above the states of the cell that reads it.

    Args:
        years: (T,) years.
        spots: (T,) the sunspot number of each.
        states: (T, U) the state after each.
    """
    import matplotlib.pyplot as plt

    fig, (top, bottom) = plt.subplots(2, 1, figsize=(8, 5), sharex=True, height_ratios=[1, 2])
    top.plot(years, spots, color=palette.INPUT)
    top.set(title="The input: one number a year", ylabel="sunspot number")
    units = states.shape[1]
    rows = 2.4 * np.arange(units)[::-1]
    bottom.plot(years, states + rows, color=palette.HIDDEN, linewidth=1)
    bottom.set(
        title="The states of five untrained units, each from −1 to 1 around its own line",
        xlabel="year",
        ylabel="unit",
    )
    bottom.set_yticks(rows, [str(unit) for unit in range(1, units + 1)])
    return fig


def draw_parameters(lengths: Sequence[int], elman: Sequence[int], dense: Sequence[int]) -> Figure:
    """The parameters of both layers over the length of the sequence.

    Args:
        lengths: N lengths T.
        elman: N counts, of the Elman layer.
        dense: N counts, of the dense layer on the whole sequence.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 3))
    ax.loglog(lengths, dense, "s--", color=palette.BASELINE, label="dense on the whole sequence")
    ax.loglog(lengths, elman, "o-", color=palette.HIDDEN, label="Elman layer")
    ax.set(
        title=f"Elman {elman[0]} to {elman[-1]} parameters, dense {dense[0]} to {dense[-1]:,}",
        xlabel="length T of the sequence (steps)",
        ylabel="parameters",
    )
    ax.legend()
    return fig


def draw_unrolled_twice(right_states: np.ndarray, your_states: np.ndarray) -> Figure:
    """Two tables of states, of the function that is right and of the one to repair.

    Args:
        right_states: (B, T) states that count up, from 0 to 104.
        your_states: (B, T) what the other function made of the same inputs.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(7, 2.2), sharey=True)
    titles = ("unroll: each row counts on", "unroll_to_repair: what you made")
    for ax, states, title in zip(axes, (right_states, your_states), titles, strict=True):
        ax.imshow(states, cmap="cividis", vmin=0, vmax=104)
        for (row, column), value in np.ndenumerate(states):
            shade = "black" if value > 50 else "white"
            ax.text(column, row, f"{value:.0f}", ha="center", va="center", color=shade)
        ax.set(title=title, xlabel="step", xticks=range(4), yticks=[0, 1])
        ax.grid(visible=False)
    axes[0].set_ylabel("sequence")
    return fig
