"""Forecasts of the yearly sunspots: where a network misses, and what training makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["learning", "misses"]


def misses(years: NDArray, counted: NDArray, forecast: NDArray, losses: NDArray) -> Figure:
    """Forecast and truth above, each year's term of the loss below.

    Args:
        years: (T,) the years that are forecast.
        counted: (T,) the truth, in sunspots.
        forecast: (T,) of an untrained network, in sunspots.
        losses: (T,) each year's term, of standardised values.
    """
    import matplotlib.pyplot as plt

    fig, (top, bottom) = plt.subplots(2, 1, figsize=(8, 4.2), sharex=True, height_ratios=[3, 2])
    top.plot(years, counted, color=palette.TRUTH, label="counted")
    top.plot(years, forecast, "--", color=palette.OUTPUT, label="untrained network")
    top.set(title="The untrained network misses the cycle", ylabel="sunspot number")
    top.legend(ncols=2, loc="upper left")
    bottom.bar(years, losses, color=palette.LOSS)
    bottom.set(
        title="Each year adds its own term to the loss",
        xlabel="year that is forecast",
        ylabel="½ (y − t)²\n(standardised)",
    )
    return fig


def learning(
    curves: NDArray,
    naive_error: float,
    trained: tuple[float, float],
    control: tuple[float, float],
) -> Figure:
    """The losses of some networks, and their test error between the baseline and the control.

    Args:
        curves: (networks, updates) the loss per year.
        naive_error: of the baseline, next year like this year, in sunspots.
        trained: test error with the half-width of its interval, in sunspots.
        control: the same for networks that learned from shuffled years.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3), width_ratios=[3, 2])
    left.plot(curves.T, color=palette.LOSS, alpha=0.7)
    left.set(
        title="Your gradient brings the loss down in every network",
        xlabel="update",
        ylabel="loss per year (standardised)",
        yscale="log",
    )
    right.barh(
        ["your sweep,\nshuffled years", "your sweep", "like this year"],
        [control[0], trained[0], naive_error],
        xerr=[control[1], trained[1], 0],
        color=[palette.MUTED, palette.OUTPUT, palette.BASELINE],
    )
    right.set(title="It beats the baseline", xlabel="RMSE from 1930 on (sunspots)")
    return fig
