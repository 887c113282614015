"""One gradient in several ways: how far the ways are apart, and what each of them costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

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
    counts: Sequence[int],
    seconds: Mapping[str, Sequence[float]],
) -> Figure:
    """Three gradients against each other, and the times over the number of weights.

    Args:
        taped: each weight's gradient by a tape.
        swept: the same by a sweep back.
        differences: the same by central differences.
        counts: (S,) how many weights the timed networks have.
        seconds: "differences", "sweep" and "forward" → (S,) seconds.
    """
    import matplotlib.pyplot as plt

    tape, sweep, numeric = (
        np.concatenate([each.ravel() for each in way]) for way in (taped, swept, differences)
    )
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3))
    ends = [tape.min(), tape.max()]
    left.plot(ends, ends, color=palette.MUTED)
    left.plot(tape, numeric, "s", color=palette.BASELINE, fillstyle="none", ms=8)
    left.plot(tape, sweep, "o", color=palette.LOSS, ms=4)
    left.legend(["equal", "central differences", "your sweep"])
    left.set(
        title="Three ways, one gradient",
        xlabel="the tape's gradient",
        ylabel="the others' gradient",
    )
    for name, style, colour, label in (
        ("differences", "s--", palette.BASELINE, "central differences"),
        ("sweep", "o-", palette.LOSS, "forward and your sweep back"),
        ("forward", "^:", palette.HIDDEN, "forward alone"),
    ):
        right.loglog(counts, 1e3 * np.array(seconds[name]), style, color=colour, label=label)
    right.set(
        title="One sweep pays for all weights at once",
        xlabel="weights of the network",
        ylabel="time for one gradient (ms)",
    )
    right.legend(fontsize=8)
    return fig


def gaps(named: Mapping[str, float], mended: bool) -> Figure:
    """How far a repaired sweep, called twice, and the checker are from the tape.

    Args:
        named: what is compared with what → the largest relative difference.
        mended: whether all of them agree.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.4))
    lengths = [max(gap, 1e-17) for gap in named.values()]
    ax.barh(list(named)[::-1], lengths[::-1], color=palette.LOSS)
    ax.set(
        title="All three agree" if mended else "Right at first, wrong ever after",
        xlabel="largest relative difference",
        xscale="log",
        xlim=(1e-17, 10),
    )
    return fig
