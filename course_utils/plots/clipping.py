"""What clipping does: to networks that learn, and to a single update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["errors", "updates"]

_LOOKS = (("s--", palette.BASELINE), ("o-", palette.WEIGHT), ("^-.", palette.OUTPUT))


def errors(outcome: Mapping[int, NDArray], starts: Sequence[str]) -> Figure:
    """The final errors over the length, without clipping on the left and with it on the right.

    Args:
        outcome: number of steps T → (2, starts, seeds) final errors: not clipped, clipped.
        starts: the three kinds of initial weights, in this order.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
    titles = (
        "Without clipping, many networks blow up",
        "With it, nearly all learn but where gradients vanish",
    )
    for half, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        for k, (name, (style, colour)) in enumerate(zip(starts, _LOOKS, strict=True)):
            values = np.array([each[half, k] for each in outcome.values()])  # (lengths, seeds)
            places = np.arange(len(outcome)) + 0.08 * (k - 1)
            ax.plot(places, values.mean(axis=1), style, color=colour, label=name)
            ax.plot(places, values, ".", color=colour, alpha=0.5, markersize=4)
        ax.axhline(1.0, color=palette.TRUTH, linestyle=":", linewidth=1)
        ax.set_xticks(range(len(outcome)), list(outcome))
        finding(ax, title, "steps T between input and question", "final error (baseline = 1)")
    axes[1].set_ylabel("")
    axes[1].legend(fontsize=8, loc="upper left")
    return fig


def updates(
    wanted: Sequence[NDArray], moved: Sequence[NDArray], names: Sequence[str], agree: bool
) -> Figure:
    """How far each array of weights should have moved, and how far the optimiser moved it.

    Args:
        wanted: the clipped gradient of each array of weights.
        moved: what the optimiser took off it.
        names: what the arrays are called, "simple_rnn/bias".
        agree: whether both are the same.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3))
    spots = np.arange(len(names))
    ax.bar(
        spots - 0.2,
        [np.linalg.norm(each) for each in wanted],
        0.4,
        color=palette.LOSS,
        label="one factor for all (the formula)",
    )
    ax.bar(
        spots + 0.2,
        [np.linalg.norm(each) for each in moved],
        0.4,
        color=palette.HIDDEN,
        hatch="//",
        label="what the optimiser did",
    )
    ax.set_xticks(spots, [name.replace("/", "\n") for name in names], fontsize=8)
    ax.set_ylim(0, 1.35)
    ax.legend(fontsize=8, loc="upper right", ncols=2)
    finding(
        ax,
        "The update is the formula's" if agree else "Each weight gets a factor of its own",
        "weights of the network",
        "norm of the update",
    )
    return fig
