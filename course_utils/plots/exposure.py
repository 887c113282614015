"""What wrong inputs do to forecasts: misses with their cones, and the errors of single steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = ["WAYS", "cones", "disturbed", "plain_decades"]

#: Way of training → its colour, dash and marker, in every figure of the chapter.
WAYS = {
    "forced": (palette.HIDDEN, "-", "o"),
    "free": (palette.OUTPUT, "--", "s"),
    "scheduled": (palette.GATE, ":", "^"),
    "scheduled late": (palette.INPUT, "-.", "D"),
    "noisy": (palette.LOSS, (0, (5, 1)), "v"),
}


def plain_decades(ax: Axes) -> None:
    """A logarithmic vertical axis whose ticks are written as 0.02, not as 2 × 10⁻²."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 8.0)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())


def cones(misses: Mapping[str, ArrayLike], title: str) -> Figure:
    """By how much each way's forecasts miss, swing by swing, with a cone around the middle 80%.

    Args:
        misses: way of training → (S, B, T) forecast minus truth, in rad, every 0.1 s; thirty lines
            are those of the first network.
        title: the finding.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(misses), figsize=(9, 2.9), sharex=True, sharey=True)
    edges = []
    for ax, (way, values) in zip(axes, misses.items(), strict=True):
        each, colour = np.asarray(values), WAYS[way][0]
        times = 0.1 * np.arange(1, each.shape[-1] + 1)
        ax.plot(times, each[0, :30].T, color=colour, lw=0.5, alpha=0.7)
        low, high = np.quantile(each.reshape(-1, each.shape[-1]), [0.1, 0.9], axis=0)
        ax.fill_between(times, low, high, color=colour, alpha=0.3, lw=0)
        ax.plot(times, low, color=palette.TRUTH, lw=1.2)
        ax.plot(times, high, color=palette.TRUTH, lw=1.2)
        rmse = np.sqrt(np.mean(each[..., -1] ** 2))
        words = f"{way}\ncone {high[-1] - low[-1]:.2f} rad,\nRMSE {rmse:.2f} rad"
        ax.set_title(words, fontsize=9)
        ax.set_xlabel("horizon (s)")
        edges += [-low.min(), high.max()]
    axes[0].set_ylabel("forecast − truth (rad)")
    reach = 1.6 * max(edges)
    axes[0].set_ylim(-reach, reach)
    fig.suptitle(title, fontweight="bold", fontsize=11, x=0.01, ha="left")
    return fig


def disturbed(
    sizes: ArrayLike,
    errors: Mapping[str, ArrayLike],
    law: ArrayLike,
    told: Mapping[str, ArrayLike],
    own: Mapping[str, ArrayLike],
    titles: tuple[str, str],
) -> Figure:
    """What a step makes of a disturbed input, and its error on truth and on own outputs.

    Args:
        sizes: (K,) of the disturbance, above 0.
        errors: way of training → (S, K).
        law: (K,) the error of the law itself.
        told: way of training → (S,) error of a step fed the truth.
        own: way of training → (S,) error of a step fed its own output.
        titles: the findings, left and right.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
    for way, values in errors.items():
        colour, dash, marker = WAYS[way]
        share = np.asarray(values).mean(axis=0) / np.asarray(law)
        left.plot(sizes, share, ls=dash, marker=marker, color=colour, label=way, ms=4)
    left.axhline(1, color=palette.TRUTH, lw=1, label="the law")
    left.set(xscale="log", yscale="log")
    ticks = (0.8, 1, 1.5, 2, 3, 4, 5)
    left.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    left.minorticks_off()
    left.legend(fontsize=8)
    words = "error of the next step over the law's"
    finding(left, titles[0], "disturbance of the input (std. dev.)", words)
    for place, way in enumerate(told):
        colour, _, marker = WAYS[way]
        for values, shift, filled in ((told[way], -0.15, False), (own[way], 0.15, True)):
            face = colour if filled else "white"
            at = np.full(len(np.asarray(values)), place + shift)
            right.plot(at, values, marker, color=colour, mfc=face, ms=5)
    right.plot([], [], "o", color=palette.TRUTH, mfc="white", label="fed the truth")
    right.plot([], [], "o", color=palette.TRUTH, label="fed its own output")
    plain_decades(right)
    right.set_xticks(range(len(told)), [way.replace(" ", "\n") for way in told])
    right.legend(fontsize=8)
    finding(
        right, titles[1], "way of training (five networks each)", "error of one step (std. dev.)"
    )
    return fig
