"""Pictures of a fair comparison of cells: time, learning rate, accuracy, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from course_utils.plots import gru, palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_costs", "draw_gaps", "draw_rates", "draw_times"]

Floats = npt.NDArray[np.floating]


def draw_times(ax: Axes, ratios: Mapping[int, Floats], operations: Sequence[float]) -> Axes:
    """Time and operations of a GRU over those of an LSTM.

    Args:
        ax: the axes.
        ratios: units → (turns,) ratios of the times; their quarters are shown as a band.
        operations: for each size, the ratio of the operations.
    """
    widths = list(ratios)
    middle = [np.median(each) for each in ratios.values()]
    spread = [np.percentile(each, [25, 75]) for each in ratios.values()]
    ax.plot(widths, middle, "o-", color=palette.GATE, label="time of an update, measured")
    ax.fill_between(widths, *np.transpose(spread), color=palette.GATE, alpha=0.2, linewidth=0)
    ax.plot(widths, operations, "--", color=palette.TRUTH, label="operations, counted")
    ax.axhline(1, color=palette.BASELINE, linestyle=":", linewidth=1)
    ax.set_xscale("log")
    ax.set_xticks(widths, [str(each) for each in widths])
    ax.set_ylim(0, None)
    ax.minorticks_off()
    ax.legend(loc="lower left")
    return finding(
        ax,
        "With few units the GRU saves operations, but no time",
        "units of both cells",
        "GRU over LSTM",
    )


def draw_rates(
    ax: Axes, by_rate: Mapping[str, Mapping[float, float]], best: Mapping[str, float]
) -> Axes:
    """Accuracy against the learning rate, for each kind of cell.

    Args:
        ax: the axes.
        by_rate: kind → rate → accuracy, 0 to 1.
        best: kind → the rate that is outlined.
    """
    for kind, (name, colour, marker, dashes) in gru.KINDS.items():
        rates = list(by_rate[kind])
        row = [100 * each for each in by_rate[kind].values()]
        ax.plot(rates, row, marker + dashes, color=colour, label=name)
        top = 100 * by_rate[kind][best[kind]]
        ax.plot(best[kind], top, marker, color=colour, markersize=11, markerfacecolor="none")
    ax.set_xscale("log")
    ax.set_xticks(rates, [str(each) for each in rates])
    ax.minorticks_off()
    ax.legend(loc="lower center")
    return finding(
        ax,
        "Each kind of cell has a learning rate of its own (outlined)",
        "learning rate of Adam",
        "accuracy on held-out digits (%)",
    )


def draw_gaps(
    ax: Axes,
    gaps: Mapping[str, Sequence[float]],
    differences: Mapping[str, Floats],
    kinds: Mapping[str, str],
    margin: float = 3.0,
) -> Axes:
    """How much better than the LSTM each cell is, from the first on top.

    Args:
        ax: the axes.
        gaps: name → (mean, low, high) in percentage points.
        differences: name → (seeds,) accuracy less the LSTM's, 0 to 1.
        kinds: name → kind, a key of `gru.KINDS`.
        margin: percentage points that "as good" allows.
    """
    upwards = list(gaps)[::-1]
    for place, name in enumerate(upwards):
        mean, low, high = gaps[name]
        _, colour, marker, _ = gru.KINDS[kinds[name]]
        points = 100 * differences[name]
        ax.plot(points, [place] * len(points), ".", color=palette.MUTED)
        ax.plot([low, high], [place, place], color=colour, linewidth=3)
        ax.plot(mean, place, marker, color=colour, markersize=8)
    ax.axvline(0, color=palette.BASELINE, linestyle=":", linewidth=1)
    ax.axvline(-margin, color=palette.LOSS, linestyle="--", linewidth=1)
    height = len(gaps) - 0.65
    ax.text(0.05 - margin, height, "the margin", color=palette.text(palette.LOSS), fontsize=9)
    ax.set_yticks(range(len(gaps)), upwards)
    ax.set_ylim(-0.6, len(gaps) - 0.3)
    good = all(gaps[name][1] > -margin for name in gaps if kinds[name] == "gru")
    return finding(
        ax,
        "The GRU is as good as the LSTM, whatever is made equal"
        if good
        else "The GRU is not as good as the LSTM in every comparison",
        "accuracy less the LSTM's, same seeds (percentage points)",
        "cell",
    )


def draw_costs(
    axes: Sequence[Axes],
    costs: Mapping[str, Mapping[str, Sequence[float]]],
    curves: Mapping[str, Sequence[Floats]],
    linear: float,
) -> None:
    """Accuracy against parameters, operations and milliseconds, with a title over all.

    Args:
        axes: three, side by side.
        costs: what is counted, milliseconds last → kind → (sizes,).
        curves: kind → for each size, the accuracy from each seed, 0 to 1.
        linear: accuracy of the linear classifier.
    """
    for ax, (words, cost) in zip(axes, costs.items(), strict=True):
        for kind in gru.KINDS:
            gru.against_cost(ax, kind, cost[kind], curves[kind])
        ax.axhline(100 * linear, color=palette.BASELINE, linestyle=":", linewidth=1)
        ax.set_xlabel(words)
        ax.minorticks_off()
    axes[0].set_xticks([400, 1000, 3000], ["400", "1000", "3000"])
    axes[1].set_xticks([600, 2000, 6000], ["600", "2000", "6000"])
    axes[2].set_xscale("linear")
    axes[2].set_xlim(0, None)
    axes[0].set_ylabel("test accuracy (%)")
    axes[0].legend(loc="lower right")
    largest = {kind: float(curve[-1].mean()) for kind, curve in curves.items()}
    time = {kind: each[-1] for kind, each in list(costs.values())[-1].items()}
    leads = min(time, key=lambda kind: time[kind]) == "elman" and largest["elman"] >= max(
        largest["lstm"], largest["gru"]
    )
    axes[0].figure.suptitle(
        f"{'Per millisecond the Elman cell leads' if leads else 'What accuracy costs'}\n"
        "(bars: 95% intervals; dotted: a linear classifier that sees all rows at once)",
        fontweight="bold",
        fontsize=11,
    )
