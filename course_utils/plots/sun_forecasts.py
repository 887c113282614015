"""Forecasts of the yearly sunspots: where a network misses, and what training makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["learning", "misses", "through_time"]


def misses(years: NDArray, counted: NDArray, forecast: NDArray, losses: NDArray) -> Figure:
    """Forecast and truth above, each year's term of the loss below.

    Args:
        years: (T,) the years that are forecast.
        counted: (T,) the truth, in sunspots.
        forecast: (T,) of an untrained network, in sunspots.
        losses: (T,) each year's term, of standardised values.
    """
    import matplotlib.pyplot as plt

    fig, (top, bottom) = plt.subplots(2, 1, figsize=(8, 4.2), sharex=True, height_ratios=[3, 2])
    top.plot(years, counted, color=palette.TRUTH, label="counted")
    top.plot(years, forecast, "--", color=palette.OUTPUT, label="untrained network")
    top.set(title="The untrained network misses the cycle", ylabel="sunspot number")
    top.legend(ncols=2, loc="upper left")
    bottom.bar(years, losses, color=palette.LOSS)
    bottom.set(
        title="Each year adds its own term to the loss",
        xlabel="year that is forecast",
        ylabel="½ (y − t)²\n(standardised)",
    )
    return fig


def learning(curves: NDArray, errors: Mapping[str, tuple[float, float]], ours: str) -> Figure:
    """The losses of some networks, and their test error among rivals.

    Args:
        curves: (networks, updates) the loss per year.
        errors: who forecasts → RMSE with the half-width of its interval (0 for none), in sunspots.
        ours: the key of the trained networks.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), width_ratios=[4, 5])
    left.plot(curves.T, color=palette.LOSS, alpha=0.7)
    fallen = int(np.sum(curves[:, -1] < curves[:, 0]))
    left.set(
        title=f"The loss falls in {fallen} of {len(curves)} networks",
        xlabel="update",
        ylabel="loss per year (standardised)",
        yscale="log",
    )
    names = list(errors)
    means, halves = zip(*errors.values(), strict=True)
    colours = [palette.OUTPUT if name == ours else palette.BASELINE for name in names]
    right.barh(names, means, xerr=halves, color=colours)
    right.invert_yaxis()
    better = sum(mean < errors[ours][0] for mean in means)
    right.set(
        title=f"Rivals that forecast better than yours: {better} of {len(names) - 1}",
        xlabel="RMSE from 1930 on (sunspots)",
    )
    return fig


def through_time(
    rates: Sequence[float],
    sunspots: Mapping[str, NDArray],
    delays: Sequence[int],
    recall: Mapping[str, NDArray],
) -> Figure:
    """What the way back through time brings: for the sunspots, and where a memory is needed.

    Args:
        rates: (R,) learning rates.
        sunspots: "whole" and "cut" → (R, seeds) RMSE in sunspots.
        delays: (D,) steps that a sign has to be kept.
        recall: "whole" and "cut" → (D, R, seeds) RMSE of signs.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
    looks = (
        ("whole", "o-", palette.LOSS, "whole sweep"),
        ("cut", "s--", palette.BASELINE, "cut after each step"),
    )
    for name, style, colour, label in looks:
        found = sunspots[name]
        left.plot(rates, found.mean(axis=1), style, color=colour, label=label)
        left.fill_between(rates, found.min(axis=1), found.max(axis=1), color=colour, alpha=0.2)
        lines = right.plot(delays, recall[name].mean(axis=2), style, color=colour)
        lines[0].set_label(f"{label}, {len(rates)} rates")
    right.axhline(1, color=palette.TRUTH, linestyle=":", label="a guess")
    best = {name: float(sunspots[name].mean(axis=1).min()) for name in sunspots}
    far = {name: float(recall[name].mean(axis=2)[-1].min()) for name in recall}
    left.set(
        title=f"Sunspots: {best['whole']:.1f} whole, {best['cut']:.1f} cut",
        xlabel="learning rate",
        ylabel="RMSE from 1930 on (sunspots)",
        xscale="log",
        xticks=rates,
        xticklabels=rates,
        ylim=(0, None),
    )
    left.minorticks_off()
    right.set(
        title=f"Recall after {delays[-1]} steps: {far['whole']:.2f} whole, {far['cut']:.2f} cut",
        xlabel="steps that a sign must be kept",
        ylabel="RMSE (1: a guess)",
        xticks=delays,
        ylim=(0, 1.45),
    )
    left.legend(loc="lower left")
    right.legend(ncols=2, loc="upper left", fontsize=8)
    return fig
