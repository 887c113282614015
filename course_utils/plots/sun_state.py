"""What a network's state knows of the Sun: where it goes round, and what can be read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["errors_by_window", "probe_shares", "rings"]

_ABOUT_EQUAL = 0.05  # of the years


def errors_by_window(
    years: NDArray,
    counted: NDArray,
    forecasts: Mapping[str, NDArray],
    line_errors: Sequence[float],
    network_errors: Sequence[float],
) -> Figure:
    """Forecasts over the years, and the error of a line over how many numbers it sees.

    Args:
        years: (N,) the test years.
        counted: (N,) the truth, in sunspots.
        forecasts: name → (N,) in sunspots: a line's first, then the network's.
        line_errors: RMSE of a straight line through the last 1, 2, 3, … numbers.
        network_errors: RMSE of each network.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), width_ratios=[3, 2])
    left.plot(years, counted, color=palette.TRUTH, label="counted")
    looks = ((palette.BASELINE, ":"), (palette.OUTPUT, "-"))
    for (name, values), (colour, dash) in zip(forecasts.items(), looks, strict=True):
        left.plot(years, values, dash, color=colour, label=name)
    went = counted[1:] > counted[:-1]
    hits = [100 * np.mean((each[1:] > counted[:-1]) == went) for each in forecasts.values()]
    title = f"Up or down is right in ~{hits[1]:.0f}% of years (line: {hits[0]:.0f}%)"
    finding(left, title, "year", "sunspot number")
    left.legend(fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.2))

    mean, lags = float(np.mean(network_errors)), np.arange(1, len(line_errors) + 1)
    right.plot(lags, line_errors, "s--", color=palette.BASELINE, label="straight line")
    right.axhspan(min(network_errors), max(network_errors), color=palette.OUTPUT, alpha=0.25)
    right.axhline(mean, color=palette.OUTPUT, label="network (band: all seeds)")
    worse = int(np.argmax(np.asarray(line_errors) <= mean)) if min(line_errors) <= mean else None
    title = (
        "The network does better than every line"
        if worse is None
        else f"A line through {worse + 1} numbers does as well as the network"
    )
    finding(right, title, "numbers that the line sees", "RMSE from 1930 on (sunspots)")
    right.set(ylim=(0, None), xticks=lags[::3])
    right.legend(fontsize=8, loc="lower right")
    return fig


def rings(planes: Mapping[str, NDArray], phase: NDArray) -> Figure:
    """States in the plane in which they vary most, coloured by the place in the cycle.

    Args:
        planes: what is drawn → (T, 2) one point for each year.
        phase: (T,) 0 at a minimum, ½ at the maximum after it, 1 at the next minimum.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(planes), figsize=(9, 3.4), squeeze=False)
    for ax, (name, points) in zip(axes[0], planes.items(), strict=True):
        ax.plot(*points.T, color=palette.MUTED, linewidth=0.6, zorder=1)
        dots = ax.scatter(*points.T, c=phase % 1, cmap="twilight_shifted", vmin=0, vmax=1, s=14)
        dots.set_edgecolor(palette.BASELINE)
        dots.set_linewidth(0.3)
        finding(ax, name, "first direction (no unit)", "second direction (no unit)")
    bar = fig.colorbar(dots, ax=axes, ticks=[0, 0.25, 0.5, 0.75, 1], shrink=0.9)
    bar.ax.set_yticklabels(["lowest", "rising", "highest", "falling", "lowest"])
    return fig


def probe_shares(rows: Mapping[str, Sequence[float]], always: float) -> Figure:
    """How often "more" or "fewer" is read rightly from each thing: a dot for each network.

    Args:
        rows: what is read → shares of right answers; the first stands on top.
        always: the share of years that the answer "fewer" alone gets right.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 2.8))
    for y, (name, shares) in enumerate(list(rows.items())[::-1]):
        colour = palette.HIDDEN if "state" in name else palette.INPUT
        ax.plot(100 * np.asarray(shares), [y] * len(shares), "o", color=colour, alpha=0.6)
        middle = 100 * float(np.mean(shares))
        ax.plot([middle] * 2, [y - 0.3, y + 0.3], color=colour, linewidth=3)
    ax.set_yticks(range(len(rows)), list(rows)[::-1])
    ax.axvline(100 * always, color=palette.BASELINE, linestyle=":", label='always "fewer"')
    means = {name: float(np.mean(shares)) for name, shares in rows.items()}
    near = [name for name, mean in means.items() if max(means.values()) - mean < _ABOUT_EQUAL]
    title = f"Within 5 points of the best: {'; '.join(near)}"
    finding(ax, title, "years from 1930 on with the right direction (%)", "read from")
    ax.set_xlim(50, 100)
    ax.legend(fontsize=8, loc="upper left")
    return fig
