"""What chapters draw over time: a truth with its forecasts, a mean with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

__all__ = ["forecast", "with_interval"]

# After the first two, which are the baseline's and the model's.
_MORE = (palette.HIDDEN, palette.GATE, palette.INPUT, palette.LOSS, palette.CELL, palette.WEIGHT)
_DASHES: tuple[Any, ...] = ("--", "-.", ":", (0, (5, 1)), (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))


def forecast(
    ax: Axes,
    times: ArrayLike,
    truth: ArrayLike,
    forecasts: Mapping[str, ArrayLike],
    colours: Mapping[str, str] | None = None,
) -> Axes:
    """What was observed, in black, and what was forecast, each in a colour and a dash of its own.

    Args:
        ax: the axes.
        times: (T,) years, dates (datetime64) or step numbers.
        truth: (T,) observed values; NaN leaves a gap.
        forecasts: name → (T,) forecast for the same times, or (K,) for the last K of them.
        colours: name → colour. Without it a name that is a quantity of `palette.OF` has its
            colour, and the others take the next free one, the model's first.

    Returns:
        The same axes, with a legend.

    Raises:
        ValueError: truth has not the shape of times, or a forecast is longer than they are.
    """
    when, seen = np.asarray(times), np.asarray(truth, dtype=float)
    if when.ndim != 1 or seen.shape != when.shape:
        raise ValueError(
            f"truth has shape {seen.shape} and times {when.shape}; give one value per time, (T,)"
        )
    named = {**palette.OF, **(colours or {})}
    taken = {named[name] for name in forecasts if name in named}
    free = iter([each for each in (palette.OUTPUT, *_MORE) if each not in taken])
    ax.plot(when, seen, color=palette.TRUTH, lw=1.2, label="observed")
    for place, (name, values) in enumerate(forecasts.items()):
        guess = np.asarray(values, dtype=float)
        if guess.ndim != 1 or not 0 < guess.size <= when.size:
            raise ValueError(
                f"the forecast {name!r} has shape {guess.shape}; "
                f"give (K,) with K from 1 to {when.size}, for the last K times"
            )
        colour = named[name] if name in named else next(free, palette.BASELINE)
        ax.plot(
            when[when.size - guess.size :],
            guess,
            color=colour,
            ls=_DASHES[place % len(_DASHES)],
            label=name,
        )
    ax.legend()
    return ax


def with_interval(
    ax: Axes,
    x: ArrayLike,
    mean: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    colour: str = palette.HIDDEN,
    label: str | None = None,
) -> Axes:
    """A mean as a line with a dot per value, and its interval as a band.

    Args:
        ax: the axes.
        x: (N,) positions.
        mean: (N,) means over seeds.
        low: (N,) lower ends of the interval.
        high: (N,) upper ends of the interval.
        colour: of line and band: the quantity's.
        label: for the legend.

    Returns:
        The same axes.

    Raises:
        ValueError: the shapes differ, or a mean lies outside its interval.
    """
    where = np.asarray(x)
    middle, bottom, top = (np.asarray(each, dtype=float) for each in (mean, low, high))
    if where.ndim != 1 or not where.shape == middle.shape == bottom.shape == top.shape:
        raise ValueError(
            f"x, mean, low and high have shapes {where.shape}, {middle.shape}, {bottom.shape} and "
            f"{top.shape}; give four of (N,)"
        )
    if np.any(middle < bottom) or np.any(middle > top):
        raise ValueError("a mean lies outside its interval; are low and high in this order?")
    ax.plot(where, middle, "-o", color=colour, label=label)
    ax.fill_between(where, bottom, top, color=colour, alpha=0.2, lw=0)
    return ax
