"""The LSTM chapter's results: gradients two ways, lengths, pins, and where trained gates lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from course_utils.plots import palette
from course_utils.plots.dots import dots
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_functions", "draw_gates", "draw_lengths", "draw_pins", "draw_two_ways"]

Floats = npt.NDArray[np.floating]
#: cell → length → one error for each seed.
Errors = Mapping[str, Mapping[int, Sequence[float]]]

_LEARNED = 0.5
_DASHES = {0: ":", 1: "-.", 2: "--", 5: "-"}


def draw_two_ways(axes: Sequence[Axes], paths: Mapping[int, Floats], fulls: Mapping[int, Floats],
                  loud: Mapping[str, Floats]) -> None:  # fmt: skip
    """One path, the whole gradient of the same networks, and the whole of one with large weights.

    Args:
        axes: three, beside each other.
        paths: forget bias → (seeds, T) log10 of the product of the forget gates.
        fulls: forget bias → (seeds, T) log10 of the full gradient.
        loud: name → (seeds, T); a name with "one path" is drawn thin.
    """
    low, high = -16, 16
    for ax, curves in zip(axes, (paths, fulls), strict=False):
        for bias, each in curves.items():
            mean = np.mean(each, axis=0)
            clock = np.arange(1, len(mean) + 1)
            ax.plot(clock, mean, _DASHES[bias], color=palette.CELL, label=f"bias {bias}")
    colours = (palette.CELL, palette.CELL, palette.HIDDEN)
    for colour, (name, each) in zip(colours, loud.items(), strict=True):
        mean = np.mean(each, axis=0)
        dashes = ":" if "one path" in name else "-"
        axes[2].plot(np.arange(1, len(mean) + 1), mean, dashes, color=colour, label=name)
    for ax in axes:
        ax.axhline(0, color=palette.BASELINE, linewidth=0.8)
        ax.set_ylim(low, high)
    for ax, corner in zip(axes, ("upper left", "upper left", "lower left"), strict=True):
        ax.legend(loc=corner)
    alone = max(float(np.max(each)) for each in paths.values())
    apart = np.mean(fulls[1][:, 49] - paths[1][:, 49])
    whole = np.mean([each.max() for each in next(iter(loud.values()))])
    titles = (
        "One path, the product of forget gates: it never grows" if alone <= 0 else "One path",
        f"All paths, same weights: $10^{{{apart:.0f}}}$ times more (bias 1, step 50)",
        "Weights × 3: both explode" if whole > 2 else "Weights × 3: no explosion",
    )
    for ax, title in zip(axes, titles, strict=True):
        finding(ax, title, "steps", "log10 of the gradient" if ax is axes[0] else " \u200b")


def draw_lengths(ax: Axes, errors: Errors) -> Axes:
    """The median error over the length for each cell, with a dot for each network."""
    looks = {"LSTM": (palette.CELL, "o-"), "Elman, tanh": (palette.HIDDEN, "s--")}
    names, farthest = list(errors), {}
    for k, name in enumerate(names):
        colour, style = looks.get(name, (palette.INPUT, "^-."))
        lengths = list(errors[name])
        medians = [float(np.median(errors[name][steps])) for steps in lengths]
        ax.plot([steps + k for steps in lengths], medians, style, color=colour, label=name)
        for steps, values in errors[name].items():
            ax.plot([steps + k] * len(values), values, ".", color=colour, alpha=0.5)
        farthest[name] = max([s for s, m in zip(lengths, medians, strict=True) if m < _LEARNED],
                             default=0)  # fmt: skip
    ax.axhline(1, color=palette.BASELINE, linestyle=":")
    ax.text(ax.get_xlim()[1], 1.02, "baseline", ha="right", va="bottom", fontsize=9)
    ax.set_ylim(0, 1.55)
    ax.set_xticks(sorted({steps for each in errors.values() for steps in each}))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    said = ", ".join(f"{name} {steps}" for name, steps in farthest.items())
    return finding(ax, f"Learned up to: {said} steps", "steps", "error (baseline = 1)")


def draw_pins(ax: Axes, errors: Mapping[str, Sequence[float]], steps: int) -> Axes:
    """The errors of the LSTM with all gates, first, and with each of them pinned."""
    well = {name: bool(np.median(values) < _LEARNED) for name, values in errors.items()}
    dots(ax, errors, lambda name: palette.CELL if well[name] else palette.OUTPUT)
    ax.set_xlim(0, 1.6)
    needed = [name for name in list(well)[1:] if not well[name]]
    title = (
        f"{len(needed)} of the {len(well) - 1} pins prevents learning"
        if len(needed) == 1
        else f"{len(needed)} of the {len(well) - 1} pins prevent learning"
    )
    return finding(ax, title, "error (baseline = 1)", f"LSTM, {steps} steps")


def draw_gates(ax: Axes, shares: Mapping[str, Any]) -> Axes:
    """A bar for each gate and task: the share near 0, between, near 1.

    Args:
        ax: the axes.
        shares: name → (share near 0, share near 1), from 0 to 1.
    """
    names = list(shares)[::-1]
    low, high = (100 * np.array([shares[name][k] for name in names]) for k in (0, 1))
    ax.barh(names, low, color=palette.HIDDEN, label="below 0.15")
    ax.barh(names, 100 - low - high, left=low, color=palette.MUTED, label="between")
    ax.barh(names, high, left=100 - high, color=palette.GATE, label="above 0.85")
    ax.axvline(15, color=palette.TRUTH, linestyle=":", linewidth=1)
    ax.axvline(85, color=palette.TRUTH, linestyle=":", linewidth=1)
    ax.set_xlim(0, 100)
    ax.grid(axis="y", visible=False)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    strings, adding = (
        np.mean([each for name, each in shares.items() if task in name], axis=0)
        for task in ("strings", "adding")
    )
    one_end = strings[1] > 2 * strings[0] and adding.sum() < 0.5
    return finding(
        ax,
        "Strings drive the gates to one end, the adding task to none"
        if one_end
        else "Where the gates lie before training and after",
        "share of values (%); dotted: where evenly spread ones would end",
        "gate and task",
    )


def draw_functions(ax: Axes, errors: Mapping[str, Sequence[float]]) -> Axes:
    """The errors on the adding task: function of the gates → one error for each seed."""
    dots(ax, errors, lambda name: palette.GATE)
    learn = sum(error < _LEARNED for error in errors["tanh"])
    return finding(
        ax,
        f"Gates from −1 to 1 learn to add in {learn} of {len(errors['tanh'])} starts",
        "error (baseline = 1)",
        "function of the gates",
    )
