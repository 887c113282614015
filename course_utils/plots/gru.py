"""The gated recurrent unit as a diagram, and how each kind of cell looks in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.plots import palette
from course_utils.plots.shapes import LARGE, MEDIUM, arrow, box, canvas, circle, line, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["KINDS", "cell"]

#: Kind → name in figures, colour, marker, dashes: the same in every figure of the chapter.
KINDS: dict[str, tuple[str, str, str, str]] = {
    "lstm": ("LSTM", palette.CELL, "s", "--"),
    "gru": ("GRU", palette.GATE, "o", "-"),
    "elman": ("Elman", palette.HIDDEN, "^", "-."),
}

_WIDTH, _HEIGHT = 5.1, 2.75
_TOP, _MIDDLE, _LOW = 2.25, 1.45, 0.75  # heights: the state, the gates, the candidate


def cell(ax: Axes, reset_after: bool) -> Axes:
    """One step of a GRU: the state on top, the candidate below, the gates between.

    Args:
        ax: the axes.
        reset_after: whether the reset gate acts on the product of h and U_h, or on h before it.

    Returns:
        The same axes.
    """
    canvas(ax, _WIDTH, _HEIGHT)
    reset, product = (1.95, 1.15) if reset_after else (1.15, 1.95)
    box(ax, (0.45, _TOP), "$h_{t-1}$", palette.HIDDEN, (0.7, 0.46))
    box(ax, (4.75, _TOP), "$h_t$", palette.HIDDEN, (0.6, 0.46))
    circle(ax, (2.8, _TOP), "×", palette.TRUTH, 0.17, plain=True)
    circle(ax, (4.0, _TOP), "+", palette.TRUTH, 0.17, plain=True)
    for start, end in ((0.8, 2.63), (2.97, 3.83), (4.17, 4.45)):
        arrow(ax, (start, _TOP), (end, _TOP), palette.HIDDEN)

    line(ax, [(0.45, _TOP - 0.23), (0.45, _LOW)], palette.HIDDEN)
    circle(ax, (reset, _LOW), "×", palette.TRUTH, 0.17, plain=True)
    box(ax, (product, _LOW), "$U_h$", palette.WEIGHT, (0.5, 0.4), MEDIUM)
    circle(ax, (2.6, _LOW), "+", palette.TRUTH, 0.17, plain=True)
    box(ax, (3.3, _LOW), "tanh", palette.TRUTH, (0.6, 0.4), MEDIUM)
    halves = {reset: 0.17, product: 0.25}
    first, second = sorted((reset, product))
    arrow(ax, (0.45, _LOW), (first - halves[first], _LOW), palette.HIDDEN)
    arrow(ax, (first + halves[first], _LOW), (second - halves[second], _LOW), palette.HIDDEN)
    arrow(ax, (second + halves[second], _LOW), (2.43, _LOW), palette.HIDDEN)
    arrow(ax, (2.77, _LOW), (3.0, _LOW), palette.TRUTH)
    word(ax, (2.6, 0.12), "$x_t W_h + b_h$", palette.INPUT, MEDIUM)
    arrow(ax, (2.6, 0.25), (2.6, _LOW - 0.17), palette.INPUT)

    line(ax, [(3.6, _LOW), (4.0, _LOW)], palette.TRUTH)
    arrow(ax, (4.0, _LOW), (4.0, _MIDDLE - 0.17), palette.TRUTH)
    circle(ax, (4.0, _MIDDLE), "×", palette.TRUTH, 0.17, plain=True)
    arrow(ax, (4.0, _MIDDLE + 0.17), (4.0, _TOP - 0.17), palette.TRUTH)
    circle(ax, (2.8, _MIDDLE), "$z$", palette.GATE, 0.21, LARGE)
    arrow(ax, (2.8, _MIDDLE + 0.21), (2.8, _TOP - 0.17), palette.GATE)
    arrow(ax, (3.01, _MIDDLE), (3.83, _MIDDLE), palette.GATE)
    word(ax, (3.4, _MIDDLE + 0.14), "$1-z$", palette.GATE, MEDIUM)
    circle(ax, (reset, _MIDDLE), "$r$", palette.GATE, 0.21, LARGE)
    arrow(ax, (reset, _MIDDLE - 0.21), (reset, _LOW + 0.17), palette.GATE)
    for gate in (2.8, reset):  # both gates read the input and the old state
        word(ax, (gate - 0.47, _MIDDLE), "$x_t$", palette.INPUT, MEDIUM)
        arrow(ax, (gate - 0.36, _MIDDLE), (gate - 0.21, _MIDDLE), palette.INPUT)
        arrow(ax, (gate - 0.4, _TOP), (gate - 0.14, _MIDDLE + 0.16), palette.HIDDEN)
    if reset_after:
        word(ax, (product, _LOW - 0.33), "$+\\,c_h$", palette.WEIGHT, MEDIUM)
    ax.set_title(f"reset_after={reset_after}: r acts {'after' if reset_after else 'before'} $U_h$")
    return ax
