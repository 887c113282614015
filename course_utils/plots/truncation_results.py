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
    "draw_cuts",
    "draw_last_bits",
    "draw_letters",
    "draw_question",
    "draw_reach",
    "draw_robustness",
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
        counted: bits per answer with the latest 0, 1, … bits, more than delay + 1 of them.
        delay: how many steps back the answer lies.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    shown = np.asarray(bits)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 2.9))
    left.step(range(len(shown)), shown, where="mid", color=palette.INPUT)
    left.set(
        title=f"{len(shown)} characters, {shown.mean():.0%} of them white space",
        xlabel="character",
        ylabel="white space",
        yticks=[0, 1],
        yticklabels=["no", "yes"],
        ylim=(-0.2, 1.2),
    )
    right.plot(range(len(counted)), counted, "o-", color=palette.BASELINE)
    right.axvline(delay + 1, color=palette.MUTED, linestyle=":")
    right.set(
        title=f"Bit {delay + 1} takes {counted[delay] - counted[delay + 1]:.2f} bits away",
        xlabel="latest bits that one may look at",
        ylabel="bits per answer",
        ylim=(-0.03, None),
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


def draw_cuts(
    w: float,
    chunk: int,
    at_position: ArrayLike,
    sliding: Mapping[int, float],
    at_borders: Mapping[int, float],
) -> Figure:
    """What each loss of a chunk misses, and what the mean over a chunk misses.

    Args:
        w: the weight of the linear network.
        chunk: τ of the left panel.
        at_position: (chunk,) the share that the losses of steps 1 to τ of a chunk miss.
        sliding: τ → the share that a sliding cut misses.
        at_borders: τ → the share that a cut at chunk borders misses.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    missed, steps = np.asarray(at_position), np.arange(1, chunk + 1)
    left.bar(steps, missed, color=palette.LOSS)
    left.axhline(missed.mean(), color=palette.LOSS, linestyle="--", label="mean over the chunk")
    left.axhline(sliding[chunk], color=palette.HIDDEN, label=f"sliding: every loss reaches {chunk}")
    left.set(
        title=f"τ = {chunk}: the first loss misses {missed[0]:.0%}, the last {missed[-1]:.0%}",
        xlabel="step of the loss in its chunk = uses reached",
        ylabel="share missing",
        ylim=(0, 1),
    )
    left.legend(fontsize=8)
    taus, fine = list(sliding), np.geomspace(1, max(sliding), 60)
    looks = {"at chunk borders": (at_borders, "s", palette.LOSS)}
    looks["sliding"] = (sliding, "o", palette.HIDDEN)
    for name, (shares, marker, colour) in looks.items():
        right.loglog(taus, [shares[tau] for tau in taus], marker, color=colour, label=name)
    right.loglog(fine, w**fine, color=palette.HIDDEN, linewidth=1, label="$w^τ$")
    mean = w * (1 - w**fine) / ((1 - w) * fine)
    right.loglog(fine, mean, color=palette.LOSS, linewidth=1, label="mean of $w^1 … w^τ$")
    far = fine[fine > w / (1 - w)]
    right.loglog(far, w / (1 - w) / far, ":", color=palette.BASELINE, label=r"$\frac{w}{1-w}/τ$")
    last = max(taus)
    right.set(
        title=f"τ = {last}: {100 * at_borders[last]:.0f}% at borders, "
        f"{100 * sliding[last]:.2f}% sliding",
        xlabel="τ (steps)",
        ylabel="share missing",
        xticks=taus,
        xticklabels=taus,
    )
    right.minorticks_off()
    right.legend(fontsize=8)
    return fig


def draw_averages(counts: Sequence[int], errors: Mapping[str, Sequence[float]]) -> Figure:
    """Relative error of a mean gradient against how many windows are averaged.

    Args:
        counts: windows in the average.
        errors: label → the errors, one per count: whole, random, sliding and at borders.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3.2))
    looks = (
        ("o-", palette.BASELINE),
        ("^-", palette.GATE),
        ("D-", palette.HIDDEN),
        ("s-", palette.LOSS),
    )
    for (label, values), (style, colour) in zip(errors.items(), looks, strict=True):
        ax.loglog(counts, values, style, color=colour, label=label)
    falls = [label for label, values in errors.items() if values[-1] < values[0] / 8]
    ax.set(
        title=f"{len(falls)} of {len(errors)} errors average out"
        + (f": {' and '.join(falls)}" if falls else ""),
        xlabel="windows in the average",
        ylabel="relative error",
    )
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig


def draw_reach(
    reached: Mapping[str, ArrayLike], counted: Sequence[float], delay: int, characters: int
) -> Figure:
    """Bits per answer of each network, beside what counting costs and what is possible.

    Args:
        reached: how the gradient is cut → (S,) bits per answer of S networks.
        counted: bits per answer with the latest 0, 1, … bits, more than delay of them.
        delay: how many steps back the answer lies.
        characters: how many each network has read.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 3.4))
    middle = {name: float(np.median(np.asarray(runs))) for name, runs in reached.items()}
    for x, (name, runs) in enumerate(reached.items()):
        fixed = name.startswith("τ")
        colour = palette.LOSS if fixed else palette.GATE
        ax.plot([x] * len(np.asarray(runs)), runs, "o", color=colour, alpha=0.6)
        ax.plot([x - 0.25, x + 0.25], [middle[name]] * 2, color=colour, linewidth=3)
    lines = {
        "no look back": (counted[0], "--"),
        f"counting, latest {delay} bits": (counted[delay], ":"),
        "the bit kept": (0.0, "-"),
    }
    for label, (cost, style) in lines.items():
        ax.axhline(cost, color=palette.BASELINE, linestyle=style, label=label)
    below = [name for name in middle if middle[name] < counted[delay] / 2]
    ax.set(
        title=(" and ".join(below[:2]) + " get" if below else "None gets")
        + f" below half of what counting {delay} bits costs",
        xlabel=f"how the gradient is cut; after {characters:,} characters",
        ylabel="bits per answer",
        xticks=range(len(reached)),
        xticklabels=list(reached),
        ylim=(-0.04, None),
    )
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig


def draw_bias_and_memory(
    sliding: Mapping[int, ArrayLike],
    at_borders: Mapping[int, ArrayLike],
    memory: Mapping[int, float],
    delay: int,
) -> Figure:
    """Both sides of the bargain against τ: what is missing, and what the tape keeps.

    Args:
        sliding: τ → shares of the GRUs' gradients that a sliding cut misses, one per network.
        at_borders: τ → the same for a cut at chunk borders.
        memory: steps of a chunk → MB kept; the last one is the whole sequence.
        delay: how many steps back the GRU's answer lies.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    taus = list(sliding)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    looks = {"at chunk borders": (at_borders, "s", palette.LOSS)}
    looks["sliding"] = (sliding, "o", palette.HIDDEN)
    means = {}
    for name, (shares, marker, colour) in looks.items():
        runs = np.array([np.asarray(shares[tau]) for tau in taus])
        left.plot(taus, runs, marker, color=colour, alpha=0.4)
        means[name] = runs.mean(axis=1)
        left.plot(taus, means[name], color=colour, label=name, linewidth=2)
    left.axvline(delay, color=palette.MUTED)
    left.text(delay, 0.02, " the answer's distance", color=palette.BASELINE, fontsize=8)
    left.set_xscale("log", base=2)
    left.set(
        title=f"GRU, τ = {taus[-1]}: {means['at chunk borders'][-1]:.0%} missing at borders, "
        f"{means['sliding'][-1]:.0%} sliding",
        xlabel="τ (steps)",
        ylabel="share of the gradient missing",
        xticks=taus,
        xticklabels=taus,
        ylim=(0, 1),
    )
    left.legend(fontsize=8, loc="upper right")
    right.plot(list(memory), list(memory.values()), "o-", color=palette.HIDDEN)
    times = memory[max(memory)] / memory[max(memory) // 4]
    right.set(
        title=f"4 times as long: {times:.1f} times the memory",
        xlabel=f"τ (steps); {max(memory)}: the whole sequence",
        ylabel="kept by the tape (MB)",
        ylim=(0, None),
    )
    left.title.set_fontsize(9.5)
    return fig


def draw_starts(
    undisturbed: Mapping[str, ArrayLike],
    disturbed: Mapping[str, ArrayLike],
    baseline: float,
    line: float,
) -> Figure:
    """The error at each year after the start, for each kind of start.

    Args:
        undisturbed: kind → (T,) errors in sunspots; the kinds beside the four are drawn dashed.
        disturbed: the same where noise was added to the start.
        baseline: the error of "next year like this year".
        line: the first year's error of a line through what the encoded start sees.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
    for ax, curves in ((left, undisturbed), (right, disturbed)):
        for kind, values in curves.items():
            colour, marker = _STARTS.get(kind, (palette.TRUTH, "x"))
            style = "-" if kind in _STARTS else "--"
            errors = np.asarray(values)[:_SHOWN_STEPS]
            years = range(1, len(errors) + 1)
            ax.plot(years, errors, marker + style, color=colour, label=kind)
        ax.axhline(baseline, color=palette.MUTED, linestyle="--")
        ax.set_xlabel("years since the start")
    left.plot([1], [line], "*", color=palette.WEIGHT, markersize=9, label="line, same ten years")
    first = {kind: float(np.asarray(values)[0]) for kind, values in undisturbed.items()}
    hurt = {kind: float(np.asarray(values)[0]) - first[kind] for kind, values in disturbed.items()}
    first["the line"] = line
    best = min(first, key=lambda kind: first[kind])
    calm = [kind for kind, more in hurt.items() if more < 1]
    left.set(title=f"First forecast: best is “{best}”")
    left.set(ylabel="RMSE (sunspots)", ylim=(0, None))
    right.set(title=f"Start disturbed: {len(calm)} of {len(hurt)} lose less than 1")
    left.legend(fontsize=8, loc="lower right")
    return fig


def draw_robustness(errors: Mapping[str, Mapping[str, ArrayLike]]) -> Figure:
    """The test error of each network, by its kind and by what disturbs it.

    Args:
        errors: what disturbs → which networks → (S,) errors of S networks, in sunspots.

    Returns:
        The figure.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(errors), figsize=(9, 2.6), sharex=True, sharey=True)
    for ax, (disturbance, rows) in zip(axes, errors.items(), strict=True):
        for y, (kind, values) in enumerate(list(rows.items())[::-1]):
            runs = np.asarray(values)
            colour = _STARTS.get(kind, (palette.TRUTH, ""))[0]
            ax.plot(runs, [y] * len(runs), "o", color=colour, alpha=0.5)
            ax.plot([runs.mean()] * 2, [y - 0.3, y + 0.3], color=colour, linewidth=3)
        ax.set_yticks(range(len(rows)), list(rows)[::-1])
        less = 1 - np.mean(np.asarray(rows["noisy"]) / np.asarray(rows["zero"]))
        ax.set(
            title=f"disturbed: {disturbance}\n“noisy” has {less:.0%} less error",
            xlabel="RMSE (sunspots)",
        )
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
