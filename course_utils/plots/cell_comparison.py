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

__all__ = ["draw_gaps", "draw_rates", "draw_times"]

Floats = npt.NDArray[np.floating]


def draw_times(
    ax: Axes, ready: Mapping[int, Floats], yours: Mapping[int, Floats], operations: Sequence[float]
) -> Axes:
    """Time and operations of a GRU over those of an LSTM.

    Args:
        ax: the axes.
        ready: units → (rounds,) ratios of the times of Keras's cells; their range is a band.
        yours: the same with the reader's own cell.
        operations: for each size, the ratio of the operations.
    """
    widths = list(ready)
    middle = [float(np.mean(each)) for each in ready.values()]
    lowest = [float(each.min()) for each in ready.values()]
    highest = [float(each.max()) for each in ready.values()]
    ax.plot(widths, middle, "o-", color=palette.GATE, label="time, Keras's cell")
    ax.fill_between(widths, lowest, highest, color=palette.GATE, alpha=0.2, linewidth=0)
    own = [float(np.mean(each)) for each in yours.values()]
    ax.plot(widths, own, "s:", color=palette.HIDDEN, label="time, your cell")
    ax.plot(widths, operations, "--", color=palette.TRUTH, label="operations of the products")
    ax.axhline(1, color=palette.BASELINE, linestyle=":", linewidth=1)
    ax.set_xscale("log")
    ax.set_xticks(widths, [str(each) for each in widths])
    ax.set_ylim(0, 1.25 * max(*highest, *own))
    ax.minorticks_off()
    ax.legend(loc="upper right")
    quicker = [units for units, each in ready.items() if each.max() < 1]
    slower = [units for units, each in ready.items() if each.min() > 1]
    if quicker and slower and max(slower) < min(quicker):
        title = f"Keras's GRU: slower with {max(slower)} units, quicker with {min(quicker)}"
    elif len(quicker) == len(widths):
        title = "The GRU is quicker at every size"
    elif quicker:
        title = f"In every round quicker: {', '.join(map(str, quicker))} units"
    else:
        title = "At no size is the GRU quicker in every round"
    return finding(ax, title, "units of both cells", "GRU over LSTM")


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
        "Each kind of cell has a learning rate of its own (outlined)"
        if len(set(best.values())) == len(best)
        else "The best learning rate (outlined) depends on the cell"
        if len(set(best.values())) > 1
        else "One learning rate (outlined) is the best for all cells",
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
        "The GRU is as good as the LSTM at equal parameters and at equal seconds"
        if good
        else "The GRU is not as good as the LSTM in every comparison",
        "accuracy less the LSTM's, same seeds (percentage points)",
        "cell",
    )
