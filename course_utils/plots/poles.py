"""Poles in the complex plane, and what a recurrence does with one push: drawn together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["echoes", "poles_and_responses"]

_AT_THE_CIRCLE = 2e-3  # no one sees less, and no forty steps tell


def poles_and_responses(kinds: Mapping[str, tuple[NDArray, NDArray]], step: str) -> Figure:
    """Above, the poles with the unit circle; below, the answer to one push, step by step.

    Args:
        kinds: name → poles (K,), complex, and the response (T,).
        step: what a step is, for the axis: "step", "year".
    """
    import matplotlib.pyplot as plt

    count = len(kinds)
    fig, axes = plt.subplots(2, count, figsize=(max(2.15 * count, 6), 4.3), squeeze=False)
    around = np.exp(1j * np.linspace(0, 2 * np.pi, 200))
    for column, (name, (poles, response)) in enumerate(kinds.items()):
        above, below = axes[:, column]
        above.plot(around.real, around.imag, color=palette.BASELINE, lw=1)
        above.plot(poles.real, poles.imag, "x", color=palette.WEIGHT, ms=8, mew=2)
        reach = max(1.25, 1.15 * float(np.abs(poles).max(initial=0)))
        above.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        size = float(np.abs(poles).max(initial=0))
        finding(above, f"{name}: {_where(size)}", "real part", "imaginary part")
        below.vlines(np.arange(len(response)), 0, response, color=palette.OUTPUT, lw=1)
        below.plot(response, ".", color=palette.OUTPUT, ms=4)
        below.axhline(0, color=palette.BASELINE, lw=0.8)
        below.set(xlabel=step, ylabel="answer to a push" if not column else "")
        if column:
            above.set_ylabel("")
    return fig


def _where(size: float) -> str:
    if abs(size - 1) < _AT_THE_CIRCLE:
        return "at the circle, goes on"
    return f"{size:.2f}, dies away" if size < 1 else f"{size:.2f}, grows"


def echoes(responses: Mapping[str, NDArray]) -> Figure:
    """What is left of one push in networks with recurrences over one or more steps.

    Args:
        responses: name → (T,) states after the push, zeros left out of the drawing.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3.2))
    looks = (("o", palette.BASELINE), ("s", palette.HIDDEN), ("-", palette.OUTPUT))
    for (name, states), (look, colour) in zip(responses.items(), looks, strict=False):
        sizes = np.where(np.abs(states) > 0, np.abs(states), np.nan)
        ax.semilogy(sizes, look, color=colour, label=name, ms=4)
    last = [int(np.flatnonzero(np.abs(each) > 1e-3)[-1]) for each in responses.values()]
    told = ", ".join(f"{step} ({name})" for name, step in zip(responses, last, strict=True))
    title = f"A push of 1 stays above a thousandth until step {told}"
    finding(ax, title, "steps since the push", "size of the state")
    ax.set_ylim(1e-5, 2)
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig
