"""How every figure of the course looks, and the one way to label it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PARAMETERS", "finding", "use_style"]

#: What `use_style` sets, by Matplotlib's own names. Sizes in points, figures in inches.
PARAMETERS: dict[str, Any] = {
    "figure.figsize": (7.0, 3.0),
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # travels with Matplotlib: the same on every machine
    "font.size": 10,
    "mathtext.fontset": "cm",
    "axes.facecolor": "white",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": palette.tint(palette.MUTED, 0.6),
    "grid.linewidth": 0.6,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.edgecolor": "none",
    "legend.framealpha": 0.85,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "savefig.dpi": 150,
    "savefig.facecolor": "white",
    "svg.hashsalt": "unrolled",  # the same figure gives the same bytes
}

_CHARACTERS_PER_INCH = 10.5  # of bold 11 pt, measured on running prose
_LABELS = 0.8  # inches that the vertical axis and its label take


def use_style() -> None:
    """Set Matplotlib's defaults to the course's: call once, in the set-up cell."""
    import matplotlib as mpl
    from cycler import cycler

    order = [palette.HIDDEN, palette.OUTPUT, palette.INPUT, palette.GATE, palette.LOSS]
    order += [palette.CELL, palette.WEIGHT]
    settings: Any = mpl.rcParams  # typed by key in some versions of Matplotlib, not in others
    settings.update(PARAMETERS)
    settings["axes.prop_cycle"] = cycler(color=order)


def finding(ax: Axes, title: str, xlabel: str, ylabel: str) -> Axes:
    """Title the axes with what they show, and label both with quantity and unit.

    Args:
        ax: the axes.
        title: the finding, as a sentence: "The window model halves the naive error".
        xlabel: "year", "time step", "lag (weeks)".
        ylabel: "CO₂ (ppm)", "loss (no unit)".

    Returns:
        The same axes.

    Raises:
        ValueError: one of the three is empty.
    """
    for name, words in (("title", title), ("xlabel", xlabel), ("ylabel", ylabel)):
        if not words.strip():
            raise ValueError(f"{name} is empty; write what the reader sees, labels with their unit")
    columns = max(20, int((_inches(ax) - _LABELS) * _CHARACTERS_PER_INCH))
    ax.set_title("\n".join(_balanced(" ".join(title.split()), columns)))
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return ax


def _balanced(words: str, columns: int) -> list[str]:
    """As few lines as fit, of about the same length: no word is left alone on the last."""
    lines = textwrap.wrap(words, columns)
    for narrower in range(columns - 1, 0, -1):
        shorter = textwrap.wrap(words, narrower)
        if len(shorter) > len(lines):
            break
        lines = shorter
    return lines


def _inches(ax: Axes) -> float:
    """The width that the figure's grid gives to these axes, in inches."""
    width = float(ax.figure.bbox.width / ax.figure.dpi)
    place = ax.get_subplotspec()
    return width * len(place.colspan) / place.get_gridspec().ncols if place else width
