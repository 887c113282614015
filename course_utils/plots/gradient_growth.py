"""How a gradient's size goes with the number of steps, the radius, the input, the distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.gradients import norm_map
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["bands", "maps", "one_radius", "over_drives", "over_lags", "pushes", "regimes"]

_LOWEST = -45  # decades, of the figure over the drives
_REGIMES = {
    "vanishes": palette.INPUT,
    "constant": palette.HIDDEN,
    "alternates": palette.GATE,
    "explodes": palette.OUTPUT,
}


def pushes(clock: NDArray, sizes: Mapping[str, NDArray]) -> Figure:
    """The difference of two states that began almost alike, over time.

    Args:
        clock: (S,) seconds.
        sizes: what was pushed, three of them → (S,) the difference, 1 at the start.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3.2))
    looks = ((palette.OUTPUT, "-"), (palette.HIDDEN, "--"), (palette.INPUT, "-."))
    for (name, size), (colour, dashes) in zip(sizes.items(), looks, strict=True):
        ax.semilogy(clock, size, color=colour, linestyle=dashes, label=name)
    ax.axhline(1.0, color=palette.BASELINE, linestyle=":", linewidth=1)
    ax.text(6.5, 2.0, "the naive guess: it stays", color=palette.BASELINE, fontsize=9)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    finding(
        ax,
        "The same small push is forgotten, kept or blown up",
        "time (s)",
        "difference of the states\n(at the start = 1)",
    )
    return fig


def regimes(curves: Mapping[float, Sequence[float]], names: Mapping[float, str]) -> Figure:
    """The gradient of h ← w h over the number of steps, for six weights.

    Args:
        curves: w → the gradient after 1, 2, 3, … steps.
        names: w → "vanishes", "constant", "alternates" or "explodes".
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(2, 3, figsize=(9, 4), sharex=True)
    for ax, (w, values) in zip(axes.flat, curves.items(), strict=True):
        colour = _REGIMES[names[w]]
        lengths = range(1, len(values) + 1)
        ax.plot(lengths, values, ".-", color=colour, markersize=4, linewidth=1)
        ax.set_title(f"w = {w}: {names[w]}")
    for ax in axes[:, 0]:
        ax.set_ylabel("gradient")
    for ax in axes[1]:
        ax.set_xlabel("steps T")
    fig.suptitle("Size decides, not sign: −1 alone alternates for ever", fontweight="bold")
    return fig


def maps(
    radii: NDArray,
    steps: NDArray,
    landscape: Mapping[str, NDArray],
    boundaries: Mapping[str, float],
    measured: Mapping[str, float],
) -> Figure:
    """The size of the gradient over radius and number of steps, for four networks.

    Args:
        radii: (R,) spectral radii.
        steps: (T,) numbers of steps.
        landscape: network → (R, T) log10 of the gradient's size.
        boundaries: network → the radius at which theory says that the size is kept.
        measured: network → the radius at which it was kept over the most steps.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(2, 2, figsize=(9, 6), sharex=True, sharey=True)
    for ax, (name, values) in zip(axes.flat, landscape.items(), strict=True):
        mesh = norm_map(ax, radii, steps, values, boundaries[name])
        ax.set_title(f"{name}: theory {boundaries[name]:.2f}, measured {measured[name]:.2f}")
    for ax in axes[1]:
        ax.set_xlabel("spectral radius of $W_h$ (no unit)")
    for ax in axes[:, 0]:
        ax.set_ylabel("steps T")
    fig.colorbar(mesh, ax=axes, label="log10 of the gradient's size", extend="both")
    fig.suptitle(
        "Left of the boundary gradients vanish, right of it they explode\n"
        "dashed: theory, solid: measured",
        fontweight="bold",
        fontsize=11,
    )
    return fig


def one_radius(
    radius: float,
    eigenvalues: NDArray,
    steps: NDArray,
    measured: Mapping[str, NDArray],
    theory: Mapping[str, float],
) -> Figure:
    """The eigenvalues of one matrix, and the gradient's size over the number of steps.

    Args:
        radius: the largest size of an eigenvalue.
        eigenvalues: (U,) of the matrix.
        steps: (T,) numbers of steps.
        measured: network, four of them → (T,) log10 of the gradient's size.
        theory: network → the decades that theory gives to each step; a dotted line.
    """
    import matplotlib.pyplot as plt

    fig, (plane, curves) = plt.subplots(1, 2, figsize=(9, 3.4), width_ratios=[1, 1.7])
    turn = np.linspace(0, 2 * np.pi, 200)
    plane.plot(np.cos(turn), np.sin(turn), ":", color=palette.TRUTH)
    plane.plot(eigenvalues.real, eigenvalues.imag, "o", color=palette.WEIGHT, markersize=3)
    plane.set(xlim=(-2.5, 2.5), ylim=(-2.5, 2.5), aspect="equal")
    outside = int(np.sum(np.abs(eigenvalues) > 1))
    finding(
        plane,
        f"{outside} of {len(eigenvalues)} eigenvalues lie outside the unit circle",
        "real part",
        "imaginary",
    )
    looks = (
        (palette.BASELINE, "-"),
        (palette.GATE, "--"),
        (palette.CELL, "-."),
        (palette.HIDDEN, "-"),
    )
    for (name, values), (colour, dashes) in zip(measured.items(), looks, strict=True):
        curves.plot(steps, values, dashes, color=colour, label=name)
        curves.plot(steps, theory[name] * steps, ":", color=colour, linewidth=1)
    curves.axhline(0, color=palette.MUTED, linewidth=1)
    curves.set(ylim=(-42, 42))
    curves.legend(loc="upper left", fontsize=8, ncols=2)
    growing = sum(values[-1] > 0 for values in measured.values())
    finding(
        curves,
        f"radius {radius}: {growing} of {len(measured)} networks explode",
        "steps T",
        "log10 of the gradient's size",
    )
    return fig


def bands(
    ax: Axes,
    places: Sequence[float] | NDArray,
    measured: Mapping[str, NDArray],
    looks: Sequence[tuple[str, str]],
) -> Axes:
    """For each name the mean over seeds as a line, in the band from the smallest to the largest.

    Args:
        ax: the axes.
        places: (P,) where the values stand on the horizontal axis.
        measured: name → (seeds, P).
        looks: Matplotlib's format and the colour of each name.

    Returns:
        The same axes.
    """
    for (name, values), (style, colour) in zip(measured.items(), looks, strict=True):
        ax.plot(places, values.mean(axis=0), style, color=colour, label=name)
        low, high = values.min(axis=0), values.max(axis=0)
        ax.fill_between(places, low, high, color=colour, alpha=0.15, lw=0)
    ax.legend(fontsize=8)
    return ax


def over_lags(lags: NDArray, effects: Mapping[str, NDArray]) -> Figure:
    """The effect of an input on the state over the steps since it, in five networks.

    Args:
        lags: (L,) steps.
        effects: network → (seeds, L) log10 of the effect, that of the latest input being 0.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3.4))
    colours = (palette.HIDDEN, palette.WEIGHT, palette.CELL, palette.OUTPUT, palette.TRUTH)
    bands(ax, lags, effects, list(zip(("-", "--", "-.", "--", ":"), colours, strict=True)))
    ends = [float(values[:, -1].mean()) for values in effects.values()]
    gone, grown = (sum(sign * each > 3 for each in ends) for sign in (-1, 1))
    finding(
        ax,
        f"After 100 steps an input is forgotten in {gone} networks and drowns out the latest in "
        f"{grown}",
        "steps since the input",
        "log10 of its effect on the state\n(latest input = 0)",
    )
    return fig


def over_drives(drives: Sequence[float], norms: Mapping[str, NDArray]) -> Figure:
    """The Jacobian's norm over the standard deviation of the input, for five initial weights.

    Args:
        drives: (D,) standard deviations.
        norms: initial weights → (seeds, D) log10 of the norm. What lies below the picture is said
            in the legend.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3.6))
    colours = (palette.WEIGHT, palette.HIDDEN, palette.INPUT, palette.OUTPUT, palette.BASELINE)
    shown = {name: values for name, values in norms.items() if values.max() >= _LOWEST}
    given = dict(
        zip(norms, zip(("o-", "s--", "d:", "^-.", "v-"), colours, strict=True), strict=True)
    )
    bands(ax, range(len(drives)), shown, [given[name] for name in shown])
    for name in norms.keys() - shown.keys():
        words = f"{name}: below −{abs(norms[name].max()):.0f}"
        ax.plot([], [], given[name][0], color=given[name][1], label=words)
    ax.legend(fontsize=8, loc="lower left")
    kept = [values.mean(axis=0) for values in norms.values() if abs(values[:, 0].mean()) < 3]
    lost = sum(each[-1] < -3 for each in kept)
    ax.axhline(0, color=palette.MUTED)
    ax.set_ylim(_LOWEST, None)
    ax.set_xticks(range(len(drives)), [str(drive) for drive in drives])
    finding(
        ax,
        f"{len(kept)} starts keep the gradient without input; {lost} of them lose it in loud input",
        "standard deviation of the input",
        "log10 of the Jacobian's norm\nover 100 steps",
    )
    return fig
