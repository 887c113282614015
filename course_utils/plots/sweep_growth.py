"""How the memory and the time of a sweep back grow with the length of the sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["growth"]

#: The lengths T, the cost at each, and the exponent p of T^p.
Curve: TypeAlias = "tuple[Sequence[int], NDArray, float]"

_LOOKS = {
    "one sweep back": ("o-", palette.LOSS),
    "a sweep for each loss": ("s--", palette.BASELINE),
    "a copy kept for each loss": ("^:", palette.WEIGHT),
}


def growth(memory: Mapping[str, Curve], time: Mapping[str, Curve]) -> Figure:
    """Memory and time over the length, for ways to one and the same gradient.

    Args:
        memory: the way, a key of the legend → lengths, bytes, exponent. "one sweep back" is among
            them; the others may be "a sweep for each loss" and "a copy kept for each loss".
        time: the same with seconds.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.6))
    for ax, ways, factor, what, unit in (
        (axes[0], memory, 1 / 1024, "Memory", "peak memory (KiB)"),
        (axes[1], time, 1e3, "Time", "time (ms)"),
    ):
        for name, (lengths, values, exponent) in ways.items():
            style, colour = _LOOKS[name]
            label = f"{name}, p = {exponent:.2f}"
            lines = ax.loglog(
                lengths, factor * np.asarray(values), style, color=colour, label=label
            )
            if name == "a sweep for each loss":  # open and large: seen where it lies on another
                lines[0].set(fillstyle="none", markersize=9)
        ticks, _, exponent = ways["one sweep back"]
        ax.set(
            title=f"{what} of one sweep grows as $T^{{{exponent:.1f}}}$",
            xlabel="length T of the sequence (steps)",
            ylabel=unit,
            xticks=ticks,
            xticklabels=ticks,
        )
        ax.minorticks_off()
        ax.set_ylim(top=ax.get_ylim()[1] * 8)  # the legend stands above the lines
        ax.legend(loc="upper left")
    return fig
