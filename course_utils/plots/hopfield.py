"""Hopfield networks: a film of recall over its energy, shares recalled, spurious states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["THEORY", "capacity", "pictures", "recall_film", "shares_recalled"]

#: P/N above which no stored pattern is stable, for N to infinity: D. J. Amit, H. Gutfreund and H.
#: Sompolinsky, Physical Review Letters 55 (1985).
THEORY = 0.138

_LOOKS = (
    ("o-", palette.OUTPUT),
    ("s--", palette.HIDDEN),
    ("^-.", palette.INPUT),
    ("D:", palette.BASELINE),
)


def _picture(ax: Axes, pattern: NDArray, title: str) -> None:
    side = round(len(pattern) ** 0.5)
    ax.imshow(pattern.reshape(side, side), cmap="gray_r", vmin=-1, vmax=1)
    ax.set_title(title, fontsize=9, loc="center", fontweight="normal")
    ax.set(xticks=[], yticks=[])
    ax.grid(False)


def recall_film(
    states: Sequence[NDArray], energies: Sequence[NDArray], stored: NDArray, shown: Sequence[int]
) -> Figure:
    """One row for each recall: the state at some steps, the stored pattern, the energy.

    Args:
        states: (steps + 1, N) of each recall.
        energies: (steps + 1,) of each.
        stored: (recalls, N) what should come back.
        shown: the steps that are drawn.
    """
    import matplotlib.pyplot as plt

    rows, columns = len(states), len(shown) + 1
    fig = plt.figure(figsize=(10, 1.25 * rows + 0.5))
    grid = fig.add_gridspec(rows, columns + 3)
    for row in range(rows):
        for column, step in enumerate(shown):
            title = f"after {step}" if not row else ""
            _picture(fig.add_subplot(grid[row, column]), states[row][step], title)
        _picture(fig.add_subplot(grid[row, columns - 1]), stored[row], "" if row else "stored")
    ax = fig.add_subplot(grid[:, columns:])
    for row, each in enumerate(energies):
        ax.plot(each, color=(palette.HIDDEN, palette.OUTPUT, palette.INPUT)[row % 3])
    back = sum(np.array_equal(s[-1], p) for s, p in zip(states, stored, strict=True))
    never = all(np.diff(each).max() <= 1e-9 for each in energies)
    title = f"{back} of {rows} come back; the energy {'never' if never else 'sometimes'} rises"
    finding(ax, title, "units asked", "energy")
    return fig


def shares_recalled(counts: Sequence[int], ways: Mapping[str, NDArray]) -> Figure:
    """The share of disturbed patterns that come back whole, over how many are stored.

    Args:
        counts: how many patterns are stored.
        ways: name → (len(counts), seeds) shares.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3.3))
    for (name, shares), (look, colour) in zip(ways.items(), _LOOKS, strict=False):
        ax.plot(counts, 100 * shares.mean(axis=1), look, color=colour, label=name)
    halves = {
        name: next((n for n, each in zip(counts, s.mean(axis=1), strict=True) if each < 0.5), None)
        for name, s in ways.items()
    }
    told = [f"{name} from {count}" for name, count in halves.items() if count is not None]
    title = f"Below one half: {'; '.join(told)}" if told else "All stay above one half"
    finding(ax, title, "patterns stored in 64 units", "come back whole (%)")
    ax.set_ylim(-4, 104)
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig


def capacity(loads: Sequence[float], kinds: Mapping[str, NDArray]) -> Figure:
    """The share of stored patterns that a network keeps, over patterns per unit.

    Args:
        loads: P / N.
        kinds: name → (len(loads), seeds) shares.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3.4))
    for (name, shares), (look, colour) in zip(kinds.items(), _LOOKS, strict=False):
        mean = 100 * shares.mean(axis=1)
        ax.plot(loads, mean, look, color=colour, label=name)
        low, high = 100 * shares.min(axis=1), 100 * shares.max(axis=1)
        ax.fill_between(loads, low, high, color=colour, alpha=0.12, lw=0)
    ax.axvline(THEORY, color=palette.TRUTH, lw=1)
    ax.annotate(f"theory: {THEORY}", (THEORY, 3), (4, 0), textcoords="offset points", fontsize=8)
    largest = next(iter(kinds))
    at = [float(np.interp(load, loads, kinds[largest].mean(axis=1))) for load in (0.12, 0.16, 0.2)]
    told = ", ".join(
        f"~{100 * each:.0f}% at {load}" for each, load in zip(at, (0.12, 0.16, 0.2), strict=True)
    )
    title = f"{largest.capitalize()}: {told} are remembered"
    finding(ax, title, "patterns per unit, P / N", "remembered (%)")
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig


def pictures(patterns: Mapping[str, NDArray], title: str) -> Figure:
    """Patterns of a square of pixels side by side, each under its name.

    Args:
        patterns: name → (N,) of 1 and −1.
        title: what they show.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(patterns), figsize=(7, 2.3), squeeze=False)
    for ax, (name, pattern) in zip(axes[0], patterns.items(), strict=True):
        _picture(ax, pattern, name)
    fig.suptitle(title, fontsize=11, fontweight="bold", x=0.01, ha="left")
    return fig
