"""The LSTM: its drawing, and the film strip of its gates over one sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.shapes import MEDIUM, arrow, box, canvas, circle, line, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage
    from numpy.typing import ArrayLike

__all__ = ["film_strip", "lstm_cell"]

_WIDTH, _HEIGHT = 6.9, 2.7


def lstm_cell(ax: Axes) -> Axes:
    """One step of the LSTM: the cell state passes along the top, the gates act from below.

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, _WIDTH, _HEIGHT)
    top, middle, gates, bottom = 2.35, 1.62, 0.95, 0.25
    places = {"$f$": 1.6, "$i$": 2.75, "$g$": 3.65, "$o$": 5.15}

    box(ax, (0.45, top), "$c$", palette.CELL, (0.6, 0.42))
    box(ax, (6.4, top), "$c'$", palette.CELL, (0.6, 0.42))
    box(ax, (0.45, bottom), "$[h, x]$", palette.HIDDEN, (0.8, 0.42), MEDIUM)
    box(ax, (6.4, middle), "$h'$", palette.HIDDEN, (0.6, 0.42))

    plus, squash = 3.2, 5.15
    for start, end in ((0.75, 1.42), (1.78, plus - 0.18), (plus + 0.18, 6.1)):
        arrow(ax, (start, top), (end, top), palette.CELL)
    circle(ax, (places["$f$"], top), "×", palette.TRUTH, 0.18, MEDIUM, plain=True)
    circle(ax, (plus, top), "+", palette.TRUTH, 0.18, MEDIUM, plain=True)
    circle(ax, (plus, middle), "×", palette.TRUTH, 0.18, MEDIUM, plain=True)
    arrow(ax, (plus, middle + 0.18), (plus, top - 0.18), palette.CELL)

    line(ax, [(0.85, bottom), (places["$o$"], bottom)], palette.HIDDEN)
    for name, x in places.items():
        colour = palette.OUTPUT if name == "$g$" else palette.GATE
        arrow(ax, (x, bottom), (x, gates - 0.22), palette.HIDDEN)
        box(ax, (x, gates), name, colour, (0.55, 0.44))
        squashed = "tanh" if name == "$g$" else "σ"
        word(ax, (x + 0.35, gates - 0.02), squashed, colour, align="left")
    arrow(ax, (places["$f$"], gates + 0.22), (places["$f$"], top - 0.18), palette.GATE)
    for name, side in (("$i$", -1), ("$g$", 1)):
        colour = palette.OUTPUT if name == "$g$" else palette.GATE
        meets = (plus + side * 0.13, middle - 0.13)
        arrow(ax, (places[name], gates + 0.22), meets, colour)

    circle(ax, (squash, middle), "×", palette.TRUTH, 0.18, MEDIUM, plain=True)
    arrow(ax, (squash, gates + 0.22), (squash, middle - 0.18), palette.GATE)
    arrow(ax, (squash, top), (squash, middle + 0.18), palette.CELL)
    word(ax, (squash + 0.32, middle + 0.4), "tanh", palette.CELL)
    arrow(ax, (squash + 0.18, middle), (6.1, middle), palette.HIDDEN)
    word(ax, (2.4, top + 0.22), "what is kept", palette.CELL)
    word(ax, (plus + 0.95, middle + 0.05), "what is written", palette.OUTPUT)
    word(ax, (6.35, middle - 0.42), "what is shown", palette.HIDDEN)
    return ax


def film_strip(
    axes: Sequence[Axes], rows: Mapping[str, ArrayLike], symbols: Sequence[str]
) -> list[AxesImage]:
    """One sequence, each gate over time, aligned with the symbols that were read.

    Args:
        axes: one for each row, above each other.
        rows: name → (T, U). Values from 0 to 1 are drawn from white to the gate's colour; a row
            with negative values from brown over white to purple, symmetric about 0.
        symbols: T symbols, written under the last row.

    Returns:
        The images, for colour bars.

    Raises:
        ValueError: the numbers of axes, rows or steps differ.
    """
    from matplotlib.colors import LinearSegmentedColormap

    if len(axes) != len(rows):
        raise ValueError(f"there are {len(rows)} rows but {len(axes)} axes; give one for each")
    shade = LinearSegmentedColormap.from_list("gate", ["white", palette.GATE, "#3A2800"])
    images = []
    for ax, (name, given) in zip(axes, rows.items(), strict=True):
        values = np.asarray(given, dtype=float)
        if values.ndim != 2 or len(values) != len(symbols):
            raise ValueError(
                f"{name} has shape {values.shape}; give (T, U) with one step for each of the "
                f"{len(symbols)} symbols"
            )
        signed = bool((values < 0).any())
        largest = max(1.0, float(np.abs(values).max(initial=0.0))) if signed else 1.0
        images.append(
            ax.imshow(
                values.T,
                aspect="auto",
                interpolation="nearest",
                cmap="PuOr_r" if signed else shade,
                vmin=-largest if signed else 0.0,
                vmax=largest,
            )
        )
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
        ax.set_yticks([])
        ax.set_xticks([])
        ax.grid(visible=False)
    axes[-1].set_xticks(range(len(symbols)), list(symbols))
    axes[-1].tick_params(length=0)
    return images
