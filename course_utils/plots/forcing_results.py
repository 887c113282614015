"""What chapter 12 measures about forecasts that are fed the truth or themselves, as figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.plots import palette, series
from course_utils.plots.exposure import WAYS, plain_decades
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "draw_curves",
    "draw_forecasts",
    "draw_gradient_maps",
    "draw_motion",
    "draw_repair",
    "draw_rough_run",
    "from_here",
    "with_baselines",
]


def from_here(paths: ArrayLike, seen: int) -> NDArray[np.float64]:
    """Tracks turned and moved until the last seen position is the origin, and its move goes right.

    Args:
        paths: (N, T, 2) positions.
        seen: the place of the last position that is seen, at least 2.

    Returns:
        (N, T, 2).
    """
    moved = np.asarray(paths) - np.asarray(paths)[:, seen : seen + 1]
    x, y = -moved[:, seen - 2].T  # over two steps: one alone is noisy
    length = np.maximum(np.hypot(x, y), 1e-12)
    turn = np.stack([np.stack([x, -y], -1), np.stack([y, x], -1)], -2) / length[:, None, None]
    return np.asarray(moved @ turn)


def draw_motion(tracks: ArrayLike, swings: ArrayLike, seen: int) -> Figure:
    """Fourteen tracks, all turned to one heading, and the angles of three pendulums.

    Args:
        tracks: (N, T, 2) positions in m.
        swings: (M, T, 2) angle and angular velocity every 0.1 s.
        seen: the place of the last position that is seen.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    for path in from_here(tracks, seen)[:14]:
        left.plot(*path[: seen + 1].T, color=palette.INPUT)
        left.plot(*path[seen:].T, ":", color=palette.TRUTH)
    left.plot([], [], color=palette.INPUT, label="seen, 3.2 s")
    left.plot([], [], ":", color=palette.TRUTH, label="to be forecast, 4.8 s")
    left.legend(fontsize=8, loc="upper left")
    finding(left, "Where will they be in 4.8 seconds?", "ahead (m)", "to the left (m)")
    left.set_aspect("equal", adjustable="box")
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
        _, dash, marker = WAYS[way]
        series.with_interval(ax, times, middle, np.maximum(low, 0), high, WAYS[way][0], way)
        ax.lines[-1].set(ls=dash, marker=marker, ms=3.5)
    ax.set_yscale("log")
    bottom, top = ax.get_ylim()
    ax.set_ylim(bottom / (top / bottom) ** 0.35, top)  # room for the legend
    ax.legend(fontsize=8, loc="lower right", ncols=2)
    return ax


_LOOKS = (
    (palette.HIDDEN, "-"),
    (palette.OUTPUT, "--"),
    (palette.INPUT, "-."),
    (palette.TRUTH, ":"),
)


def draw_curves(
    panels: Sequence[tuple[str, float, str, Mapping[str, NDArray[np.float64]]]],
    looks: Mapping[str, tuple[str, Any]] | None = None,
) -> Figure:
    """Errors over the horizon, on a logarithmic axis: every network thin, their mean thick.

    Args:
        panels: title, seconds in a step, label of the vertical axis, and name → (S, T).
        looks: name → colour and dash; if not given, one after the other, four at most.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    width = 9 if len(panels) > 1 else 7
    fig, axes = plt.subplots(1, len(panels), figsize=(width, 3.4), squeeze=False)
    for ax, (title, seconds, unit, curves) in zip(axes[0], panels, strict=True):
        styles = looks or dict(zip(curves, _LOOKS, strict=False))
        for name, each in curves.items():
            colour, dash = styles[name]
            times = seconds * np.arange(1, each.shape[1] + 1)
            ax.plot(times, each.T, ls=dash, color=colour, lw=0.6, alpha=0.6)
            ax.plot(times, each.mean(axis=0), ls=dash, color=colour, lw=2.2, label=name)
        plain_decades(ax)
        if looks is None or ax is axes[0, 0]:  # given looks are the same in all panels
            ax.legend(fontsize=8, handlelength=3.2)
        finding(ax, title, "horizon (s)", unit)
    return fig


def draw_forecasts(
    tracks: ArrayLike,
    seen: int,
    made: Mapping[str, ArrayLike],
    energies: Mapping[str, ArrayLike],
    titles: tuple[str, str],
) -> Figure:
    """Three tracks with forecasts and cones of error, and the errors of the pendulum's energy.

    The cone around a track is as wide as the mean distance of the first way's forecasts of all
    tracks at that horizon. The three are a turn to the left, the straightest and one to the right.

    Args:
        tracks: (N, T, 2) positions in m.
        seen: the place of the last position that is seen.
        made: way of training → (S, N, K, 2) forecasts.
        energies: way of training → (K,) mean error in J every 0.1 s.
        titles: the findings, left and right.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    truth = np.asarray(tracks)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.9))
    first = np.asarray(next(iter(made.values())))
    width = np.linalg.norm(first - truth[:, seen + 1 :], axis=-1).mean(axis=(0, 1))
    turned = from_here(truth, seen)
    order = np.argsort(turned[:, -1, 1])
    picks = [order[round(share * (len(order) - 1))] for share in (0.1, 0.5, 0.9)]
    for number, pick in enumerate(picks):
        for (x, y), radius in zip(turned[pick, seen + 1 :], width, strict=True):
            left.add_patch(plt.Circle((x, y), radius, color=palette.MUTED, alpha=0.45, lw=0))
        left.plot(*turned[pick].T, color=palette.TRUTH, lw=2, label=None if number else "observed")
        for way, forecasts in made.items():
            colour, dash, _ = WAYS[way]
            ends = np.asarray(forecasts)[:, pick].mean(axis=0)
            whole = np.concatenate([truth[pick, : seen + 1], ends])[None]
            label = None if number else way
            left.plot(*from_here(whole, seen)[0, seen:].T, ls=dash, color=colour, label=label)
    left.legend(fontsize=7, loc="upper left")
    left.set_aspect("equal", adjustable="datalim")
    finding(left, titles[0], "ahead (m)", "to the left (m)")
    for way, values in energies.items():
        colour, dash, _ = WAYS[way]
        off = np.asarray(values)
        right.plot(0.1 * np.arange(1, len(off) + 1), off, ls=dash, color=colour, label=way)
    right.legend(fontsize=8)
    right.set_ylim(0, None)
    finding(right, titles[1], "horizon (s)", "mean error of the energy (J)")
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
