"""The course's drawings: the window, the Elman cell, the unrolled network. Numbers in, Axes out.

Drawn for a figure of 7 × 3 inches; they scale with the axes, their letters do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.plots import palette
from course_utils.plots.shapes import LARGE, MEDIUM, arrow, box, canvas, circle, frame, line, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["backward_connections", "elman_cell", "unrolled", "window"]

_HEIGHT = 2.7  # of a drawing, in units; a title stands above it
_WIDTH = 6.9
_MOST_COLUMNS = 5  # drawn in full; a longer network is shown by its ends


def window(ax: Axes, width: int, horizon: int = 1) -> Axes:
    """How a series becomes inputs and targets: two windows, the second one step later.

    Long windows and horizons are shown by their ends, with the true indices.

    Args:
        ax: the axes.
        width: values per window.
        horizon: steps from the window's last value to its target.

    Returns:
        The same axes.

    Raises:
        ValueError: width or horizon is below 1.
    """
    for name, value in (("width", width), ("horizon", horizon)):
        if value < 1:
            raise ValueError(f"{name} is {value}; it must be at least 1")
    slots = _slots(width, horizon)
    step = min(0.62, 5.4 / len(slots))
    left = 1.15 + step / 2
    place = {index: left + step * slot for slot, index in enumerate(slots) if index >= 0}
    size = (step * 0.86, 0.42)
    canvas(ax, max(_WIDTH, left + step * len(slots)), _HEIGHT)

    rows = {"series": 2.42, "window 0": 1.48, "window 1": 0.32}
    for name, y in rows.items():
        word(ax, (0.05, y), name, size=MEDIUM, align="left")
    for slot, index in enumerate(slots):
        x = left + step * slot
        if index < 0:
            for y in rows.values():
                word(ax, (x, y), "…", size=LARGE)
            continue
        box(ax, (x, rows["series"]), str(index), palette.MUTED, size, MEDIUM)
        for start, y in ((0, rows["window 0"]), (1, rows["window 1"])):
            if start <= index < start + width:
                box(ax, (x, y), str(index), palette.INPUT, size, MEDIUM)
            elif index == start + width + horizon - 1:
                box(ax, (x, y), str(index), palette.TRUTH, size, MEDIUM, solid=True)

    y = rows["window 0"]
    first, last, target = place[0], place[width - 1], place[width + horizon - 1]
    half = size[0] / 2
    top = y + 0.34
    line(ax, [(first - half, top - 0.07), (first - half, top)], palette.INPUT)
    line(ax, [(first - half, top), (last + half, top), (last + half, top - 0.07)], palette.INPUT)
    centre = (first + last) / 2
    word(ax, (centre, top + 0.16), f"width = {width}", palette.INPUT, MEDIUM)
    clear = max(target, last + half + 0.4, centre + 0.78)  # of the bracket and its words
    word(ax, (clear, top + 0.03), "target", palette.TRUTH, MEDIUM)
    arrow(ax, (last, y - 0.36), (target, y - 0.36), palette.BASELINE)
    line(ax, [(last, y - 0.25), (last, y - 0.44)], palette.BASELINE)
    line(ax, [(target, y - 0.25), (target, y - 0.44)], palette.BASELINE)
    word(ax, ((last + target) / 2, y - 0.58), f"horizon = {horizon}", palette.BASELINE, MEDIUM)
    return ax


def _slots(width: int, horizon: int) -> list[int]:
    """The indices to draw, from 0 to the second window's target; -1 stands for a gap."""
    end = width + horizon
    keep = {0, 1, 2, width - 2, width - 1, width, end - 2, end - 1, end}
    keep = {index for index in keep if 0 <= index <= end}
    slots: list[int] = []
    for index in range(end + 1):
        alone = {index - 1, index + 1} <= keep  # a gap of one is no shorter than the number
        if index in keep or alone:
            slots.append(index)
        elif slots[-1] >= 0:
            slots.append(-1)
    return slots


def elman_cell(ax: Axes) -> Axes:
    """One step of the Elman cell as a signal diagram, with the loop through a delay of one step.

    h_t = tanh(x_t W_x + h_{t-1} W_h + b) (Elman, 1990); under each letter its shape.

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, _WIDTH, _HEIGHT)
    main, back = 1.6, 0.5
    x_in, kernel, plus, squash, delay, fork, out = 0.35, 1.6, 2.85, 4.05, 5.1, 5.75, 6.5

    frame(ax, (1.1, 0.12), (3.48, 2.54), palette.BASELINE)
    word(ax, (1.22, 2.46), "cell: one step", palette.BASELINE, align="left")
    for name, at, shape, colour in (
        ("$x_t$", (x_in, main), "(B, F)", palette.INPUT),
        ("$h_t$", (out, main), "(B, U)", palette.HIDDEN),
        ("$b$", (plus, 2.34), "(U,)", palette.WEIGHT),
    ):
        circle(ax, at, name, colour)
        beside = (at[0] + 0.5, at[1]) if name == "$b$" else (at[0], at[1] - 0.42)
        word(ax, beside, shape, palette.BASELINE)
    box(ax, (kernel, main), "$W_x$", palette.WEIGHT)
    word(ax, (kernel, main - 0.38), "(F, U)", palette.BASELINE)
    box(ax, (plus, back), "$W_h$", palette.WEIGHT)
    word(ax, (plus - 0.62, back), "(U, U)", palette.BASELINE)
    circle(ax, (plus, main), "$+$", palette.TRUTH, radius=0.2, plain=True)
    box(ax, (squash, main), "tanh", palette.HIDDEN, points=11)
    box(ax, (delay, back), "$z^{-1}$", palette.HIDDEN)
    word(ax, (delay + 0.22, back - 0.37), "delay of one step", palette.BASELINE)

    arrow(ax, (x_in + 0.27, main), (kernel - 0.31, main), palette.INPUT)
    arrow(ax, (kernel + 0.31, main), (plus - 0.2, main), palette.TRUTH)
    arrow(ax, (plus, 2.07), (plus, main + 0.2), palette.WEIGHT)
    arrow(ax, (plus + 0.2, main), (squash - 0.31, main), palette.TRUTH)
    arrow(ax, (squash + 0.31, main), (out - 0.27, main), palette.HIDDEN)
    line(ax, [(fork, main), (fork, back)], palette.HIDDEN)
    ax.plot([fork], [main], "o", color=palette.HIDDEN, ms=5, zorder=3)
    arrow(ax, (fork, back), (delay + 0.31, back), palette.HIDDEN)
    arrow(ax, (delay - 0.31, back), (plus + 0.31, back), palette.HIDDEN)
    word(ax, ((delay + plus) / 2 - 0.1, back + 0.2), "$h_{t-1}$", palette.HIDDEN, LARGE)
    arrow(ax, (plus, back + 0.23), (plus, main - 0.2), palette.TRUTH)
    return ax


def backward_connections(ax: Axes) -> Axes:
    """Two small networks side by side: what goes back is the state (Elman) or the output (Jordan).

    Args:
        ax: the axes.

    Returns:
        The same axes.
    """
    canvas(ax, _WIDTH, _HEIGHT)
    main, back = 1.6, 0.55
    for left, name, returned, colour in (
        (0.1, "Elman (1990): the state goes back", "$h_{t-1}$", palette.HIDDEN),
        (3.65, "Jordan (1986): the output goes back", "$y_{t-1}$", palette.OUTPUT),
    ):
        x_in, state, out = left + 0.3, left + 1.45, left + 2.75
        word(ax, (left, 2.5), name, size=MEDIUM, align="left")
        circle(ax, (x_in, main), "$x_t$", palette.INPUT)
        box(ax, (state, main), "$h_t$", palette.HIDDEN)
        circle(ax, (out, main), "$y_t$", palette.OUTPUT)
        box(ax, (state, back), "$z^{-1}$", colour)
        arrow(ax, (x_in + 0.27, main), (state - 0.31, main), palette.INPUT)
        arrow(ax, (state + 0.31, main), (out - 0.27, main), palette.HIDDEN)
        from_state = colour == palette.HIDDEN
        fork = (state + out) / 2 if from_state else out
        line(ax, [(fork, main if from_state else main - 0.27), (fork, back)], colour)
        if from_state:
            ax.plot([fork], [main], "o", color=colour, ms=5, zorder=3)
        arrow(ax, (fork, back), (state + 0.31, back), colour)
        arrow(ax, (state, back + 0.23), (state, main - 0.23), colour)
        word(ax, (state - 0.32, (main + back) / 2), returned, colour, LARGE)
    return ax


def unrolled(ax: Axes, steps: int = 4) -> Axes:
    """The network from the side: time to the right, inputs below, outputs above.

    Every column is the same cell with the same weights. Long networks are shown by their ends.

    Args:
        ax: the axes.
        steps: T, the number of time steps.

    Returns:
        The same axes.

    Raises:
        ValueError: steps is below 1.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; it must be at least 1")
    columns = list(range(1, steps + 1))
    if steps > _MOST_COLUMNS:
        columns = [1, 2, 3, 0, steps]
    gap = min(1.35, 5.9 / len(columns))
    canvas(ax, _WIDTH, _HEIGHT)
    below, middle, above, clock = 0.62, 1.5, 2.4, 0.1
    start = (_WIDTH - gap * len(columns)) / 2
    circle(ax, (start, middle), "$h_0$", palette.HIDDEN)
    if steps > 1:
        word(ax, (start, above - 0.2), "the same\nweights at\nevery step", palette.WEIGHT)
    edge = start + 0.27

    for column, t in enumerate(columns, start=1):
        x = start + gap * column
        if t == 0:
            word(ax, (x, middle), "…", palette.HIDDEN, LARGE)
            arrow(ax, (edge, middle), (x - 0.2, middle), palette.HIDDEN)
            word(ax, ((edge + x - 0.2) / 2, middle + 0.2), "$W_h$", palette.WEIGHT, 12)
            edge = x + 0.2
            continue
        points = LARGE if t < 100 else MEDIUM  # so that the letter stays inside
        circle(ax, (x, below), f"$x_{{{t}}}$", palette.INPUT, points=points)
        box(ax, (x, middle), f"$h_{{{t}}}$", palette.HIDDEN, (0.6, 0.5), points)
        circle(ax, (x, above), f"$y_{{{t}}}$", palette.OUTPUT, points=points)
        arrow(ax, (x, below + 0.27), (x, middle - 0.25), palette.INPUT)
        arrow(ax, (x, middle + 0.25), (x, above - 0.27), palette.OUTPUT)
        arrow(ax, (edge, middle), (x - 0.3, middle), palette.HIDDEN)
        word(ax, ((edge + x - 0.3) / 2, middle + 0.2), "$W_h$", palette.WEIGHT, 12)
        word(ax, (x + 0.24, (below + middle) / 2), "$W_x$", palette.WEIGHT, 12)
        word(ax, (x + 0.24, (above + middle) / 2), "$W_y$", palette.WEIGHT, 12)
        edge = x + 0.3

    arrow(ax, (start, clock), (_WIDTH - start, clock), palette.BASELINE)
    word(ax, (start - 0.1, clock), "time", palette.BASELINE, MEDIUM, align="right")
    return ax
