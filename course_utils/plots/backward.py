"""The course's drawings of a sweep back in time: the unrolled network with the gradients' paths.

Drawn for figures of 7 × 3 and 9 × 4 inches; they scale with the axes, their letters do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.plots import palette
from course_utils.plots.shapes import MEDIUM, arrow, box, canvas, circle, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["sweep", "two_steps"]

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


def two_steps(ax: Axes, weight: float, states: Sequence[float], misses: Sequence[float]) -> float:
    """Two steps of h = tanh(w h + x) with one unit, walked back by hand: every number is written.

    Args:
        ax: the axes.
        weight: w.
        states: h_0, h_1, h_2.
        misses: what the losses of steps 1 and 2 send directly to h_1 and h_2.

    Returns:
        The gradient of w.
    """
    canvas(ax, 8.8, 3.9)
    row, above, below = 2.1, 3.45, 0.3
    places = (0.7, 4.2, 7.7)  # of the states
    box(ax, (places[0], row), f"$h_0$\n{_written(states[0])}", palette.HIDDEN, (0.8, 0.8), MEDIUM)
    passed, terms = 0.0, []
    for t in (2, 1):
        slope = 1 - states[t] ** 2
        arrives = misses[t - 1] + passed
        dz = arrives * slope
        terms.append(states[t - 1] * dz)
        x, middle = places[t], places[t] - 1.7
        _state_and_loss(ax, (x, row), above, t, states[t], misses[t - 1])
        circle(ax, (middle, row), "tanh", palette.HIDDEN, 0.3, MEDIUM, plain=True)
        for start, end in ((places[t - 1] + 0.4, middle - 0.3), (middle + 0.3, x - 0.4)):
            arrow(ax, (start, row + 0.12), (end, row + 0.12), palette.BASELINE)
            arrow(ax, (end, row - 0.12), (start, row - 0.12), palette.LOSS)
        arrow(ax, (middle, row - 0.7), (middle, below + 0.22), palette.LOSS)
        both = "" if t == 2 else f"{_written(misses[t - 1])} + {_bracketed(passed)} = "
        product = f"{_written(states[t - 1])} × {_bracketed(dz)}"
        passed = weight * dz
        for at, text, colour, align in (
            ((middle - 0.83, row + 0.3), f"× {_written(weight)}", palette.WEIGHT, "center"),
            ((middle + 0.83, row + 0.3), f"slope {_written(slope)}", palette.BASELINE, "center"),
            ((x, row - 0.62), f"$dh_{t}$ = {both}{_written(arrives)}", palette.LOSS, "center"),
            ((middle, row - 0.52), f"$dz_{t}$ = {_written(dz)}", palette.LOSS, "center"),
            ((middle - 0.83, row - 0.3), _written(passed), palette.LOSS, "center"),
            ((middle + 0.1, 0.92), f"$h_{t - 1}\\, dz_{t}$ = {product}", palette.WEIGHT, "left"),
        ):
            word(ax, at, text, colour, MEDIUM, align)
    word(ax, (places[0], row - 0.62), f"$dh_0$ = {_written(passed)}", palette.LOSS, MEDIUM)
    total = sum(terms)
    summed = f"$dW_h$ = {_written(terms[1])} + {_bracketed(terms[0])} = {_written(total)}"
    box(ax, (4.2, below), summed, palette.WEIGHT, (7.0, 0.42), MEDIUM)
    return total


def _state_and_loss(
    ax: Axes, at: tuple[float, float], above: float, t: int, state: float, miss: float
) -> None:
    """A state with its loss over it, and what the loss sends down."""
    x, row = at
    text = f"$h_{t}$\n{_written(state)}"
    box(ax, at, text, palette.HIDDEN, (0.8, 0.8), MEDIUM)
    circle(ax, (x, above), f"$L_{t}$", palette.LOSS)
    arrow(ax, (x - 0.1, row + 0.4), (x - 0.1, above - 0.26), palette.BASELINE)
    arrow(ax, (x + 0.1, above - 0.26), (x + 0.1, row + 0.4), palette.LOSS)
    word(ax, (x + 0.2, row + 0.72), _written(miss), palette.LOSS, MEDIUM, align="left")


def _written(value: float) -> str:
    """A number as one writes it by hand: a true minus, four decimals at most."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-", "\u2212")


def _bracketed(value: float) -> str:
    """The same for the second of two numbers: in brackets where it is negative."""
    return f"({_written(value)})" if value < 0 else _written(value)
