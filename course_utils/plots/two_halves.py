"""An encoder and a decoder at work, and with one of them put out of action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["halves_at_work"]


def halves_at_work(
    read: NDArray,
    truth: NDArray,
    written: Mapping[str, NDArray],
    errors: Mapping[str, NDArray],
    unit: str,
) -> Figure:
    """One sequence that is read and what is written after it; and the error of each way.

    Args:
        read: (T,) what the encoder reads.
        truth: (T',) what follows.
        written: name → (T',) what is written.
        errors: name → errors, one for each network, or one for a rival without seeds.
        unit: of all.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.3), width_ratios=[3, 2])
    before, after = np.arange(len(read)), len(read) + np.arange(len(truth))
    left.plot(before, read, "o-", color=palette.INPUT, ms=3, label="read")
    left.plot(after, truth, color=palette.TRUTH, label="truth")
    looks = ((palette.OUTPUT, "-"), (palette.LOSS, "--"), (palette.GATE, ":"))
    for (name, values), (colour, dash) in zip(written.items(), looks, strict=False):
        left.plot(after, values, dash, color=colour, label=name)
    left.axvline(len(read) - 0.5, color=palette.BASELINE, linewidth=0.8)
    finding(left, "The encoder reads, then the decoder writes", "step", f"angle ({unit})")
    left.legend(fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.2))
    for y, (name, values) in enumerate(list(errors.items())[::-1]):
        colour = palette.OUTPUT if name in written else palette.BASELINE
        right.plot(values, [y] * len(values), "o", color=colour, alpha=0.6)
        right.plot([np.mean(values)] * 2, [y - 0.3, y + 0.3], color=colour, linewidth=3)
    right.set_yticks(range(len(errors)), list(errors)[::-1])
    means = {name: float(np.mean(values)) for name, values in errors.items()}
    whole, *apart = (means[name] for name in written)
    title = f"Without one of its halves: ~{min(apart) / whole:.0f} times the error or more"
    finding(right, title, f"RMSE ({unit})", "written by")
    right.set_xlim(0, None)
    return fig
