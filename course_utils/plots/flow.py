"""Two units in their plane: where every state goes without input, and where it stands still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["planes"]


def planes(
    networks: Sequence[tuple[str, NDArray, NDArray, Sequence[Any], NDArray]],
) -> Figure:
    """One plane for each network: arrows of one step, fixed points, a run with inputs.

    Args:
        networks: of each a name, W_h (2, 2) and b (2,) of h' = tanh(h W_h + b), its fixed points
            with their `state` (2,) and whether they are `stable`, and a run (T, 2).
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(networks), figsize=(4.6 * len(networks), 4.2), squeeze=False)
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 15)] * 2), axis=-1).reshape(-1, 2)
    for ax, (name, W_h, b, points, run) in zip(axes[0], networks, strict=True):
        moves = np.tanh(grid @ W_h + b) - grid
        ax.quiver(*grid.T, *moves.T, color=palette.BASELINE, alpha=0.7, angles="xy", width=0.004)
        ax.plot(*run.T, ".-", color=palette.HIDDEN, lw=0.8, ms=4, alpha=0.7, label="with pulses")
        kinds = ((True, "stable", "o", palette.OUTPUT), (False, "unstable", "X", palette.WEIGHT))
        counts = []
        for stable, word, marker, colour in kinds:
            states = np.array([each.state for each in points if each.stable == stable])
            counts.append(f"{len(states)} {word}")
            if len(states):
                ax.plot(*states.T, marker, color=colour, ms=10, label=f"{word} fixed point")
        finding(ax, f"{name}: {', '.join(counts)}", "unit 1", "unit 2")
        ax.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal")
    handles, labels = axes[0][0].get_legend_handles_labels()
    fig.legend(handles, labels, fontsize=8, loc="outside lower center", ncols=len(labels))
    return fig
