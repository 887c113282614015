"""The course's drawing of a sweep back in time: the unrolled network with the gradients' paths.

Drawn for a figure of 7 × 3 inches; it scales with the axes, its letters do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.plots import palette
from course_utils.plots.shapes import MEDIUM, arrow, box, canvas, circle, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["sweep"]

_WIDTH, _HEIGHT = 6.9, 2.7  # of the drawing, in units; a title stands above it
_MOST = 4  # steps that fit


def sweep(ax: Axes, steps: int = 3) -> Axes:
    """Forward from left to right, backward from right to left, and the sum that collects dW_h.

    Each state gets gradient from two sides: from its own step's loss, and from the step after it.
    Each use of W_h adds one term to dW_h.

    Args:
        ax: the axes.
        steps: T, from 1 to 4.

    Returns:
        The same axes.

    Raises:
        ValueError: steps is outside 1 to 4.
    """
    if not 1 <= steps <= _MOST:
        raise ValueError(f"steps is {steps}; it must be from 1 to {_MOST}")
    canvas(ax, _WIDTH, _HEIGHT)
    middle, above, below = 1.45, 2.4, 0.3
    gap = min(1.55, 5.0 / steps)
    start = (_WIDTH - gap * steps) / 2
    circle(ax, (start, middle), "$h_0$", palette.HIDDEN)
    width = gap * (steps - 1) + 0.9
    box(
        ax,
        (start + gap * steps / 2, below),
        "$dW_h$ = sum of what each use adds",
        palette.WEIGHT,
        (max(width, 2.6), 0.42),
        MEDIUM,
    )
    for t in range(1, steps + 1):
        x = start + gap * t
        left = x - gap + (0.27 if t == 1 else 0.3)
        box(ax, (x, middle), f"$h_{{{t}}}$", palette.HIDDEN, (0.6, 0.6))
        circle(ax, (x, above), f"$L_{{{t}}}$", palette.LOSS)
        arrow(ax, (x - 0.1, middle + 0.3), (x - 0.1, above - 0.26), palette.BASELINE)
        arrow(ax, (x + 0.1, above - 0.26), (x + 0.1, middle + 0.3), palette.LOSS)
        arrow(ax, (left, middle + 0.12), (x - 0.3, middle + 0.12), palette.BASELINE)
        arrow(ax, (x - 0.3, middle - 0.12), (left, middle - 0.12), palette.LOSS)
        use = (left + x - 0.3) / 2
        word(ax, (use, middle + 0.3), "$W_h$", palette.WEIGHT, 12)
        arrow(ax, (use, middle - 0.12), (use, below + 0.21), palette.LOSS)
    end = start + gap * steps + 0.42
    word(ax, (end, middle + 0.12), "forward", palette.BASELINE, align="left")
    word(ax, (end, middle - 0.14), "backward", palette.LOSS, align="left")
    return ax
