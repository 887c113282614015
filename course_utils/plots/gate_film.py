"""The gates over one string of the embedded grammar, sorted by what their units keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.plots.gates import film_strip

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Keeper", "draw_film", "keeper", "twin_of"]

Floats = npt.NDArray[np.floating]


def twin_of(string: str) -> str:
    """The same string with the other second symbol."""
    return string[0] + {"T": "P", "P": "T"}[string[1]] + string[2:]


class Keeper(NamedTuple):
    """The units by what they keep of the second symbol, and how open forget gates are meanwhile.

    Attributes:
        order: (U,) the numbers of the units, the one that keeps most first.
        open: the mean forget gate of that unit between the two equal symbols.
        open_of_all: the mean forget gate of all units there.
    """

    order: npt.NDArray[np.integer]
    open: float
    open_of_all: float


def keeper(own: Floats, twin: Floats) -> Keeper:
    """Sort units by how much their cell state differs between a string and its twin.

    Args:
        own: (4, T, U) i, f, o and c over a string.
        twin: the same over its twin.
    """
    between = slice(2, -1)  # between the two equal symbols
    differs = np.abs(own[3] - twin[3])[between].mean(axis=0)
    order = np.argsort(-differs)
    forget = own[1][between]
    return Keeper(order, float(forget[:, order[0]].mean()), float(forget.mean()))


def draw_film(axes: Sequence[Axes], own: Floats, kept: Keeper, symbols: str) -> None:
    """The gates and the cell state over one string, units in the order of what they keep.

    Args:
        axes: four, above each other.
        own: (4, T, U) i, f, o and c.
        kept: from `keeper`.
        symbols: the T symbols that are read.
    """
    names = ("input\ngate $i$", "forget\ngate $f$", "output\ngate $o$", "cell\nstate $c$")
    rows = {name: each[:, kept.order] for name, each in zip(names, own, strict=True)}
    for ax, image in zip(axes, film_strip(axes, rows, symbols), strict=True):
        ax.figure.colorbar(image, ax=ax, pad=0.01, aspect=8)
    axes[0].set_title(
        "The unit that keeps the second symbol holds its forget gate open"
        if kept.open > kept.open_of_all
        else "What is kept longest is not kept by an open gate here"
    )
    axes[-1].set_xlabel("symbol that is read; each row of a strip is one unit")
