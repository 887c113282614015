"""How the memory and the time of a sweep back grow with the length of the sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["growth"]


def growth(
    lengths: Sequence[int],
    one: Mapping[str, tuple[NDArray, float]],
    each: Mapping[str, tuple[NDArray, float]],
) -> Figure:
    """Memory and time over the length, for one sweep and for a sweep for each loss.

    Args:
        lengths: T.
        one: "memory" and "time" → (seeds, lengths) bytes or seconds, of the first lengths where
            fewer are given; and the exponent p of T^p.
        each: the same for a sweep for each loss.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3))
    for ax, unit, factor in ((left, "memory", 1 / 1024), (right, "time", 1e3)):
        for measured, style, colour, label in (
            (each, "s--", palette.BASELINE, "a sweep for each loss"),
            (one, "o-", palette.LOSS, "one sweep back"),
        ):
            values, exponent = measured[unit]
            middle = factor * np.median(values, axis=0)
            label = f"{label}, p = {exponent:.2f}"
            ax.loglog(lengths[: len(middle)], middle, style, color=colour, label=label)
        ax.set(xlabel="length T of the sequence (steps)", xticks=lengths, xticklabels=lengths)
        ax.minorticks_off()
        ax.legend()
    left.set(title="One sweep needs memory in proportion to T", ylabel="peak memory (KiB)")
    right.set(title="One sweep needs time in proportion to T", ylabel="time (ms)")
    return fig
