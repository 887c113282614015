"""What three networks name rightly: against their cost, by law, and without the frames' order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.three_ways import confusion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["KINDS", "LOOKS", "against_costs", "confusions", "without_order"]

#: Network → its marker and colour, the same in every figure of the chapter.
LOOKS = {
    "CNN+LSTM": ("o", palette.HIDDEN),
    "ConvLSTM": ("s", palette.CELL),
    "Conv3D": ("D", palette.OUTPUT),
}
#: The three networks, in the order of every figure and table.
KINDS = tuple(LOOKS)

#: Name → (mean, half of the interval) of the share of clips that is named rightly.
Shares = Mapping[str, tuple[float, float]]


def against_costs(
    shares: Shares,
    operations: Mapping[str, float],
    milliseconds: Mapping[str, float],
    chance: float,
    one_frame: float,
) -> Figure:
    """The share named rightly, against operations and against the time of training.

    Args:
        shares: of each of `KINDS`.
        operations: of each, for a clip, forward.
        milliseconds: of each, for a clip in training.
        chance: the share that is named rightly by chance.
        one_frame: the share that is named rightly from a single frame.

    Returns:
        A new figure.
    """
    import matplotlib.pyplot as plt
    from matplotlib.ticker import EngFormatter, LogLocator, NullLocator

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.3), sharey=True)
    for ax, cost in zip(axes, (operations, milliseconds), strict=True):
        for kind, (marker, colour) in LOOKS.items():
            mean, half = shares[kind]
            ax.errorbar(
                cost[kind], mean, half, fmt=marker, color=colour, capsize=3, ms=8, label=kind
            )
        ax.axhline(chance, color=palette.MUTED, linestyle=":", label="chance")
        ax.axhline(one_frame, color=palette.BASELINE, ls="--", label="one frame")
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.margins(x=0.15)
        ax.set(ylim=(0, 1))
    axes[0].xaxis.set_major_formatter(EngFormatter())
    axes[1].xaxis.set_major_formatter("{x:g}")
    axes[0].set(title="Equal weights: unequal work", xlabel="operations per clip, forward")
    axes[1].set(title="and unequal time", xlabel="milliseconds per clip, training")
    axes[0].set_ylabel("share of clips named rightly")
    axes[1].legend(fontsize=8, loc="lower right")
    return fig


def confusions(shares: Mapping[str, np.ndarray], names: Sequence[str], title: str) -> Figure:
    """Confusion matrices side by side.

    Args:
        shares: network → (K, K), see `three_ways.confusion`.
        names: K words.
        title: what the figure shows.

    Returns:
        A new figure.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(shares), figsize=(3.5 * len(shares), 4.2), squeeze=False)
    for k, (ax, (kind, matrix)) in enumerate(zip(axes[0], shares.items(), strict=True)):
        confusion(ax, matrix, names)
        ax.set(title=kind, xlabel="named")
        if k:
            ax.set_yticklabels([])
    axes[0, 0].set_ylabel("law of the clip")
    fig.suptitle(title, fontweight="bold")
    return fig


def without_order(ax: Axes, ordered: Shares, shuffled: Shares, chance: float) -> Axes:
    """The share named rightly with frames in order and with shuffled frames, as bars.

    Args:
        ax: the axes.
        ordered: of each of `KINDS`.
        shuffled: of each, on clips whose frames are shuffled.
        chance: the share that is named rightly by chance.

    Returns:
        The same axes.
    """
    for k, kind in enumerate(KINDS):
        for shift, shares, name, colour in (
            (-0.18, ordered, "frames in order", palette.OUTPUT),
            (0.18, shuffled, "frames shuffled", palette.MUTED),
        ):
            mean, half = shares[kind]
            label = name if k == 0 else None
            ax.bar(k + shift, mean, 0.34, yerr=half, color=colour, capsize=3, label=label)
    ax.axhline(chance, color=palette.TRUTH, linestyle=":", label="chance")
    ax.set_xticks(range(len(KINDS)), KINDS)
    ax.set(title="Without the order, most is lost", ylabel="share of clips named rightly")
    ax.set_ylim(0, 1)
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax
