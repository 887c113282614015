"""How values between 0 and 1 are distributed, as the outline of a histogram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

__all__ = ["shares"]

_BINS = 20


def shares(
    ax: Axes, values: Sequence[ArrayLike], label: str, colour: str, dashes: str = "-"
) -> Axes:
    """The share of all values in each twentieth from 0 to 1, in percent.

    Args:
        ax: the axes.
        values: arrays of any shape, taken together.
        label: for the legend.
        colour: of the outline.
        dashes: how the outline is drawn.

    Returns:
        The same axes.

    Raises:
        ValueError: there are no values.
    """
    flat = np.concatenate([np.ravel(np.asarray(each, dtype=float)) for each in values])
    if flat.size == 0:
        raise ValueError(f"{label} has no values; give at least one")
    ax.hist(
        flat,
        list(np.linspace(0, 1, _BINS + 1)),
        weights=np.full(len(flat), 100 / len(flat)),
        histtype="step",
        color=colour,
        linestyle=dashes,
        linewidth=1.6,
        label=label,
    )
    return ax
