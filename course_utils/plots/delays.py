"""Block diagrams of delays: a line of them, a difference, a loop; and a loop over several steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.plots import palette
from course_utils.plots.shapes import LARGE, MEDIUM, arrow, box, canvas, circle, line, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["delay_diagrams", "state_space_diagram"]

_WIDTH, _HEIGHT = 8.4, 2.7


def delay_diagrams(ax: Axes) -> Axes:
    """Three ways to use z⁻¹: two in a row, one beside a direct way, one in a loop.

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, _WIDTH, _HEIGHT)
    main, back = 1.55, 0.55
    for x, name in ((0.1, "in a row"), (3.05, "beside the direct way"), (5.75, "in a loop")):
        word(ax, (x, 2.5), name, size=MEDIUM, align="left")

    circle(ax, (0.35, main), "$x_t$", palette.INPUT)
    arrow(ax, (0.62, main), (0.83, main), palette.INPUT)
    for x, after in ((1.14, "$x_{t-1}$"), (2.04, "$x_{t-2}$")):
        box(ax, (x, main), "$z^{-1}$", palette.HIDDEN)
        arrow(ax, (x + 0.31, main), (x + 0.59, main), palette.INPUT)
        word(ax, (x + 0.42, main + 0.42), after, palette.INPUT, MEDIUM)
    word(ax, (1.35, back), "$z^{-1} z^{-1} = z^{-2}$", palette.HIDDEN, 12)

    circle(ax, (3.3, main), "$x_t$", palette.INPUT)
    circle(ax, (4.75, main), "$+$", palette.TRUTH, radius=0.2, plain=True)
    arrow(ax, (3.57, main), (4.55, main), palette.INPUT)
    ax.plot([3.75], [main], "o", color=palette.INPUT, ms=5, zorder=3)
    line(ax, [(3.75, main), (3.75, back)], palette.INPUT)
    box(ax, (4.2, back), "$z^{-1}$", palette.HIDDEN)
    line(ax, [(3.75, back), (3.89, back)], palette.INPUT)
    line(ax, [(4.51, back), (4.75, back)], palette.INPUT)
    arrow(ax, (4.75, back), (4.75, main - 0.2), palette.INPUT)
    word(ax, (4.9, main - 0.34), "−1", palette.WEIGHT, MEDIUM)
    arrow(ax, (4.95, main), (5.25, main), palette.OUTPUT)
    word(ax, (4.15, back - 0.4), "$y = (1 - z^{-1})\\,x$", palette.OUTPUT, 12)

    circle(ax, (6.0, main), "$x_t$", palette.INPUT)
    circle(ax, (6.7, main), "$+$", palette.TRUTH, radius=0.2, plain=True)
    circle(ax, (8.05, main), "$y_t$", palette.OUTPUT)
    arrow(ax, (6.27, main), (6.5, main), palette.INPUT)
    arrow(ax, (6.9, main), (7.78, main), palette.OUTPUT)
    ax.plot([7.55], [main], "o", color=palette.OUTPUT, ms=5, zorder=3)
    line(ax, [(7.55, main), (7.55, back)], palette.OUTPUT)
    box(ax, (7.1, back), "$z^{-1}$", palette.HIDDEN)
    line(ax, [(7.55, back), (7.41, back)], palette.OUTPUT)
    line(ax, [(6.79, back), (6.7, back)], palette.OUTPUT)
    arrow(ax, (6.7, back), (6.7, main - 0.2), palette.OUTPUT)
    word(ax, (6.52, main - 0.45), "$a$", palette.WEIGHT, LARGE)
    word(ax, (7.1, back - 0.4), "$y = x + a\\,z^{-1} y$", palette.OUTPUT, 12)
    return ax


def state_space_diagram(ax: Axes) -> Axes:
    """The state-space model as a signal diagram: y = C x + D u, and x one step later.

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, 6.9, _HEIGHT)
    main, back, top = 1.35, 0.4, 2.3
    circle(ax, (0.4, main), "$u_t$", palette.INPUT)
    box(ax, (1.3, main), "$B$", palette.WEIGHT)
    circle(ax, (2.2, main), "$+$", palette.TRUTH, radius=0.2, plain=True)
    box(ax, (3.2, main), "$z^{-1}$", palette.HIDDEN)
    box(ax, (4.6, main), "$C$", palette.WEIGHT)
    circle(ax, (5.5, main), "$+$", palette.TRUTH, radius=0.2, plain=True)
    circle(ax, (6.5, main), "$y_t$", palette.OUTPUT)
    box(ax, (3.2, back), "$A$", palette.WEIGHT)
    box(ax, (3.2, top), "$D$", palette.WEIGHT)
    arrow(ax, (0.67, main), (0.99, main), palette.INPUT)
    arrow(ax, (1.61, main), (2.0, main), palette.INPUT)
    arrow(ax, (2.4, main), (2.89, main), palette.HIDDEN)
    word(ax, (2.6, main + 0.24), "$x_{t+1}$", palette.HIDDEN, MEDIUM)
    arrow(ax, (3.51, main), (4.29, main), palette.HIDDEN)
    word(ax, (3.9, main + 0.24), "$x_t$", palette.HIDDEN, MEDIUM)
    arrow(ax, (4.91, main), (5.3, main), palette.OUTPUT)
    arrow(ax, (5.7, main), (6.23, main), palette.OUTPUT)
    ax.plot([3.75], [main], "o", color=palette.HIDDEN, ms=5, zorder=3)
    line(ax, [(3.75, main), (3.75, back)], palette.HIDDEN)
    arrow(ax, (3.75, back), (3.51, back), palette.HIDDEN)
    line(ax, [(2.89, back), (2.2, back)], palette.HIDDEN)
    arrow(ax, (2.2, back), (2.2, main - 0.2), palette.HIDDEN)
    ax.plot([0.83], [main], "o", color=palette.INPUT, ms=5, zorder=3)
    line(ax, [(0.83, main), (0.83, top)], palette.INPUT)
    arrow(ax, (0.83, top), (2.89, top), palette.INPUT)
    line(ax, [(3.51, top), (5.5, top)], palette.OUTPUT)
    arrow(ax, (5.5, top), (5.5, main + 0.2), palette.OUTPUT)
    return ax
