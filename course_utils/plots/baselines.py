"""A series, its windows, and what forecasts of it are worth beside those that cost nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette, series
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = [
    "context",
    "gaps",
    "house",
    "leak",
    "ranking",
    "sizes",
    "surprise",
    "swing_forecasts",
    "two_futures",
    "two_series",
    "widths",
]

_COLOURS = {
    "13 weeks ago": palette.tint(palette.BASELINE, 0.5),
    "a year ago": palette.BASELINE,
    "a day ago": palette.BASELINE,
    "line": palette.OUTPUT,
    "network, 52 weeks": palette.OUTPUT,
}


def gaps(dates: np.ndarray, ppm: np.ndarray, filled: np.ndarray) -> Figure:
    """The concentration of CO₂ with its missing weeks, and the longest gap from near.

    Args:
        dates: (T,) weeks, datetime64.
        ppm: (T,) NaN where nothing was measured.
        filled: (T,) without gaps.
    """
    import matplotlib.pyplot as plt

    missing = np.isnan(ppm)
    floor = np.full(missing.sum(), 309)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), width_ratios=[1.7, 1])
    left.plot(dates, ppm, color=palette.TRUTH, lw=0.8)
    left.plot(dates[missing], floor, "|", color=palette.OUTPUT, label="missing")
    left.legend(loc="upper left")
    finding(left, "CO₂ climbs, and swings once a year", "year", "CO₂ (ppm)")
    early = slice(290, 360)
    right.plot(dates[early], filled[early], color=palette.OUTPUT, ls=":", label="filled in")
    right.plot(dates[early], ppm[early], color=palette.TRUTH, label="measured")
    right.legend(loc="upper right", bbox_to_anchor=(1.02, 1))
    right.set_xticks(np.array(["1964-01", "1964-07", "1965-01"], dtype="datetime64[D]"))
    right.set_xticklabels(["Jan 1964", "Jul 1964", "Jan 1965"])
    finding(right, "The longest gap: 18 weeks of 1964", "month", "CO₂ (ppm)")
    return fig


def two_series(
    dates: np.ndarray,
    swing: np.ndarray,
    first_week: int,
    years: np.ndarray,
    spots: np.ndarray,
    first_year: int,
) -> Figure:
    """The swing of CO₂ and the sunspots, with dotted lines where the test begins.

    Args:
        dates: (T,) weeks, datetime64.
        swing: (T,) the swing in ppm.
        first_week: the place of the first week of the test.
        years: (Y,) years.
        spots: (Y,) sunspot numbers.
        first_year: the place of the first year of the test.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
    left.plot(dates, swing, color=palette.TRUTH, lw=0.8)
    left.axvline(dates[first_week], color=palette.BASELINE, ls=":")
    finding(left, "Without the climb, every year looks alike", "year", "CO₂ swing (ppm)")
    right.plot(years, spots, color=palette.TRUTH, lw=0.9)
    right.axvline(years[first_year], color=palette.BASELINE, ls=":")
    finding(right, "Sunspots come in cycles, no two alike", "year", "sunspot number")
    return fig


def two_futures(now: np.ndarray, later: np.ndarray, rising: np.ndarray) -> Figure:
    """Each week's swing beside the swing a season later.

    Args:
        now: (N,) the swing in ppm.
        later: (N,) the swing 13 weeks later.
        rising: (N,) whether the week lies above an earlier one, bool.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 3.6))
    ax.plot(now[rising], later[rising], ".", color=palette.TRUTH, ms=3, label="rising")
    ax.plot(now[~rising], later[~rising], "x", color=palette.MUTED, ms=3, label="falling")
    ax.legend(markerscale=2)
    finding(ax, "One value leaves two futures", "swing now (ppm)", "swing 13 weeks later (ppm)")
    return fig


def swing_forecasts(
    dates: np.ndarray,
    swing: np.ndarray,
    forecasts: Mapping[str, ArrayLike],
    title: str,
    height: float = 3,
) -> Figure:
    """The swing of some years with its forecasts.

    Args:
        dates: (T,) weeks, datetime64.
        swing: (T,) the swing in ppm.
        forecasts: name → (T,) or more, from the first week on; what is left over is not drawn.
        title: the finding.
        height: of the figure in inches.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, height))
    drawn = {name: np.asarray(each)[: len(dates)] for name, each in forecasts.items()}
    series.forecast(ax, dates, swing, drawn, colours=_COLOURS)
    ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.25))
    finding(ax, title, "year", "CO₂ swing (ppm)")
    return fig


def widths(
    line_errors: Mapping[int, float], seasonal_error: float, year: int, season: int
) -> Figure:
    """The error of a line over the width of its window.

    Args:
        line_errors: width in weeks → RMSE in ppm.
        seasonal_error: the RMSE of the seasonal naive forecast.
        year: weeks in a year.
        season: the horizon in weeks.
    """
    import matplotlib.pyplot as plt

    lookup = year - season  # from this width on the window holds the value of a year ago
    fig, ax = plt.subplots(figsize=(7, 3.2))
    ax.plot(list(line_errors), list(line_errors.values()), "-o", color=palette.OUTPUT, label="line")
    ax.axhline(seasonal_error, color=palette.BASELINE, ls="--", label="seasonal naive")
    ax.axvline(lookup, color=palette.MUTED, ls=":")
    ax.text(lookup + 1, 1.9, f"{lookup} + {season} = {year}", color=palette.BASELINE)
    ax.set_ylim(bottom=0)
    ax.legend()
    title = "The line wins once its window reaches back a year"
    finding(ax, title, "width (weeks)", "RMSE 13 weeks ahead (ppm)")
    return fig


def sizes(
    lengths: np.ndarray, counts: np.ndarray, megabytes: np.ndarray, weeks: int, measured_weeks: int
) -> Figure:
    """Parameters and training memory over the length of the sequence.

    Args:
        lengths: (N,) lengths T in weeks.
        counts: (N, 2) parameters of the dense layer on the whole sequence, and of the recurrent.
        megabytes: (N, 2) what training holds, of the same two.
        weeks: the length of the whole series.
        measured_weeks: how many of them were measured.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.4))
    for ax, (dense, recurrent) in zip(axes, (counts.T, megabytes.T), strict=True):
        ax.loglog(lengths, dense, "--", color=palette.BASELINE, label="dense, whole sequence")
        ax.loglog(lengths, recurrent, "-", color=palette.HIDDEN, label="recurrent")
        lowest = min(dense.min(), recurrent.min())
        ax.axvline(weeks, color=palette.MUTED, ls=":")
        ax.text(0.9 * weeks, lowest, "the whole series", ha="right", color=palette.BASELINE)
        ax.legend(loc="upper left")
    left, right = axes
    left.axhline(measured_weeks, color=palette.TRUTH, lw=0.8)
    left.text(4, 1.15 * measured_weeks, "numbers measured", fontsize=9)
    finding(left, "The dense layer outgrows its data", "length T (weeks)", "parameters")
    title = "In training the recurrent layer holds more"
    finding(right, title, "length T (weeks)", "MB at batch 32")
    return fig


def context(
    errors: Mapping[tuple[str, str], tuple[float, float]], units: Mapping[str, str]
) -> Figure:
    """Errors of a snapshot and of a window, on the series and on the same numbers shuffled.

    Args:
        errors: (task, "in order" or "shuffled in time") → RMSE with one value, with the window.
        units: task → unit of its errors.
    """
    import matplotlib.pyplot as plt

    orders = ["in order", "shuffled in time"]
    fig, axes = plt.subplots(1, len(units), figsize=(9, 3.2))
    for ax, (task, unit) in zip(axes, units.items(), strict=True):
        for place, order in enumerate(orders):
            one, many = errors[task, order]
            ax.bar(place - 0.18, one, 0.34, color=palette.BASELINE, label="snapshot" * (not place))
            ax.bar(place + 0.18, many, 0.34, color=palette.OUTPUT, label="window" * (not place))
        ax.set_xticks([0, 1], orders)
        ax.set_ylim(top=1.3 * ax.get_ylim()[1])
        ax.legend(ncols=2, loc="upper left")
        title = f"{task}: the window helps only in order"
        finding(ax, title, "order of the series", f"RMSE ({unit})")
    return fig


def ranking(
    free: Mapping[str, float], lines: Mapping[str, float], networks: Mapping[str, ArrayLike]
) -> Figure:
    """Everything that forecasts the swing, side by side.

    Args:
        free: name → RMSE in ppm of what costs nothing; the last one is the one to beat.
        lines: name → RMSE of a line.
        networks: name → (5,) RMSE of a network with each seed.
    """
    import matplotlib.pyplot as plt

    light = palette.tint(palette.OUTPUT, 0.5)
    rows = {
        **{name: (np.array([error]), palette.BASELINE) for name, error in free.items()},
        **{name: (np.array([error]), light) for name, error in lines.items()},
        **{name: (np.asarray(errors), palette.OUTPUT) for name, errors in networks.items()},
    }
    fig, ax = plt.subplots(figsize=(8, 3.8))
    for row, (errors, colour) in enumerate(rows.values()):
        ax.barh(row, errors.mean(), color=colour)
        ax.plot([errors.min(), errors.max()], [row, row], color=palette.TRUTH, lw=2)
        label = ax.text(errors.max() + 0.06, row, f"{errors.mean():.2f}", va="center")
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    ax.axvline(list(free.values())[-1], color=palette.BASELINE, ls="--", zorder=0)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    title = "With a year of context, line and network beat the calendar"
    measured = "RMSE 13 weeks ahead, 1990 to 2001 (ppm); black: range of 5 seeds"
    finding(ax, title, measured, "forecast")
    return fig


def surprise(
    errors: Mapping[tuple[str, str], Sequence[float]],
    best_free: Mapping[str, float],
    units: Mapping[str, str],
) -> Figure:
    """A recurrent network beside a convolutional one, and one on windows in random order.

    Args:
        errors: (task, "recurrent", "convolution" or "random order") → RMSE of each seed.
        best_free: task → RMSE of the best forecast that costs nothing.
        units: task → unit of its errors.
    """
    import matplotlib.pyplot as plt

    bars = {
        "recurrent": ("recurrent", palette.HIDDEN),
        "convolution": ("convolution", palette.OUTPUT),
        "random order": ("convolution,\nrandom order", palette.MUTED),
    }
    fig, axes = plt.subplots(1, len(units), figsize=(9, 3))
    for ax, (task, unit) in zip(axes, units.items(), strict=True):
        for place, (network, (_, colour)) in enumerate(bars.items()):
            values = errors[task, network]
            ax.bar(place, np.mean(values), 0.6, color=colour)
            ax.plot([place] * len(values), values, ".", color=palette.TRUTH)
        ax.axhline(best_free[task], color=palette.BASELINE, ls="--", label="best free forecast")
        ax.set_ylim(top=1.3 * ax.get_ylim()[1])
        ax.legend(loc="upper left")
        ax.set_xticks(range(len(bars)), [words for words, _ in bars.values()])
        title = f"{task}: a convolution keeps up"
        finding(ax, title, "network (dots: 5 seeds)", f"RMSE ({unit})")
    return fig


def house(power: np.ndarray, forecasts: Mapping[str, ArrayLike], days: int = 5) -> Figure:
    """What a house's meter read, with forecasts of the next hour.

    Args:
        power: (T,) kW, an hour at a time; NaN leaves a gap.
        forecasts: "line" and "a day ago" → (T,) kW.
        days: how many days are drawn.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 2.8))
    hours = 24 * days
    drawn = {name: np.asarray(each)[:hours] for name, each in forecasts.items()}
    series.forecast(ax, np.arange(hours) / 24, power[:hours], drawn, colours=_COLOURS)
    ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.28))
    title = "A line through one day of readings follows the house"
    finding(ax, title, "day of the test", "power (kW)")
    return fig


def leak(lookup: Sequence[float], free: Sequence[float], honest: bool) -> Figure:
    """What a forecast was reported to be worth, and what it is worth.

    Args:
        lookup: RMSE of the look-up in ppm, as reported and in the nineties.
        free: the same of the seasonal naive forecast.
        honest: whether the reported test lies after what was known.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.6))
    place = np.arange(2)
    ax.barh(place - 0.18, lookup, 0.34, color=palette.OUTPUT, label="look-up")
    ax.barh(place + 0.18, free, 0.34, color=palette.BASELINE, label="seasonal naive")
    ax.set_yticks(place, ["before 1990,\nas reported", "the nineties"])
    ax.invert_yaxis()
    ax.legend(loc="upper right")
    title = "Reported and in truth: it loses" if honest else "Reported: it wins. In truth: it loses"
    finding(ax, title, "RMSE 13 weeks ahead (ppm)", "tested on")
    return fig
