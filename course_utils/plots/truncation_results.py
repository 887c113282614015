"""What chapter 7 measures about a cut gradient and about the start, as figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

__all__ = [
    "draw_averages",
    "draw_bias_and_memory",
    "draw_last_bits",
    "draw_letters",
    "draw_question",
    "draw_reach",
    "draw_starts",
    "draw_terms",
]

_STARTS = {
    "zero": (palette.BASELINE, "o"),
    "noisy": (palette.GATE, "s"),
    "learned": (palette.HIDDEN, "^"),
    "encoded": (palette.OUTPUT, "D"),
}
_SHOWN_STEPS = 8  # after the start; later on the four are alike


def draw_question(bits: ArrayLike, counted: Sequence[float], delay: int) -> Figure:
    """Some of the stream, and what it costs to answer by counting.

    Args:
        bits: (N,) the bits to show.
        counted: bits per answer with the latest 0, 1, … bits.
        delay: how many steps back the answer lies.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    shown = np.asarray(bits)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 2.9))
    left.step(range(len(shown)), shown, where="mid", color=palette.INPUT)
    left.set(
        title="The stream: white space or not",
        xlabel="character",
        ylabel="bit",
        yticks=[0, 1],
        ylim=(-0.2, 1.2),
    )
    right.plot(range(len(counted)), counted, "o-", color=palette.BASELINE)
    right.axvline(delay + 1, color=palette.MUTED, linestyle=":")
    right.set(
        title="Without the ninth bit there is little to go by",
        xlabel="latest bits that one may look at",
        ylabel="bits per answer",
    )
    return fig


def draw_letters(chunks: ArrayLike) -> Figure:
    """The first two chunks of a stream of letters, row by row, white space marked.

    Args:
        chunks: (chunks, batch, steps) code points, at least two chunks.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    codes = np.asarray(chunks)
    fig, axes = plt.subplots(1, 2, figsize=(9, 1.9))
    for k, (ax, words) in enumerate(
        zip(axes, ("four rows begin", "each row reads on"), strict=True)
    ):
        ax.imshow(np.isin(codes[k], [9, 10, 32]), cmap="Greens", vmin=0, vmax=2, aspect="auto")
        for (row, column), value in np.ndenumerate(codes[k]):
            shown = {10: "↵", 32: "␣"}.get(int(value), chr(value))
            ax.text(column, row, shown, ha="center", va="center", fontsize=9)
        ax.set(
            title=f"Chunk {k}: {words}", xlabel="step", ylabel="row", yticks=range(len(codes[k]))
        )
        ax.grid(visible=False)
    return fig


def draw_terms(truncated_gradient: Callable[..., Any], w: float, tau: int) -> Figure:
    """The terms of the gradient for 40 inputs of 1, what is kept and what is cut off.

    Args:
        truncated_gradient: the student's `truncated_gradient(w, xs, tau)`.
        w: the weight of the linear network.
        tau: after how many steps the gradient is cut, 1 to 40.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    ones = np.ones(40)
    sums = [0.0] + [float(truncated_gradient(w, ones, t)) for t in range(1, 41)]
    terms = np.diff(sums)
    missing = 1 - sums[tau] / sums[-1]
    fig, ax = plt.subplots(figsize=(7, 2.8))
    lag = np.arange(40)
    kept = lag < tau
    ax.bar(-lag[~kept], terms[~kept], color=palette.MUTED, label="cut off")
    ax.bar(-lag[kept], terms[kept], color=palette.LOSS, label="kept")
    ax.axvline(-tau + 0.5, color=palette.TRUTH, linewidth=1)
    ax.set(
        title=f"τ = {tau}: {missing:.0%} of the gradient is missing (formula: {w**tau:.0%})",
        xlabel="step of the term, counted from the last",
        ylabel="term of dh/dw",
    )
    ax.legend(loc="upper left")
    return fig


def draw_averages(
    counts: Sequence[int], errors: Mapping[str, Sequence[float]], floor: float
) -> Figure:
    """Relative error of a mean gradient against how many windows are averaged.

    Args:
        counts: windows in the average.
        errors: label → the errors, one per count; the full gradient first, the cut one second.
        floor: what the closed form says of the cut one.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3))
    looks = (("o-", palette.BASELINE), ("s-", palette.LOSS))
    for (label, values), (style, colour) in zip(errors.items(), looks, strict=True):
        ax.loglog(counts, values, style, color=colour, label=label)
    ax.axhline(floor, color=palette.LOSS, linestyle=":", label="closed form: w to the 4")
    ax.set(
        title="The minibatch's error averages out, the cut one's does not",
        xlabel="windows in the average",
        ylabel="relative error",
    )
    ax.legend()
    return fig


def draw_reach(
    reaches: Sequence[int],
    means: ArrayLike,
    half_widths: ArrayLike,
    counted: Sequence[float],
    delay: int,
) -> Figure:
    """Bits per answer against chunk length, beside what counting costs.

    Args:
        reaches: (K,) chunk lengths.
        means: (K,) means over seeds.
        half_widths: (K,) halves of their intervals.
        counted: bits per answer with the latest 0, 1, … bits.
        delay: how many steps back the answer lies.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3))
    ax.errorbar(reaches, means, half_widths, fmt="o-", color=palette.LOSS, capsize=3, label="GRU")
    ax.axhline(counted[0], color=palette.BASELINE, linestyle="--", label="baseline: no look back")
    ax.axhline(counted[8], color=palette.BASELINE, linestyle=":", label="counting, latest 8 bits")
    ax.axvline(delay, color=palette.MUTED)
    ax.set_xscale("log", base=2)
    ax.set(
        title="What the gradient does not reach is hardly learned",
        xlabel="chunk length τ (steps): how far the gradient reaches",
        ylabel="bits per answer",
        xticks=reaches,
        xticklabels=reaches,
    )
    ax.legend(fontsize=8)
    return fig


def draw_bias_and_memory(
    w: float,
    linear_bias: Mapping[int, float],
    network_bias: Mapping[int, float],
    memory: Mapping[int, float],
    delay: int,
) -> Figure:
    """Both sides of the bargain against τ: what is missing, and what the tape keeps.

    Args:
        w: the weight of the linear network, for its closed form.
        linear_bias: τ → share of the linear network's gradient that is missing.
        network_bias: τ → share of the GRU's.
        memory: steps of a chunk → MB kept; the last one is the whole sequence.
        delay: how many steps back the GRU's answer lies.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    taus = list(linear_bias)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    fine = np.linspace(1, 32, 200)
    left.plot(fine, w**fine, color=palette.BASELINE, label=f"closed form $w^τ$, w = {w}")
    left.plot(
        taus,
        list(linear_bias.values()),
        "o",
        color=palette.LOSS,
        label="linear, measured on sunspots",
    )
    left.plot(
        list(network_bias),
        list(network_bias.values()),
        "s--",
        color=palette.HIDDEN,
        label="GRU, measured on text",
    )
    left.axvline(delay, color=palette.MUTED)
    left.set_xscale("log", base=2)
    left.set(
        title="The bias falls with τ, at its own pace",
        xlabel="τ (steps)",
        ylabel="share of the gradient missing",
        xticks=taus,
        xticklabels=taus,
    )
    left.legend(fontsize=8)
    right.plot(list(memory), list(memory.values()), "o-", color=palette.HIDDEN)
    right.set(
        title="The memory grows with τ",
        xlabel=f"τ (steps); {max(memory)}: the whole sequence",
        ylabel="kept by the tape (MB)",
        ylim=(0, None),
    )
    return fig


def draw_starts(
    undisturbed: Mapping[str, ArrayLike], disturbed: Mapping[str, ArrayLike], baseline: float
) -> Figure:
    """The error at each year after the start, for four kinds of start.

    Args:
        undisturbed: kind → (T,) errors in sunspots.
        disturbed: the same where noise was added to the start.
        baseline: the error of "next year like this year".

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
    for ax, curves in ((left, undisturbed), (right, disturbed)):
        for kind, values in curves.items():
            colour, marker = _STARTS[kind]
            errors = np.asarray(values)[:_SHOWN_STEPS]
            years = range(1, len(errors) + 1)
            ax.plot(years, errors, marker + "-", color=colour, label=kind)
        ax.axhline(baseline, color=palette.MUTED, linestyle="--")
        ax.set_xlabel("years since the start")
    left.set(title="An encoded start knows the cycle", ylabel="RMSE (sunspots)")
    right.set(title="A disturbed start hurts the noisy one least")
    right.legend(fontsize=8)
    return fig


def draw_last_bits(right: ArrayLike, answers: ArrayLike) -> Figure:
    """The bit of each chunk's first step, and what the network says there.

    Args:
        right: (chunks,) zeros and ones.
        answers: (chunks,) probabilities of a one.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    wanted = np.asarray(right)
    fig, ax = plt.subplots(figsize=(7, 2))
    ax.step(range(len(wanted)), wanted, where="mid", color=palette.TRUTH, label="right")
    ax.plot(range(len(wanted)), answers, ".", color=palette.OUTPUT, label="your network")
    ax.set(
        title="A network that knows the last bit puts every dot on the line",
        xlabel="chunk",
        ylabel="bit",
    )
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return fig
