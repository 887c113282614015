"""One picture read in several glimpses: the parts, and what is known after each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["accuracy_by_share", "ways_to_look"]


def ways_to_look(image: NDArray, sizes: Sequence[tuple[int, int]]) -> Figure:
    """One picture, cut in several ways, with the order in which the parts are read.

    Args:
        image: (8, 8).
        sizes: (height, width) of a part, for each way.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(sizes), figsize=(2.1 * len(sizes), 2.3))
    for ax, (height, width) in zip(np.atleast_1d(axes), sizes, strict=True):
        ax.imshow(image, cmap="Greys", vmax=2.6 * image.max())
        for line in range(0, 9, height):
            ax.axhline(line - 0.5, color=palette.INPUT, linewidth=1)
        for line in range(0, 9, width):
            ax.axvline(line - 0.5, color=palette.INPUT, linewidth=1)
        order = [(r, c) for r in range(0, 8, height) for c in range(0, 8, width)]
        for k, (r, c) in enumerate(order, start=1):
            at = (c + width / 2 - 0.5, r + height / 2 - 0.5)
            ax.text(*at, str(k), ha="center", va="center", color=palette.OUTPUT, fontsize=9)
        ax.set_title(f"{len(order)} glimpse{'s' if len(order) > 1 else ''}", loc="center")
        ax.set_axis_off()
    return fig


def accuracy_by_share(
    networks: Mapping[int, NDArray], line: NDArray, longer: Mapping[int, NDArray]
) -> Figure:
    """The accuracy after each glimpse over the share of the picture seen, and after the last one.

    Args:
        networks: number of glimpses T → (S, T) accuracies of networks.
        line: (T,) of a linear classifier on all that has been seen, for the largest T.
        longer: T → (S,) accuracies after the last glimpse, of networks that learned three times
            as long.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.3))
    colours = (palette.INPUT, palette.HIDDEN, palette.GATE, palette.OUTPUT)
    for (count, shares), colour, mark in zip(networks.items(), colours, "Dos^", strict=False):
        seen = 100 * np.arange(1, count + 1) / count
        label = f"{count} glimpse{'s' if count > 1 else ''}"
        left.plot(seen, 100 * shares.mean(axis=0), f"{mark}-", color=colour, label=label)
    seen = 100 * np.arange(1, len(line) + 1) / len(line)
    left.plot(seen, 100 * line, ":", color=palette.BASELINE, label="linear classifier of all seen")
    ends = sorted(100 * shares[:, -1].mean() for shares in networks.values())
    title = f"The whole picture seen, ~{ends[0]:.0f} to ~{ends[-1]:.0f}% are right"
    finding(left, title, "seen of the picture (%)", "right (%)")
    left.legend(fontsize=8)
    counts = list(networks)
    last = {count: 100 * shares[:, -1] for count, shares in networks.items()}
    after = {count: 100 * shares for count, shares in longer.items()}
    looks = ((last, palette.HIDDEN, "o", "200 updates"), (after, palette.GATE, "s", "600 updates"))
    for ends_of, colour, mark, name in looks:
        for k, count in enumerate(counts):
            right.plot([k] * len(ends_of[count]), ends_of[count], mark, color=colour, alpha=0.6)
        means = [ends_of[count].mean() for count in counts]
        right.plot(range(len(counts)), means, color=colour, label=name)
    right.axhline(
        100 * line[-1], color=palette.BASELINE, linestyle=":", label="linear classifier of all seen"
    )
    first, final = last[counts[0]].mean(), last[counts[-1]].mean()
    title = f"Whole at once ~{first:.0f}%, in {counts[-1]} glimpses ~{final:.0f}%"
    finding(right, title, "glimpses", "right after the last one (%)")
    right.set_xticks(range(len(counts)), [str(count) for count in counts])
    right.legend(fontsize=8)
    return fig
