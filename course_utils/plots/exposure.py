"""What wrong inputs do to forecasts: misses with their cones, and the errors of single steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = ["WAYS", "cones", "disturbed"]

#: Way of training → its colour, dash and marker, in every figure of the chapter.
WAYS = {
    "forced": (palette.HIDDEN, "-", "o"),
    "free": (palette.OUTPUT, "--", "s"),
    "scheduled": (palette.GATE, ":", "^"),
    "scheduled late": (palette.INPUT, "-.", "D"),
    "noisy": (palette.LOSS, (0, (5, 1)), "v"),
}


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
        ax.set_title(f"{way}\ncone at the end:\n{high[-1] - low[-1]:.2f} rad", fontsize=9)
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
    """The error of one step over the disturbance of its input, and on truth and own outputs.

    Args:
        sizes: (K,) of the disturbance; the first may be 0 and is not drawn then.
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
    where = np.asarray(sizes)
    drawn = where > 0
    for way, values in errors.items():
        colour, dash, marker = WAYS[way]
        middle = np.asarray(values).mean(axis=0)[drawn]
        left.plot(where[drawn], middle, ls=dash, marker=marker, color=colour, label=way, ms=4)
    left.plot(where[drawn], np.asarray(law)[drawn], color=palette.TRUTH, lw=1, label="the law")
    left.set(xscale="log", yscale="log")
    left.legend(fontsize=8)
    finding(left, titles[0], "disturbance of the input (std. dev.)", "error of the next step")
    for place, way in enumerate(told):
        colour, _, marker = WAYS[way]
        for values, shift, filled in ((told[way], -0.15, False), (own[way], 0.15, True)):
            face = colour if filled else "white"
            at = np.full(len(np.asarray(values)), place + shift)
            right.plot(at, values, marker, color=colour, mfc=face, ms=5)
    right.plot([], [], "o", color=palette.TRUTH, mfc="white", label="fed the truth")
    right.plot([], [], "o", color=palette.TRUTH, label="fed its own output")
    right.set_yscale("log")
    right.set_xticks(range(len(told)), [way.replace(" ", "\n") for way in told])
    right.legend(fontsize=8)
    finding(
        right, titles[1], "way of training (five networks each)", "error of one step (std. dev.)"
    )
    return fig
