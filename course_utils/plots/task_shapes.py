"""The shapes of a task, drawn from the same masks that say what is read and what counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.shapes import arrow, box, canvas, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["five_shapes", "task_shape"]

_STEP = 0.52  # inches from column to column
_SIZE = (0.38, 0.3)
_ROWS = {"x": 0.3, "h": 0.95, "y": 1.6, "loss": 2.2}


def task_shape(ax: Axes, inputs: NDArray, targets: NDArray) -> Axes:
    """One shape of task: a column for each step, with its input, its state, and a loss.

    Args:
        ax: the axes.
        inputs: (T,) True where the step has an input.
        targets: (T,) True where its output counts.

    Returns:
        The same axes.

    Raises:
        ValueError: the two have different lengths, or no step.
    """
    if len(inputs) != len(targets) or not len(inputs):
        raise ValueError(f"inputs have {len(inputs)} steps and targets {len(targets)}; one each")
    canvas(ax, _STEP * 5 + 0.1, 2.5)
    left = 0.05 + _STEP * (5 - len(inputs)) / 2 + _STEP / 2
    for t, (read, counts) in enumerate(zip(inputs, targets, strict=True)):
        x = left + t * _STEP
        box(ax, (x, _ROWS["h"]), "$h$", palette.HIDDEN, _SIZE, 10)
        if t:
            begin = (x - _STEP + _SIZE[0] / 2, _ROWS["h"])
            arrow(ax, begin, (x - _SIZE[0] / 2, _ROWS["h"]), palette.HIDDEN)
        if read:
            box(ax, (x, _ROWS["x"]), "$x$", palette.INPUT, _SIZE, 10)
            arrow(ax, (x, _ROWS["x"] + 0.15), (x, _ROWS["h"] - 0.15), palette.INPUT)
        if counts:
            box(ax, (x, _ROWS["y"]), "$y$", palette.OUTPUT, _SIZE, 10)
            arrow(ax, (x, _ROWS["h"] + 0.15), (x, _ROWS["y"] - 0.15), palette.OUTPUT)
            word(ax, (x, _ROWS["loss"]), "$\\ell$", palette.LOSS, 12)
            arrow(ax, (x, _ROWS["y"] + 0.15), (x, _ROWS["loss"] - 0.12), palette.LOSS)
    return ax


def five_shapes(
    shapes: Mapping[str, tuple[NDArray, NDArray]], examples: Mapping[str, str]
) -> Figure:
    """All shapes side by side, each with an example under it.

    Args:
        shapes: name → which steps have an input, and which count.
        examples: name → a task of this shape, in a few words.
    """
    import textwrap

    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(shapes), figsize=(2.0 * len(shapes), 2.6))
    for ax, (name, (inputs, targets)) in zip(np.atleast_1d(axes), shapes.items(), strict=True):
        task_shape(ax, inputs, targets)
        ax.set_title("\n".join(textwrap.wrap(name, 18)), fontsize=10, loc="center")
        below = "\n".join(textwrap.wrap(examples[name], 22))
        ax.text(0.5, -0.02, below, transform=ax.transAxes, ha="center", va="top", fontsize=8.5)
    return fig
