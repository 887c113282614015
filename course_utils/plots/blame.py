"""Which step of a sequence moved a weight: running sums of terms, and how blame fades."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["fading", "running_sums"]


def running_sums(
    years: NDArray, uses: NDArray, losses: NDArray, total: float, weight: str
) -> Figure:
    """Each step's term as a bar that begins where the one before it ends: by use, and by loss.

    Args:
        years: (T,) the years that are forecast.
        uses: (T,) what each step's use adds to one weight's gradient.
        losses: (T,) what each step's loss adds.
        total: the tape's gradient.
        weight: the weight's name, "$dW_h$[1, 2]".
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(2, 1, figsize=(9, 5.6), sharex=True, sharey=True)
    for ax, terms, colour, what in (
        (axes[0], uses, palette.HIDDEN, "uses"),
        (axes[1], losses, palette.LOSS, "losses"),
    ):
        verb = "sums" if np.isclose(terms.sum(), total, rtol=1e-4) else "does not sum"
        title = f"What {len(terms)} {what} add {verb} to the tape's gradient"
        begins = np.cumsum(terms) - terms  # each bar begins where the one before it ends
        for sign, face, label in ((1, colour, "adds"), (-1, "white", "takes away")):
            kind = np.sign(terms) == sign
            ax.bar(
                years[kind],
                terms[kind],
                bottom=begins[kind],
                color=face,
                edgecolor=colour,
                label=label,
            )
        ax.axhline(0, color=palette.MUTED)
        ax.axhline(total, color=palette.WEIGHT, linestyle=":", label="the tape")
        ax.set(title=title, ylabel=f"sum so far, of {weight}")
    sums = np.concatenate([np.cumsum(uses), np.cumsum(losses), [0, total]])
    room = 0.08 * np.ptp(sums)  # bars stick to the edge of the axes without it
    axes[0].set_ylim(sums.min() - room, sums.max() + room)
    for ax in axes:
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    axes[1].set_xlabel("year that is forecast")
    return fig


def fading(shares: Mapping[str, NDArray]) -> Figure:
    """How the blame for the last miss is shared by the uses before it.

    Args:
        shares: "untrained" and "trained" → (networks, T) the size of each use's term;
            the largest is 1.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3.2))
    for kind, style, colour in (
        ("untrained", ":", palette.BASELINE),
        ("trained", "-", palette.HIDDEN),
    ):
        back = shares[kind].shape[1] - 1 - np.arange(shares[kind].shape[1])
        lines = ax.semilogy(back[1:], shares[kind][:, 1:].T, style, color=colour)
        lines[0].set_label(f"{kind}, five networks")
    far = {kind: float(np.median(each[:, 1])) for kind, each in shares.items()}
    ax.set(
        title=(
            f"{back[1]} years back the blame is {far['untrained']:.0e} (untrained), "
            f"{far['trained']:.0e} (trained)"
        ),
        xlabel="years before the miss",
        ylabel="size of what this use adds\n(largest = 1)",
    )
    ax.legend()
    return fig
