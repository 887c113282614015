"""What chapter 12 measures about forecasts that are fed the truth or themselves, as figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.plots import palette, series
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = [
    "draw_forecasts",
    "draw_gradient_maps",
    "draw_motion",
    "draw_repair",
    "draw_rough_run",
    "with_baselines",
]

_WAYS = {
    "forced": (palette.HIDDEN, "-"),
    "free": (palette.OUTPUT, "--"),
    "scheduled": (palette.GATE, ":"),
}


def draw_motion(tracks: ArrayLike, swings: ArrayLike, seen: int) -> Figure:
    """Fourteen tracks, seen and to come, and the angles of three pendulums.

    Args:
        tracks: (N, T, 2) positions in m.
        swings: (M, T, 2) angle and angular velocity every 0.1 s.
        seen: the place of the last position that is seen.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    for path in np.asarray(tracks)[:14]:
        left.plot(*path[: seen + 1].T, color=palette.INPUT)
        left.plot(*path[seen:].T, ":", color=palette.TRUTH)
    left.plot([], [], color=palette.INPUT, label="seen, 3.2 s")
    left.plot([], [], ":", color=palette.TRUTH, label="to be forecast, 4.8 s")
    left.legend(fontsize=8)
    finding(left, "Where will they be in 4.8 seconds?", "x (m)", "y (m)")
    left.set_aspect("equal", adjustable="datalim")
    for swing in np.asarray(swings)[:3]:
        right.plot(0.1 * np.arange(len(swing)), swing[:, 0], color=palette.TRUTH, alpha=0.8)
    finding(right, "A wide swing is slower than a narrow one", "time (s)", "angle θ (rad)")
    return fig


def draw_gradient_maps(maps: Mapping[str, ArrayLike]) -> Figure:
    """The sizes of ∂L_t/∂h_k as colours, one map per network.

    Args:
        maps: "recurrence, way of feeding" → (T, T), row t, column k; three of them.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 3, figsize=(9, 4.1), sharey=True)
    picture: Any = None
    for ax, (name, values) in zip(axes, maps.items(), strict=True):
        sizes = np.asarray(values)
        shown = np.log10(np.where(sizes > 0, sizes, np.nan) / sizes.max())
        picture = ax.imshow(shown, cmap="RdPu", vmin=-4, vmax=0)
        ax.set_facecolor("white")
        ax.grid(visible=False)
        ticks = range(0, len(sizes), 3)
        ax.set(xlabel="state of step k", xticks=ticks, yticks=ticks)
        ax.set_title(name.replace(", ", ",\n"), fontsize=10, fontweight="normal")
    axes[0].set_ylabel("loss of step t")
    bar = fig.colorbar(picture, ax=axes, shrink=0.8, ticks=[-4, -2, 0])
    bar.set_label("size of the gradient\n(log10, largest = 0)")
    fig.suptitle(
        "Forcing cuts the way through the output, not the one through the state",
        fontweight="bold",
        fontsize=11,
    )
    return fig


def draw_rough_run(
    truth: ArrayLike, fed_truth: ArrayLike, run: ArrayLike, energies: Mapping[str, ArrayLike]
) -> Figure:
    """A rough step of the pendulum, fed the truth and running freely, and its energy.

    Args:
        truth: (T, 2) angle and angular velocity every 0.1 s.
        fed_truth: (T, 2) what the step says from the true values.
        run: (T, 2) what it says from its own.
        energies: whose → (T,) in J: the truth's first, the run's second.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    angles, told, alone = (np.asarray(each)[:, 0] for each in (truth, fed_truth, run))
    times = 0.1 * np.arange(1, len(angles) + 1)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
    series.forecast(
        left,
        times,
        angles,
        {"fed the truth": told, "free running": alone},
        colours={"fed the truth": palette.INPUT, "free running": palette.OUTPUT},
    )
    finding(left, "Fed the truth, even a rough step looks good", "time (s)", "angle θ (rad)")
    colours = (palette.TRUTH, palette.OUTPUT)
    for (name, energy), colour in zip(energies.items(), colours, strict=True):
        right.plot(times, energy, color=colour, label=name)
    right.legend(fontsize=8)
    finding(right, "Running freely, it gains energy at each step", "time (s)", "energy (J)")
    return fig


def with_baselines(
    ax: Axes,
    times: ArrayLike,
    curves: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike]],
    baselines: Mapping[str, ArrayLike],
) -> Axes:
    """Error against horizon: a mean with its interval for each way of training, and baselines.

    Args:
        ax: the axes; its vertical axis becomes logarithmic.
        times: (T,) horizons in s.
        curves: way of training → mean, low and high end over seeds, (T,) each.
        baselines: name → (T,), two at most.

    Returns:
        The same axes.
    """
    for (name, values), style in zip(baselines.items(), ("--", ":"), strict=False):
        ax.plot(times, values, style, color=palette.BASELINE, label=name)
    for way, (middle, low, high) in curves.items():
        series.with_interval(ax, times, middle, np.maximum(low, 0), high, _WAYS[way][0], way)
    ax.set_yscale("log")
    bottom, top = ax.get_ylim()
    ax.set_ylim(bottom / (top / bottom) ** 0.35, top)  # room for the legend
    ax.legend(fontsize=8, loc="lower right", ncols=2)
    return ax


def draw_forecasts(
    tracks: ArrayLike, made: Mapping[str, ArrayLike], energies: Mapping[str, ArrayLike]
) -> Figure:
    """Five tracks with each way's forecasts of one seed, and the errors of the pendulum's energy.

    Args:
        tracks: (N, T, 2) positions in m; the five are spread over the lengths of the ways.
        made: way of training → (S, N, K, 2) forecasts; the first network's are shown.
        energies: way of training → (K,) mean error in J every 0.1 s.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    paths = np.asarray(tracks)
    picks = np.argsort(np.abs(paths[:, -1]).sum(axis=1))[:: len(paths) // 5][:5]
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    for number, pick in enumerate(picks):
        label = {} if number else {"label": "observed"}
        left.plot(*paths[pick].T, color=palette.TRUTH, lw=1, **label)
        for way, forecasts in made.items():
            colour, style = _WAYS[way]
            label = {} if number else {"label": way}
            left.plot(*np.asarray(forecasts)[0, pick].T, style, color=colour, **label)
    left.legend(fontsize=8)
    left.set_aspect("equal", adjustable="datalim")
    finding(left, "The forecasts bend with the tracks (networks of one seed)", "x (m)", "y (m)")
    for way, values in energies.items():
        colour, style = _WAYS[way]
        off = np.asarray(values)
        right.plot(0.1 * np.arange(1, len(off) + 1), off, style, color=colour, label=way)
    right.legend(fontsize=8)
    right.set_ylim(0, None)
    finding(
        right,
        "The forecasts do not conserve energy",
        "horizon (s)",
        "mean error of the energy (J)",
    )
    return fig


def draw_repair(errors: ArrayLike, peeks: bool) -> Figure:
    """The error of the forecast that is to be mended, at each horizon.

    Args:
        errors: (T,) RMSE every 0.1 s.
        peeks: whether the forecast changes with the future.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    off = np.asarray(errors)
    fig, ax = plt.subplots(figsize=(7, 2.6))
    ax.plot(0.1 * np.arange(1, len(off) + 1), off, "o-", color=palette.LOSS)
    title = "A forecast that peeks has an error that hardly grows" if peeks else "The error grows"
    finding(ax, title, "horizon (s)", "RMSE (rad, rad/s)")
    ax.set_ylim(0, None)
    return fig
