"""How far back a state reaches: right answers over the steps, effects over the lags, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["parity_by_step", "reach", "time_for_one_more"]

_BIN = 10  # steps that are drawn as one point


def parity_by_step(network: NDArray, table: NDArray, longest: int, width: int) -> Figure:
    """The share of right answers over the steps, of networks and of the best table of a window.

    Args:
        network: (N, T) shares of right answers, a row for each network.
        table: (T,) the same for the table.
        longest: the length of the longest training sequence.
        width: bits in the table's window.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3))
    steps = np.arange(1, table.size + 1).reshape(-1, _BIN).mean(axis=1)
    for row, shares in enumerate(100 * network.reshape(len(network), -1, _BIN).mean(axis=2)):
        label = None if row else f"{len(network)} networks"
        ax.plot(steps, shares, color=palette.HIDDEN, alpha=0.6, label=label)
    shares = 100 * table.reshape(-1, _BIN).mean(axis=1)
    ax.plot(steps, shares, "s--", markersize=3, color=palette.BASELINE)
    ax.text(
        steps[-1],
        54,
        f"best table of the last {width} bits",
        ha="right",
        color=palette.text(palette.BASELINE),
    )
    ax.axvline(longest, color=palette.MUTED, linestyle=":")
    ax.text(longest + 3, 70, f"longest training\nsequence: {longest}")
    title = (
        f"At step {table.size} the networks are right in ~{shares_at_end(network):.0f}%, "
        f"the table in ~{shares[-1]:.0f}%"
    )
    finding(ax, title, "bits read", "right answers (%)")
    ax.set_ylim(40, 104)
    ax.legend(fontsize=8, loc="center right")
    return fig


def shares_at_end(network: NDArray) -> float:
    """The mean over networks of right answers in the last steps, in percent."""
    return float(100 * network[:, -_BIN:].mean())


def reach(kinds: Mapping[str, NDArray], shown: int = 60) -> Figure:
    """The change of the last output for a change of each earlier input, a line for each network.

    Args:
        kinds: what the networks were trained for → (N, L) changes over that of the latest input,
            the latest first; the parity's after the Sun's.
        shown: lags to draw.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3.2))
    looks = ((palette.OUTPUT, "-"), (palette.HIDDEN, "--"))
    for (name, changes), (colour, dash) in zip(kinds.items(), looks, strict=True):
        drawn = np.where(changes > 0, changes, np.nan)[:, :shown]
        for row, line in enumerate(drawn):
            ax.semilogy(line, dash, color=colour, alpha=0.7, label=None if row else name)
    at = [float(np.median(changes[:, 20])) for changes in kinds.values()]
    first, second = kinds
    title = (
        f"What came 20 steps ago counts ~{100 * at[0]:.2g}% of the latest input in networks "
        f"{first}, ~{100 * at[1]:.0f}% in those {second}"
    )
    finding(ax, title, "steps since the changed input", "change of the last output\n(latest = 1)")
    ax.legend(fontsize=8, loc="lower left")
    return fig


def time_for_one_more(histories: Sequence[int], ways: Mapping[str, Sequence[float]]) -> Figure:
    """The time that one more number takes over the length of the history.

    Args:
        histories: N lengths.
        ways: how it is read → N times in seconds; the carried state first.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3.2))
    looks = (
        ("o-", palette.HIDDEN),
        ("s--", palette.OUTPUT),
        ("^:", palette.BASELINE),
        ("v-.", palette.WEIGHT),
    )
    for (name, seconds), (style, colour) in zip(ways.items(), looks, strict=True):
        ax.loglog(histories, 1e6 * np.asarray(seconds), style, color=colour, label=name)
    first, second = (seconds[-1] / seconds[0] for seconds in list(ways.values())[:2])
    title = (
        f"After {histories[-1]:,} numbers one more takes ~{first:.1f} times as long as after "
        f"{histories[0]:,} with a carried state, ~{second:.0f} times with a dense layer"
    )
    finding(ax, title, "numbers read before", "time for one more (µs)")
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig
