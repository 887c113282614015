"""What padding looks like, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["accuracy_of_arms", "accuracy_over_widths", "batch_of_names", "lengths_of_kinds"]


def lengths_of_kinds(lengths: NDArray, kinds: NDArray, words: Sequence[str]) -> Figure:
    """How many names of each kind have how many letters.

    Args:
        lengths: (N,) letters.
        kinds: (N,) the place in `words`.
        words: what the kinds are called.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    steps = np.arange(1, lengths.max() + 1)
    looks = ((palette.HIDDEN, "-"), (palette.GATE, "--"), (palette.OUTPUT, ":"))
    for k, (word, (colour, dash)) in enumerate(zip(words, looks, strict=True)):
        counts = np.bincount(lengths[kinds == k], minlength=len(steps) + 1)[1:]
        ax.plot(steps, counts, dash, color=colour, label=word)
    middle = float(np.median(lengths))
    title = f"Half of the names have {middle:.0f} letters or fewer, the longest {lengths.max()}"
    finding(ax, title, "letters in the name", "names")
    ax.set_xticks(range(0, int(lengths.max()) + 1, 5))
    ax.legend()
    return fig


def batch_of_names(names: Sequence[str], mask: NDArray) -> Figure:
    """A batch of names as a table of letters: grey where there is none.

    Args:
        names: B of them.
        mask: (B, T) True where a step counts.
    """
    import matplotlib.pyplot as plt
    from matplotlib.colors import ListedColormap

    batch, steps = mask.shape
    fig, ax = plt.subplots(figsize=(7, 0.32 * batch + 0.9))
    colours = ListedColormap([palette.MUTED, palette.tint(palette.INPUT, 0.3)])
    ax.imshow(mask, cmap=colours, vmin=0, vmax=1, aspect="auto")
    for b, name in enumerate(names):
        for t, letter in enumerate(name[:steps]):
            ax.text(t, b, letter, ha="center", va="center", fontsize=9)
    ax.grid(visible=False)
    share = 1 - float(mask.mean())
    finding(ax, f"{share:.0%} of this batch is padding", "step", "sequence")
    ax.set(xticks=range(0, steps, 2), yticks=range(batch))
    return fig


def accuracy_of_arms(arms: Mapping[str, NDArray], lines: Mapping[str, float]) -> Figure:
    """The accuracy of each network of each arm, a dot each, with the mean as a bar.

    Args:
        arms: what was trained, "cell, how" → (S,) shares of right answers; "cell, mask" is among
            them for each cell.
        lines: what needs no network → its share.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 0.36 * len(arms) + 1.3))
    for y, (name, shares) in enumerate(list(arms.items())[::-1]):
        colour = palette.HIDDEN if "mask" in name else palette.LOSS
        colour = palette.GATE if "front" in name else colour
        ax.plot(100 * shares, [y] * len(shares), "o", color=colour, alpha=0.6)
        ax.plot([100 * shares.mean()] * 2, [y - 0.3, y + 0.3], color=colour, linewidth=3)
    for (name, share), dash in zip(lines.items(), (":", "--"), strict=False):
        ax.axvline(100 * share, color=palette.BASELINE, linestyle=dash, label=name)
    ax.set_yticks(range(len(arms)), list(arms)[::-1])
    means = {name: 100 * float(shares.mean()) for name, shares in arms.items()}
    cells = dict.fromkeys(name.partition(",")[0] for name in arms)
    lost = {
        c: means[f"{c}, mask"] - min(m for n, m in means.items() if n.startswith(c)) for c in cells
    }
    words = [f"an {c}" if c[0] in "AEIOU" else f"a {c}" for c in cells]
    costs = [f"{word} ~{points:.0f}" for word, points in zip(words, lost.values(), strict=True)]
    title = f"The padding that counts costs {' and '.join(costs)} points at most"
    finding(ax, title, "test names with the right kind (%)", "network")
    ax.legend(loc="lower left", fontsize=8)
    return fig


def accuracy_over_widths(widths: Sequence[int], arms: Mapping[str, NDArray]) -> Figure:
    """The accuracy of networks whose names come padded to other widths than in training.

    Args:
        widths: steps of the padded array.
        arms: name → (len(widths), S).
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    looks = ((palette.HIDDEN, "o-"), (palette.LOSS, "s--"), (palette.GATE, "^:"))
    for (name, shares), (colour, mark) in zip(arms.items(), looks, strict=False):
        ax.plot(widths, 100 * shares.mean(axis=1), mark, color=colour, label=name)
        ax.fill_between(
            widths, 100 * shares.min(axis=1), 100 * shares.max(axis=1), color=colour, alpha=0.15
        )
    lost = {n: 100 * float((s.max(axis=0) - s[-1]).mean()) for n, s in arms.items()}
    most = max(lost, key=lost.__getitem__)
    title = f"Padded to {widths[-1]}, {most} loses ~{lost[most]:.0f} points of its best"
    finding(ax, title, "steps that the names are padded to", "right kind (%)")
    ax.set_xscale("log", base=2)
    ax.set_xticks(list(widths), [str(width) for width in widths])
    ax.legend(fontsize=8)
    return fig
