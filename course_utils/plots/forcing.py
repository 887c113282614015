"""The drawing of teacher forcing: what each step is fed, while training and while forecasting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.plots import palette
from course_utils.plots.shapes import MEDIUM, arrow, box, canvas, line, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["feeding"]

_STEPS = 3


def feeding(ax: Axes) -> Axes:
    """Two networks of three steps: one is fed the truth, the other one its own outputs.

    Drawn for a figure of 9 × 3.2 inches.

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, 8.8, 3.0)
    _network(ax, 0.35, forced=True)
    _network(ax, 4.85, forced=False)
    word(ax, (2.15, 2.82), "forced: fed the truth", palette.TRUTH, MEDIUM)
    word(ax, (6.65, 2.82), "free running: fed its own outputs", palette.OUTPUT, MEDIUM)
    return ax


def _network(ax: Axes, left: float, forced: bool) -> None:
    pitch, width, low, middle, high = 1.3, 0.62, 0.35, 1.3, 2.25
    for k in range(_STEPS):
        x = left + 0.5 + k * pitch
        box(ax, (x, middle), f"$h_{k + 1}$", palette.HIDDEN, points=MEDIUM)
        box(ax, (x, high), f"$y_{k + 1}$", palette.OUTPUT, points=MEDIUM)
        arrow(ax, (x, middle + 0.23), (x, high - 0.23), palette.OUTPUT)
        if k:
            arrow(ax, (x - pitch + width / 2, middle), (x - width / 2, middle), palette.HIDDEN)
        if forced or not k:
            box(ax, (x, low), f"$x_{k}$", palette.TRUTH, points=MEDIUM)
            arrow(ax, (x, low + 0.23), (x, middle - 0.23), palette.TRUTH)
        else:
            turn = x - pitch / 2
            line(ax, [(x - pitch + width / 2, high), (turn, high), (turn, low)], palette.OUTPUT)
            line(ax, [(turn, low), (x, low)], palette.OUTPUT)
            arrow(ax, (x, low), (x, middle - 0.23), palette.OUTPUT)
