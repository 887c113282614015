"""How far back the gradient reaches while networks learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils.plots import palette

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["while_learning"]

_DECADES = 3  # of the colour scale, on either side of 1


def while_learning(
    updates: Sequence[int], sizes: Mapping[str, NDArray], losses: Mapping[str, NDArray], title: str
) -> Figure:
    """The gradient's size over update and step, above the loss, for some networks.

    Args:
        updates: (K,) when the sizes were taken.
        sizes: network → (K, T) log10 of the size of ∂h_T/∂h_t after 1, 2, … T steps back.
        losses: network → (N,) the loss at every update.
        title: what is seen.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        2, len(sizes), figsize=(9, 4.6), sharex=True, sharey="row", height_ratios=[1.8, 1]
    )
    for (above, below), (name, values) in zip(axes.T, sizes.items(), strict=True):
        mesh = above.pcolormesh(
            updates,
            np.arange(1, values.shape[1] + 1),
            values.T,
            cmap="PuOr_r",
            vmin=-_DECADES,
            vmax=_DECADES,
            shading="nearest",
        )
        above.grid(visible=False)
        above.set_title(name)
        below.plot(losses[name], color=palette.LOSS)
        below.axhline(1, color=palette.TRUTH, linestyle=":", linewidth=1)
        below.set_ylim(0, 2)
        below.set_xlabel("update")
    axes[0, 0].yaxis.get_major_locator().set_params(integer=True)
    axes[0, 0].set_ylabel("steps back from T")
    axes[1, 0].set_ylabel("loss\n(baseline = 1)")
    fig.colorbar(mesh, ax=axes[0], label="log10 of the size", extend="both")
    fig.suptitle(title, fontweight="bold", fontsize=11)
    return fig
