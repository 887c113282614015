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

__all__ = [
    "KINDS",
    "LOOKS",
    "against_costs",
    "confusions",
    "draw_leads",
    "draw_ratios",
    "pair_bars",
    "without_order",
]

#: Network → its marker and colour, the same in every figure of the chapter.
LOOKS = {
    "CNN+LSTM": ("o", palette.HIDDEN),
    "ConvLSTM": ("s", palette.CELL),
    "Conv3D": ("D", palette.OUTPUT),
}
#: The three networks, in the order of every figure and table.
KINDS = tuple(LOOKS)

_LEVELS = ((palette.BASELINE, "--"), (palette.TRUTH, ":"), (palette.INPUT, "-."))

#: Name → (mean, half of the interval) of the share of clips that is named rightly.
Shares = Mapping[str, tuple[float, float]]


def against_costs(
    shares: Shares,
    costs: Mapping[str, tuple[str, Mapping[str, float]]],
    levels: Mapping[str, float],
) -> Figure:
    """The share named rightly, against several costs, one to a panel.

    Args:
        shares: of each of `KINDS`.
        costs: what the cheapest has ("fewest operations") → the axis's label, and the cost of each
            of `KINDS`. Each panel's title names the cheapest.
        levels: "one frame", "chance" and the like → a share, drawn as a line; at most three.

    Returns:
        A new figure.
    """
    import matplotlib.pyplot as plt
    from matplotlib.ticker import EngFormatter, LogLocator, NullLocator

    fig, axes = plt.subplots(
        1, len(costs), figsize=(3.5 * len(costs), 3.5), sharey=True, squeeze=False
    )
    for ax, (least, (label, cost)) in zip(axes[0], costs.items(), strict=True):
        for kind, (marker, colour) in LOOKS.items():
            mean, half = shares[kind]
            ax.errorbar(
                cost[kind], mean, half, fmt=marker, color=colour, capsize=3, ms=8, label=kind
            )
        for (name, level), (colour, line) in zip(levels.items(), _LEVELS, strict=False):
            ax.axhline(level, color=colour, linestyle=line, label=name)
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_minor_locator(NullLocator())
        large = min(cost.values()) >= 1000
        ax.xaxis.set_major_formatter(EngFormatter() if large else "{x:g}")
        ax.margins(x=0.2)
        ax.set(ylim=(0, 1.04), title=f"{least}:\n{min(cost, key=lambda kind: cost[kind])}")
        ax.set_xlabel(label)
    axes[0, 0].set_ylabel("share of clips named rightly")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
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

    fig, axes = plt.subplots(1, len(shares), figsize=(3.5 * len(shares), 4.4), squeeze=False)
    for k, (ax, (kind, matrix)) in enumerate(zip(axes[0], shares.items(), strict=True)):
        confusion(ax, matrix, names)
        ax.set(title=kind, xlabel="named")
        if k:
            ax.set_yticklabels([])
    axes[0, 0].set_ylabel("law of the clip")
    fig.suptitle(f"{title}\n", fontweight="bold", fontsize=11)
    return fig


def without_order(ax: Axes, ordered: Shares, shuffled: Shares, chance: float) -> Axes:
    """The share named rightly with frames in order and with shuffled frames, as bars.

    Args:
        ax: the axes.
        ordered: of each of `KINDS`.
        shuffled: of each, on clips whose frames are shuffled.
        chance: the share that is named rightly by chance. The title names the networks whose
            interval on shuffled frames does not lie wholly above it.

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
    fallen = [kind for kind in KINDS if shuffled[kind][0] - shuffled[kind][1] <= chance]
    who = " and ".join(fallen) if fallen else "no network"
    ax.set(title=f"Without the order: {who} at chance", ylabel="share of clips named rightly")
    ax.set_ylim(0, 1)
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def pair_bars(ax: Axes, scores: Mapping[str, Mapping[str, tuple[float, float]]]) -> Axes:
    """The share named rightly of each pair of laws, for one network and several kinds of clips.

    Args:
        ax: the axes.
        scores: kind of clips → pair of laws → (mean, half of the interval). The title names the
            weaker of the first two pairs for each kind.

    Returns:
        The same axes.
    """
    looks = (palette.HIDDEN, palette.GATE)
    weaker = []
    for k, ((name, pairs), colour) in enumerate(zip(scores.items(), looks, strict=True)):
        for place, (mean, half) in enumerate(pairs.values()):
            label = name if place == 0 else None
            at = place + 0.36 * k - 0.18
            ax.bar(at, mean, 0.34, yerr=half, color=colour, capsize=3, label=label)
        weaker.append(f"{min(list(pairs)[:2], key=lambda pair: pairs[pair][0])} ({name})")
    ax.set_xticks(range(len(pairs)), list(pairs))
    ax.set(title="Weaker: " + ", ".join(weaker), ylabel="share named rightly", ylim=(0, 1))
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def draw_leads(
    ax: Axes,
    ordered: Mapping[str, Sequence[float]],
    shuffled: Mapping[str, Sequence[float]],
) -> Axes:
    """Conv3D's lead over each rival, a dot for each seed, with frames in order and shuffled.

    Args:
        ax: the axes.
        ordered: "lead over ConvLSTM" and the like → a lead for each seed.
        shuffled: the same on shuffled frames, in the same order. The title counts the seeds in
            which Conv3D leads all rivals with frames in order.

    Returns:
        The same axes.
    """
    for row, leads in enumerate(ordered.values()):
        ax.plot(leads, [row - 0.12] * len(leads), "D", color=palette.OUTPUT, alpha=0.7)
    for row, leads in enumerate(shuffled.values()):
        ax.plot(leads, [row + 0.12] * len(leads), "D", color=palette.MUTED)
    for line, name in zip(ax.lines[:: len(ordered)], ("in order", "shuffled"), strict=True):
        line.set_label(f"frames {name}")
    ax.axvline(0, color=palette.TRUTH, linewidth=1)
    ax.set_yticks(range(len(ordered)), list(ordered))
    ax.invert_yaxis()
    ahead = np.min(list(ordered.values()), axis=0) > 0
    ax.set(
        title=f"Conv3D leads both rivals in {ahead.sum()} of {len(ahead)} trainings",
        xlabel="share of clips named rightly: Conv3D's minus the rival's",
        ylim=(len(ordered) - 0.5, -0.5),
    )
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def draw_ratios(ax: Axes, ratios: Mapping[str, float], clearly: float) -> Axes:
    """What Conv3D costs beside a rival, on a logarithmic axis around 1.

    Args:
        ax: the axes.
        ratios: "memory" and the like → Conv3D's cost over the rival's.
        clearly: the ratio below which a cost is clearly less; the title says where it is.

    Returns:
        The same axes.
    """
    values = np.array(list(ratios.values()))
    colours = [palette.OUTPUT if value < clearly else palette.BASELINE for value in values]
    ax.barh(list(ratios), values - 1, left=1, color=colours, height=0.6)
    ax.axvline(1, color=palette.TRUTH, linewidth=1)
    ax.axvline(clearly, color=palette.TRUTH, linestyle=":")
    ax.set_xscale("log")
    marks = [mark for mark in (0.1, 0.2, 0.5, 1, 2, 5, 10) if _within(mark, values)]
    ax.set_xticks(marks, [f"× {mark:g}" for mark in marks])
    ax.minorticks_off()
    ax.invert_yaxis()
    less = " and ".join(name for name, value in ratios.items() if value < clearly) or "nothing"
    ax.set_title(f"Conv3D is clearly below its rival in {less}")
    ax.set_xlabel(f"Conv3D's, divided by the rival's; dotted: × {clearly:g}")
    return ax


def _within(mark: float, values: np.ndarray) -> bool:
    return bool(min(values.min(), 1) / 2 <= mark <= max(values.max(), 1) * 2)
