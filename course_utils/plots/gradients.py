"""Gradients on their way back through time: the chain of factors, and the map of their norms."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.shapes import LARGE, arrow, box, canvas, circle, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from numpy.typing import ArrayLike

__all__ = ["chain", "norm_map"]

_WIDTH, _HEIGHT = 6.9, 1.9
_DECADES = 12  # of the colour scale, on either side of 1


def chain(ax: Axes) -> Axes:
    """The states from left to right, and under them the gradient from right to left.

    Each step back brings one factor, the Jacobian of that step.

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, _WIDTH, _HEIGHT)
    top, bottom = 1.4, 0.45
    places = {"$h_0$": 0.45, "$h_1$": 1.75, "$h_2$": 3.05, "": 4.05, "$h_T$": 5.2}
    names = list(places)
    for name, x in places.items():
        if name:
            box(ax, (x, top), name, palette.HIDDEN, (0.62, 0.5))
        else:
            word(ax, (x, top), "…", palette.HIDDEN, LARGE)
            word(ax, (x, bottom), "…", palette.LOSS, LARGE)
    circle(ax, (6.4, top), "$L$", palette.LOSS)
    for before, after in pairwise(names):
        start = places[before] + (0.31 if before else 0.2)
        end = places[after] - (0.31 if after else 0.2)
        arrow(ax, (start, top), (end, top), palette.HIDDEN)
    arrow(ax, (5.51, top), (6.13, top), palette.HIDDEN)

    arrow(ax, (6.4, top - 0.27), (6.4, bottom), palette.LOSS, "-")
    arrow(ax, (6.4, bottom), (5.51, bottom), palette.LOSS)
    word(ax, (5.2, bottom), "$∂L/∂h_T$", palette.LOSS, 12)
    for name, start, end in (
        ("$× J_T$", 4.78, 4.25),
        ("$× J_2$", 3.85, 2.14),
        ("$× J_1$", 1.36, 0.84),
    ):
        arrow(ax, (start, bottom), (end, bottom), palette.LOSS)
        word(ax, (end + 0.27, bottom + 0.26), name, palette.WEIGHT, 12)
    word(ax, (1.75, bottom), "$∂L/∂h_1$", palette.LOSS, 12)
    word(ax, (0.42, bottom), "$∂L/∂h_0$", palette.LOSS, 12)
    return ax


def norm_map(
    ax: Axes,
    radii: ArrayLike,
    steps: ArrayLike,
    logarithms: ArrayLike,
    boundary: float | None = None,
) -> QuadMesh:
    """The size of a gradient over spectral radius and number of steps, as colours.

    Args:
        ax: the axes.
        radii: (R,) spectral radii, increasing.
        steps: (T,) numbers of steps, increasing.
        logarithms: (R, T) log10 of the gradient's norm; colours end at 12 decades either way.
        boundary: the radius at which theory says that the norm keeps its size; a dashed line.

    Returns:
        The mesh, for a colour bar. The measured boundary, log10 = 0, is drawn as a solid line.

    Raises:
        ValueError: the shapes do not fit.
    """
    across, up, values = (np.asarray(each, dtype=float) for each in (radii, steps, logarithms))
    if values.shape != (across.size, up.size):
        raise ValueError(
            f"logarithms has shape {values.shape}; give one row for each of the {across.size} "
            f"radii and one column for each of the {up.size} numbers of steps"
        )
    mesh = ax.pcolormesh(
        across, up, values.T, cmap="PuOr_r", vmin=-_DECADES, vmax=_DECADES, shading="nearest"
    )
    ax.contour(across, up, values.T, levels=[0.0], colors=palette.TRUTH, linewidths=1.4)
    if boundary is not None:
        ax.axvline(boundary, color=palette.TRUTH, linestyle="--", linewidth=1.4)
    ax.grid(visible=False)
    return mesh
