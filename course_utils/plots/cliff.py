"""The cliff in the loss of one recurrent unit, and two descents on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["cliff"]

_LOOKS = (("o-", palette.OUTPUT, 7), ("s-", palette.INPUT, 3))  # the second lies on the first


def cliff(
    weights: NDArray, biases: NDArray, losses: NDArray, paths: Mapping[str, Any], title: str
) -> Figure:
    """The loss over weight and bias with the descents, and the losses on the way.

    Args:
        weights: (W,) on the horizontal axis.
        biases: (B,) on the vertical axis.
        losses: (B, W).
        paths: two names → a descent, with `places` (K + 1, 2) and `losses` (K + 1,).
        title: what is seen.
    """
    import matplotlib.pyplot as plt

    fig, (plane, curves) = plt.subplots(1, 2, figsize=(9, 3.6), width_ratios=[1.5, 1])
    mesh = plane.pcolormesh(weights, biases, losses, cmap="Greys", vmin=0, vmax=2.4)
    fig.colorbar(mesh, ax=plane, label="loss")
    for (name, path), (style, colour, size) in zip(paths.items(), _LOOKS, strict=True):
        across, up = path.places.T
        plane.plot(across, up, style, color=colour, markersize=size, linewidth=1.2, label=name)
        curves.plot(path.losses, color=colour, label=name)
    plane.plot(*path.places[0], "*", color=palette.TRUTH, markersize=12, label="start")
    plane.set(xlim=(weights[0], weights[-1]), ylim=(biases[0], biases[-1]))
    plane.legend(loc="lower left", fontsize=8)
    finding(plane, title, "weight w", "bias b")
    curves.legend(fontsize=8)
    finding(curves, "Losses on the way", "update", "loss")
    return fig
