"""A one-hot's product beside a look-up: time and memory over the size of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["look_up_costs"]


def look_up_costs(vocabularies: Sequence[int], costs: Mapping[str, NDArray]) -> Figure:
    """Both on logarithmic axes.

    Args:
        vocabularies: V.
        costs: "one-hot" and "look-up" → (len(vocabularies), 2) seconds and bytes.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.2))
    looks = {"one-hot": (palette.LOSS, "s--"), "look-up": (palette.INPUT, "o-")}
    labels = (("time", "time (ms)", 1e3), ("memory", "most memory (MB)", 1e-6))
    for k, (ax, (what, label, scale)) in enumerate(zip(axes, labels, strict=True)):
        for name, (colour, mark) in looks.items():
            ax.loglog(vocabularies, scale * costs[name][:, k], mark, color=colour, label=name)
        factor = costs["one-hot"][-1, k] / costs["look-up"][-1, k]
        title = f"At {vocabularies[-1]:,} rows: ~{float(f'{factor:.1g}'):,.0f} times the {what}"
        finding(ax, title, "rows of W", label)
    axes[0].legend()
    return fig
