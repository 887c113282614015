"""A series, its windows, and what forecasts of it are worth beside those that cost nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from course_utils.plots import palette, series
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = [
    "Interval",
    "LookedUp",
    "against",
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


class Interval(Protocol):
    """A mean and the ends of its interval: see `course_utils.claims`."""

    @property
    def mean(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


class LookedUp(Protocol):
    """What a look-up is worth on one series: see chapter 1's experiments."""

    @property
    def reported(self) -> float: ...
    @property
    def apart(self) -> float: ...
    @property
    def later(self) -> float: ...
    @property
    def free(self) -> tuple[float, float]: ...


_COLOURS = {
    "13 weeks ago": palette.tint(palette.BASELINE, 0.5),
    "a year ago": palette.BASELINE,
    "mean year": palette.BASELINE,
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
    dates: np.ndarray, swing: np.ndarray, forecasts: Mapping[str, ArrayLike]
) -> Figure:
    """The swing of some years with its forecasts.

    Args:
        dates: (T,) weeks, datetime64.
        swing: (T,) the swing in ppm.
        forecasts: name → (T,) or more, from the first week on; what is left over is not drawn.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3))
    drawn = {name: np.asarray(each)[: len(dates)] for name, each in forecasts.items()}
    series.forecast(ax, dates, swing, drawn, colours=_COLOURS)
    ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.25))
    errors = [f"{name} {rms(each - swing):.2f} ppm" for name, each in drawn.items()]
    finding(ax, f"RMSE in these years: {'; '.join(errors)}", "year", "CO₂ swing (ppm)")
    return fig


def widths(
    errors: Mapping[int, Mapping[int, float]], free_error: float, chosen: int, reach: int
) -> Figure:
    """The validation error of a line over the width of its window, from several origins.

    Args:
        errors: origin (a year) → width in weeks → RMSE in ppm on the years that follow.
        free_error: the RMSE of the seasonal naive forecast on the same years.
        chosen: the width whose mean error is lowest.
        reach: the width from which on a window holds the value one year before its target.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7.5, 3.4))
    light = palette.tint(palette.OUTPUT, 0.5)
    for place, each in enumerate(errors.values()):
        ax.plot(
            list(each), list(each.values()), color=light, lw=1, label="one origin" * (not place)
        )
    mean = {
        width: rms(each[width] for each in errors.values()) for width in next(iter(errors.values()))
    }
    ax.plot(list(mean), list(mean.values()), "-o", color=palette.OUTPUT, label="all origins")
    ax.plot(chosen, mean[chosen], "D", color=palette.TRUTH, ms=8, label=f"chosen: {chosen} weeks")
    ax.axhline(free_error, color=palette.BASELINE, ls="--", label="seasonal naive")
    ax.axvline(reach, color=palette.BASELINE, ls=":", label=f"reaches back a year: {reach} weeks")
    ax.set_ylim(bottom=0)
    ax.legend(ncols=2)
    wins = min((width for width, error in mean.items() if error < free_error), default=None)
    title = (
        "No width beats the seasonal naive forecast"
        if wins is None
        else f"From {wins} weeks on, the line beats the seasonal naive forecast"
    )
    finding(ax, title, "width (weeks)", "validation RMSE (ppm)")
    return fig


def rms(errors: Iterable[float]) -> float:
    """The root of the mean square of some errors of equal weight."""
    return float(np.sqrt(np.mean(np.square(list(errors)))))


def sizes(
    lengths: np.ndarray,
    counts: np.ndarray,
    sequences: np.ndarray,
    megabytes: np.ndarray,
    weeks: int,
    measured_weeks: int,
) -> Figure:
    """Parameters over the length of the sequence, and training memory over their number.

    Args:
        lengths: (N,) lengths T in weeks.
        counts: (N, 2) parameters of the dense layer on the whole sequence, and of the recurrent.
        sequences: (B,) how many sequences are in a batch, from 1.
        megabytes: (B, 2) what training holds, of the same two.
        weeks: the length of the whole series.
        measured_weeks: how many of them were measured.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.4))
    left, right = axes
    for ax, x, pair in ((left, lengths, counts), (right, sequences, megabytes)):
        ax.loglog(x, pair[:, 0], "--", color=palette.BASELINE, label="dense, whole sequence")
        ax.loglog(x, pair[:, 1], "-", color=palette.HIDDEN, label="recurrent")
        ax.legend(loc="upper left")
    left.axvline(weeks, color=palette.BASELINE, ls=":")
    left.text(0.9 * weeks, counts.min(), "the whole series", ha="right", color=palette.BASELINE)
    left.axhline(measured_weeks, color=palette.TRUTH, lw=0.8)
    left.text(4, 1.15 * measured_weeks, "numbers measured", fontsize=9)
    whole = np.interp(weeks, lengths, counts[:, 0])  # a dense layer grows along a line
    says = "has outgrown" if whole > measured_weeks else "has not outgrown"
    finding(
        left,
        f"On the whole series the dense layer {says} its data",
        "length T (weeks)",
        "parameters",
    )
    more = sequences[megabytes[:, 1] > megabytes[:, 0]]
    if len(more):
        right.axvline(more[0], color=palette.BASELINE, ls=":")
        title = f"From {more[0]} sequences on, the recurrent layer holds more"
    else:
        title = "The dense layer holds more"
    right.set_xticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
    right.minorticks_off()
    finding(right, title, f"sequences of {weeks} weeks in a batch", "training memory (MB)")
    return fig


def context(
    errors: Mapping[tuple[str, str], tuple[float, float]],
    units: Mapping[str, str],
    dated: Mapping[str, float],
) -> Figure:
    """Errors of a snapshot and of a window, on the series and on one without memory.

    Args:
        errors: (task, "measured" or "without memory") → RMSE with one value, with the window.
        units: task → unit of its errors.
        dated: task → RMSE of a line through one value and its date, where there is such a line.
    """
    import matplotlib.pyplot as plt

    kinds = ["measured", "without memory"]
    fig, axes = plt.subplots(1, len(units), figsize=(9, 3.4))
    for ax, (task, unit) in zip(axes, units.items(), strict=True):
        for place, kind in enumerate(kinds):
            one, many = errors[task, kind]
            ax.bar(place - 0.18, one, 0.34, color=palette.BASELINE, label="snapshot" * (not place))
            ax.bar(place + 0.18, many, 0.34, color=palette.OUTPUT, label="window" * (not place))
        if task in dated:
            ax.plot(
                [-0.4, 0.4], 2 * [dated[task]], "--", color=palette.TRUTH, label="one week + date"
            )
        ax.set_xticks([0, 1], ["as measured", "invented, without memory"])
        ax.set_ylim(top=1.35 * ax.get_ylim()[1])
        ax.legend(ncols=3, loc="upper left", columnspacing=1, handlelength=1.5)
        (one, many), (_, control) = errors[task, kinds[0]], errors[task, kinds[1]]
        helps = many < 0.8 * one and control > 0.8 * errors[task, kinds[1]][0]
        title = "the window helps where there is memory" if helps else "the window brings no more"
        finding(ax, f"{task}: {title}", "series", f"RMSE ({unit})")
    return fig


def ranking(
    free: Mapping[str, float], lines: Mapping[str, float], networks: Mapping[str, ArrayLike]
) -> Figure:
    """Everything that forecasts the swing, side by side.

    Args:
        free: name → RMSE in ppm of what needs no fit; the lowest is the one to beat.
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
    fig, ax = plt.subplots(figsize=(8, 0.36 * len(rows) + 0.9))
    for row, (errors, colour) in enumerate(rows.values()):
        ax.barh(row, errors.mean(), color=colour)
        ax.plot([errors.min(), errors.max()], [row, row], color=palette.TRUTH, lw=2)
        label = ax.text(errors.max() + 0.06, row, f"{errors.mean():.2f}", va="center")
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    to_beat = min(free, key=lambda name: free[name])
    ax.axvline(free[to_beat], color=palette.BASELINE, ls="--", zorder=0)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    means = {name: errors.mean() for name, (errors, _) in rows.items()}
    best = min(means, key=lambda name: means[name])
    title = f"Best: {best}, {means[best]:.2f} ppm; best for nothing: {to_beat}, {free[to_beat]:.2f}"
    measured = "RMSE 13 weeks ahead, 1990 to 2001 (ppm); black: range of 5 seeds"
    finding(ax, title, measured, "forecast")
    return fig


def against(less: Mapping[str, Interval], rival: str) -> Figure:
    """How much smaller or larger the error of some forecasts is than a rival's.

    Args:
        less: name → error less the rival's in ppm, with its interval over the years.
        rival: its name.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 0.4 * len(less) + 1.1))
    for row, each in enumerate(less.values()):
        ax.plot([each.low, each.high], [row, row], color=palette.OUTPUT, lw=2)
        ax.plot(each.mean, row, "o", color=palette.OUTPUT)
    ax.axvline(0, color=palette.BASELINE, ls="--")
    ax.set_yticks(range(len(less)), list(less))
    ax.set_ylim(len(less) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    ahead = [name for name, each in less.items() if each.high < 0]
    who = " and ".join(ahead) if ahead else "none"
    title = f"Ahead of the {rival} by more than the years differ: {who}"
    label = f"RMSE less that of the {rival} (ppm), mean of the test years and 95% interval"
    finding(ax, title, label, "forecast")
    return fig


def surprise(
    errors: Mapping[tuple[str, str], Sequence[float]],
    best_free: Mapping[str, float],
    lines: Mapping[str, float],
    units: Mapping[str, str],
) -> Figure:
    """A recurrent network beside a convolutional and a dense one, a line and a free forecast.

    Args:
        errors: (task, "recurrent", "convolution" or "window", the dense one) → RMSE of each seed.
        best_free: task → RMSE of the best forecast that costs nothing.
        lines: task → RMSE of a line through the same windows.
        units: task → unit of its errors.
    """
    import matplotlib.pyplot as plt

    bars = {
        "recurrent": ("recurrent", palette.HIDDEN),
        "convolution": ("convolutional", palette.OUTPUT),
        "window": ("dense", palette.tint(palette.OUTPUT, 0.5)),
    }
    fig, axes = plt.subplots(1, len(units), figsize=(9, 3.2))
    for ax, (task, unit) in zip(axes, units.items(), strict=True):
        means = {network: float(np.mean(errors[task, network])) for network in bars}
        for place, (network, (_, colour)) in enumerate(bars.items()):
            values = errors[task, network]
            ax.bar(place, means[network], 0.6, color=colour)
            ax.plot([place] * len(values), values, ".", color=palette.TRUTH)
        ax.axhline(best_free[task], color=palette.BASELINE, ls="--", label="best free forecast")
        ax.axhline(lines[task], color=palette.TRUTH, ls=":", label="line")
        ax.set_ylim(top=1.3 * ax.get_ylim()[1])
        ax.legend(loc="upper left", ncols=2)
        ax.set_xticks(range(len(bars)), [words for words, _ in bars.values()])
        everything = {
            **{f"the {words} network": means[network] for network, (words, _) in bars.items()},
            "a straight line": lines[task],
            "the best free forecast": best_free[task],
        }
        best = min(everything, key=lambda name: everything[name])
        title = f"{task}: {best} has the lowest error"
        finding(ax, title, "network of equal size (dots: 5 seeds)", f"RMSE ({unit})")
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
    seen = ~np.isnan(power)
    errors = {
        name: float(np.sqrt(np.mean((np.asarray(each)[seen] - power[seen]) ** 2)))
        for name, each in forecasts.items()
    }
    best = min(errors, key=lambda name: errors[name])
    title = f"Nearest to the meter: {best}, {errors[best]:.2f} kW off"
    finding(ax, title, "day of the test", "power (kW)")
    return fig


def leak(judged: Mapping[str, LookedUp]) -> Figure:
    """What a look-up was reported to be worth, and what it is worth, on two series.

    Args:
        judged: name of the series → its errors in ppm.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(judged), figsize=(9, 3), squeeze=False)
    names = ["as reported", "same windows,\nno shared weeks", "the nineties"]
    for ax, (name, each) in zip(axes[0], judged.items(), strict=True):
        errors = [each.reported, each.apart, each.later]
        free = [each.free[0], each.free[0], each.free[1]]
        for place, (values, colour, label) in enumerate(
            ((errors, palette.OUTPUT, "look-up"), (free, palette.BASELINE, "seasonal naive"))
        ):
            bars = ax.barh(
                np.arange(3) + 0.4 * place - 0.2, values, 0.36, color=colour, label=label
            )
            ax.bar_label(bars, fmt="%.2f", padding=3)
        ax.set_yticks(range(3), names)
        ax.invert_yaxis()
        ax.set_xlim(right=1.2 * max(*errors, *free))
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2)
        if each.reported < each.free[0] < each.apart:
            title = "the leak makes it look better than free"
        elif each.reported < 0.97 * each.apart:
            title = "the report is too good"
        else:
            title = "the report is honest"
        finding(ax, f"{name}: {title}", "RMSE 13 weeks ahead (ppm)", "tested on")
    return fig
