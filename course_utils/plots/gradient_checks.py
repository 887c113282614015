"""One gradient in several ways: how far the ways are apart, and what each of them costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

#: How many weights some networks have, and a time over that of the run forward, for each.
Runs: TypeAlias = "tuple[Sequence[int], Sequence[float]]"

__all__ = ["agreement", "gaps", "step_errors"]


def step_errors(sizes: NDArray, one_sided: Sequence[float], central: Sequence[float]) -> Figure:
    """The error of numerical gradients over the step size.

    Args:
        sizes: (S,) the steps ε.
        one_sided: (S,) the largest relative error of forward differences.
        central: (S,) the same of central differences.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3))
    ax.loglog(sizes, one_sided, "s--", color=palette.BASELINE, label="forward differences")
    ax.loglog(sizes, central, "o-", color=palette.LOSS, label="central differences (yours)")
    ax.set(
        title="Too large a step is wrong by curvature, too small a step by rounding",
        xlabel="step ε",
        ylabel="largest relative error",
    )
    ax.legend()
    return fig


def agreement(
    taped: Sequence[NDArray],
    swept: Sequence[NDArray],
    differences: Sequence[NDArray],
    many: Runs,
    one: Runs,
    numeric: Runs,
) -> Figure:
    """Three gradients against each other, and what they cost over the number of weights.

    Args:
        taped: each weight's gradient by a tape.
        swept: the same by a sweep back.
        differences: the same by central differences.
        many: the weights of some networks, and the time of forward and sweep on many sequences at
            once, over that of the run forward alone.
        one: the same for one sequence.
        numeric: the same for central differences.
    """
    import matplotlib.pyplot as plt

    tape, sweep, by_hand = (
        np.concatenate([each.ravel() for each in way]) for way in (taped, swept, differences)
    )
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.8), width_ratios=[4, 5])
    ends = [tape.min(), tape.max()]
    left.plot(ends, ends, color=palette.MUTED)
    left.plot(tape, by_hand, "s", color=palette.BASELINE, fillstyle="none", ms=8)
    left.plot(tape, sweep, "o", color=palette.LOSS, ms=4)
    left.legend(["equal", "central differences", "your sweep"])
    same = np.allclose(tape, sweep, rtol=1e-6, atol=1e-6)
    left.set(
        title="Three ways, one gradient" if same else "The ways do not agree",
        xlabel="the tape's gradient",
        ylabel="the others' gradient",
    )
    for (counts, runs), style, colour, label in (
        (numeric, "s--", palette.BASELINE, "central differences"),
        (one, "^:", palette.OUTPUT, "forward and your sweep, one sequence"),
        (many, "o-", palette.LOSS, "forward and your sweep, fifty sequences"),
    ):
        right.loglog(counts, runs, style, color=colour, label=label)
    right.axhline(3, color=palette.MUTED, zorder=0)
    right.text(many[0][-1], 2.8, "3: operations, counted", ha="right", va="top", size=9)
    right.set(
        title=f"Forward and sweep, fifty sequences: {_range(many[1])} runs forward",
        xlabel="weights of the network",
        ylabel="time, in runs forward",
        ylim=(1, max(numeric[1]) * 30),
    )
    right.legend(loc="upper right")
    return fig


def _range(values: Sequence[float]) -> str:
    """Whole numbers: "3", or "3 to 7"."""
    return " to ".join(dict.fromkeys(f"{each:.0f}" for each in (min(values), max(values))))


def gaps(named: Mapping[str, float], mended: bool) -> Figure:
    """How far a repaired sweep, called twice, and the checker are from the tape.

    Args:
        named: what is compared with what → the largest relative difference; the first call first.
        mended: whether all of them agree.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.4))
    first_is_right = next(iter(named.values())) < 1e-6
    lengths = [max(gap, 1e-17) for gap in named.values()]
    ax.barh(list(named)[::-1], lengths[::-1], color=palette.LOSS)
    ax.set(
        title=(
            "All three agree"
            if mended
            else "The first call is right, what comes after it is not"
            if first_is_right
            else "The first call is wrong already"
        ),
        xlabel="largest relative difference",
        xscale="log",
        xlim=(1e-17, 10),
    )
    return fig
