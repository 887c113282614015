"""What clipping does: to networks that learn, and to a single update."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["grid", "updates"]


def grid(
    errors: NDArray,
    starts: Sequence[str],
    rates: Sequence[float],
    steps: int,
    learned: float = 0.5,
) -> Figure:
    """Mean final errors as colours, and how many networks learned, for each rate.

    Args:
        errors: (starts, 2, rates, seeds) final errors: not clipped, clipped.
        starts: the kinds of initial weights.
        rates: the learning rates, from the smallest; the title speaks of the first and of the last
            but one.
        steps: T.
        learned: a network with a smaller error has learned.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(starts), figsize=(9, 3.6), sharey=True)
    for ax, name, each in zip(axes, starts, errors, strict=True):
        means = each.mean(axis=-1)  # (2, rates)
        mesh = ax.imshow(means.T, cmap="PuOr_r", vmin=0, vmax=2, origin="lower", aspect="auto")
        for clipped, k in np.ndindex(means.shape):
            dark = abs(means[clipped, k] - 1) > 0.6
            colour = "white" if dark else palette.TRUTH
            count = f"{(each[clipped, k] < learned).sum()}/{each.shape[-1]}"
            ax.text(clipped, k, count, ha="center", va="center", color=colour, fontsize=9)
        ax.set_xticks([0, 1], ["not\nclipped", "clipped"], fontsize=8)
        ax.set_yticks(range(len(rates)), [f"{rate:g}" for rate in rates])
        ax.grid(visible=False)
        ax.set_title(name, fontsize=10)
    axes[0].set_ylabel(f"learning rate (T = {steps})")
    fig.colorbar(mesh, ax=axes, label="final error (baseline = 1)", extend="max")
    most = (errors < learned).mean(axis=-1) > 0.5  # (starts, 2, rates)
    slow, fast = (most[:, :, k].sum(axis=0) for k in (0, -2))
    fig.suptitle(
        f"At the rate {rates[-2]:g}, {fast[1]} of {len(starts)} starts learn if clipped, "
        f"{fast[0]} if not; at {rates[0]:g} it is {slow[1]} and {slow[0]}",
        fontweight="bold",
        fontsize=11,
    )
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
