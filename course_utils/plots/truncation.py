"""The drawing of truncated BPTT: the state crosses a chunk's border, the gradient does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.plots import palette
from course_utils.plots.shapes import MEDIUM, arrow, box, canvas, frame, line, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["chunks"]


def chunks(ax: Axes, steps: int = 4) -> Axes:
    """Three chunks of one row of the stream, with the ways of the state and of the gradient.

    Drawn for a figure of 7 × 3 inches.

    Args:
        ax: the axes.
        steps: steps in each chunk, 2 to 5.

    Returns:
        The same axes.

    Raises:
        ValueError: steps is below 2 or above 5.
    """
    if not 2 <= steps <= 5:
        raise ValueError(f"steps is {steps}; give 2 to 5, as many as can be drawn")
    canvas(ax, 6.9, 2.7)
    width, gap, left = 1.86, 0.32, 0.36
    state, back = 1.55, 0.85
    pitch = width / steps
    for k in range(3):
        start = left + k * (width + gap)
        frame(ax, (start, 0.55), (width, 1.55), palette.BASELINE)
        word(ax, (start + width / 2, 2.3), f"chunk {k}", palette.BASELINE, MEDIUM)
        places = [start + pitch * (s + 0.5) for s in range(steps)]
        size = (pitch * 0.62, 0.4)
        for s, x in enumerate(places):
            box(ax, (x, state), "$h$", palette.HIDDEN, size, MEDIUM)
            if s:
                arrow(
                    ax,
                    (places[s - 1] + size[0] / 2, state),
                    (x - size[0] / 2, state),
                    palette.HIDDEN,
                )
        into = start - gap if k else 0.05
        from_edge = into - (pitch - size[0]) / 2 if k else into
        arrow(ax, (from_edge, state), (places[0] - size[0] / 2, state), palette.HIDDEN)
        arrow(ax, (places[-1], back), (start + 0.1, back), palette.LOSS)
        line(ax, [(start + 0.08, back - 0.14), (start + 0.08, back + 0.14)], palette.LOSS)
    end = left + 3 * width + 2 * gap
    arrow(ax, (end - (pitch - pitch * 0.62) / 2, state), (6.88, state), palette.HIDDEN)
    word(ax, (left + width + gap / 2, 0.32), "the state crosses the border,", palette.HIDDEN)
    word(ax, (left + width + gap / 2 + 2.1, 0.32), "the gradient stops at it", palette.LOSS)
    word(ax, (left + width / 2, back + 0.22), "gradient", palette.LOSS)
    word(ax, (left + width / 2, state + 0.36), "state", palette.HIDDEN)
    return ax
