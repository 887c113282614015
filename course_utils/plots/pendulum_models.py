"""Pendulums and their models: the question, the errors side by side, the phase portraits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["errors_by_model", "parting_ways", "phase_portraits"]

_COLOURS = (palette.BASELINE, palette.HIDDEN, palette.CELL, palette.OUTPUT)
_MARKERS = ("s", "o", "^", "D")


def parting_ways(first: NDArray, second: NDArray, now: int, interval: float) -> Figure:
    """Two pendulums at the same angle at one moment, before and after it.

    Args:
        first: (T,) angles in rad.
        second: (T,) of another one.
        now: the step at which the two angles are equal.
        interval: seconds in a step.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3))
    seconds = interval * (np.arange(len(first)) - now)
    for angles, look, colour in (
        (first, "-", palette.HIDDEN),
        (second, "--", palette.OUTPUT),
    ):
        ax.plot(seconds[: now + 1], angles[: now + 1], look, color=colour, lw=2.2)
        ax.plot(seconds[now:], angles[now:], look, color=colour, lw=1, alpha=0.8)
    ax.plot(0, first[now], "o", color=palette.TRUTH, ms=9)
    ax.axvline(0, color=palette.MUTED, zorder=0)
    ax.annotate("now", (0, first[now]), (6, 8), textcoords="offset points")
    later = now + round(0.5 / interval)
    gap = abs(first[later] - second[later])
    title = (
        f"{abs(first[now] - second[now]):.2f} rad apart now, {gap:.1f} rad apart half a second "
        "later: the angle alone does not tell"
    )
    finding(ax, title, "seconds from now", "angle (rad)")
    return fig


def errors_by_model(
    errors: Mapping[str, Mapping[str, Sequence[float]]], floors: Mapping[str, float]
) -> Figure:
    """The error of each model on each record, every seed a point.

    Args:
        errors: record → model → RMSE in rad of each seed; models in the same order.
        floors: record → the error of the best naive forecast.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(errors), figsize=(9.5, 3.4), sharey=True, squeeze=False)
    for ax, (record, models) in zip(axes[0], errors.items(), strict=True):
        means = {name: float(np.mean(each)) for name, each in models.items()}
        for place, (name, each) in enumerate(models.items()):
            spread = 0.06 * (np.arange(len(each)) - (len(each) - 1) / 2)
            ax.plot(place + spread, each, _MARKERS[place], color=_COLOURS[place], alpha=0.8)
            ax.text(place, 1.35 * max(each), f"~{means[name]:.3f}", ha="center", fontsize=8)
        ax.axhline(floors[record], color=palette.BASELINE, ls=":")
        ax.text(-0.45, 1.08 * floors[record], "naive", fontsize=8, color=palette.BASELINE)
        ax.set_yscale("log")
        ax.set_ylim(top=2 * max(floors.values()))
        ax.set_xlim(-0.5, len(models) - 0.5)
        ax.set_xticks(range(len(models)), [name.replace(", ", "\n") for name in models])
        ax.tick_params(axis="x", labelsize=8)
        best, worst = (chosen(means, key=lambda name: means[name]) for chosen in (min, max))
        times = means[worst] / means[best]
        title = f"{record}: ~{times:.1f} times the error with {worst} as with {best}"
        finding(ax, title, "model", "RMSE over 2 s (rad)")
    axes[0][1].set_ylabel("")
    return fig


def phase_portraits(portraits: Mapping[str, NDArray], interval: float) -> Figure:
    """Angle against angular velocity, one plane for each model.

    Args:
        portraits: name → angles (B, T) in rad, the truth first.
        interval: seconds in a step.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(portraits), figsize=(10, 3.6), sharex=True, sharey=True)
    truth = next(iter(portraits.values()))
    tones = (palette.HIDDEN, palette.GATE, palette.INPUT, palette.LOSS)
    for ax, (name, angles) in zip(axes, portraits.items(), strict=True):
        for track, colour in zip(angles, tones, strict=False):
            velocity = (track[2:] - track[:-2]) / (2 * interval)
            ax.plot(track[1:-1], velocity, ".-", color=colour, lw=1, ms=3)
        gap = float(np.sqrt(np.mean((angles - truth) ** 2)))
        title = "The truth" if angles is truth else f"{name}: {gap:.2f} rad off"
        finding(ax, title, "angle (rad)", "angular velocity (rad/s)")
    for ax in axes[1:]:
        ax.set_ylabel("")
    return fig
