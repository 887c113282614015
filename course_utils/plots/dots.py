"""Many runs of a few things: a row for each, a dot for each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

__all__ = ["dots"]


def dots(
    ax: Axes,
    rows: Mapping[str, ArrayLike],
    colour_of: Callable[[str], str],
    baseline: float = 1.0,
) -> Axes:
    """A dot for each run, their median as an upright line, the baseline as a dotted one.

    Args:
        ax: the axes.
        rows: name → one number for each run, 0 or more; the first name stands on top.
        colour_of: name → colour.
        baseline: what costs nothing to reach; half as much again is shown to the right of it.

    Returns:
        The same axes.

    Raises:
        ValueError: a row has no runs.
    """
    for y, (name, given) in enumerate(list(rows.items())[::-1]):
        values = np.asarray(given, dtype=float)
        if values.size == 0:
            raise ValueError(f"{name} has no runs; give each row at least one number")
        ax.plot(values, [y] * len(values), "o", color=colour_of(name), alpha=0.6)
        middle = float(np.median(values))
        ax.plot([middle] * 2, [y - 0.3, y + 0.3], color=colour_of(name), linewidth=3)
    ax.set_yticks(range(len(rows)), list(rows)[::-1])
    ax.axvline(baseline, color=palette.BASELINE, linestyle=":")
    ax.set_xlim(0, 1.5 * baseline)
    return ax
