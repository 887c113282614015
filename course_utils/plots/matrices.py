"""One recurrent weight with and without tanh, and matrices of one spectral radius."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.plots import palette
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["one_unit", "same_radius"]

_UNITS = (
    ("-", palette.BASELINE),
    ("--", palette.CELL),
    ("-", palette.HIDDEN),
    ("-.", palette.OUTPUT),
)
_MATRICES = (("-", palette.HIDDEN), ("--", palette.WEIGHT), ("-.", palette.OUTPUT))


def one_unit(weights: NDArray, sizes: Mapping[str, NDArray]) -> Figure:
    """The gradient's size after 100 steps over the weight, for units of four kinds.

    Args:
        weights: (W,).
        sizes: kind of unit, the linear one first → (seeds, W) log10 of the size.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3.6))
    for (name, values), (style, colour) in zip(sizes.items(), _UNITS, strict=True):
        ax.plot(weights, values.mean(axis=0), style, color=colour, label=name)
    for w in (-1, 1):
        ax.axvline(w, color=palette.MUTED, linewidth=1)
    ax.axhline(0, color=palette.MUTED, linewidth=1)
    ax.set_ylim(-60, 35)
    ax.legend(loc="upper center", fontsize=8)
    kinds = list(sizes.items())[1:]
    growing = sum(bool((values.mean(axis=0) > 0.1).any()) for _, values in kinds)
    title = (
        "With tanh, one unit's gradient grows at no weight"
        if growing == 0
        else f"With tanh, one unit's gradient grows in {growing} of {len(kinds)} cases"
    )
    finding(ax, title, "recurrent weight w", "log10 of the gradient's size\nafter 100 steps")
    return fig


def same_radius(radius: float, found: Mapping[str, Any]) -> Figure:
    """Eigenvalues beside singular values, and the norms of the powers, for three matrices.

    Args:
        radius: the spectral radius of all three.
        found: name → something with `eigenvalues` (U,) and `singular` (U,), sizes from the largest
            to the smallest, and `norms` (T,), log10 of the largest stretch after 1, 2, … steps.
    """
    import matplotlib.pyplot as plt

    fig, (values, powers) = plt.subplots(1, 2, figsize=(9, 3.4))
    for (name, matrix), (style, colour) in zip(found.items(), _MATRICES, strict=True):
        places = np.arange(1, len(matrix.singular) + 1)
        values.plot(places, matrix.singular, style, color=colour, label=name)
        powers.plot(range(len(matrix.norms) + 1), [0, *matrix.norms], style, color=colour)
    values.axhline(radius, color=palette.TRUTH, linestyle=":", label="spectral radius of all")
    values.set_ylim(0, None)
    values.legend(fontsize=8)
    top = max(float(each.singular[0]) for each in found.values())
    words = f"One radius, {radius}, but singular values up to {top:.1f}"
    finding(values, words, "singular value, from the largest", "its size")
    powers.axhline(0, color=palette.MUTED, linewidth=1)
    most = 10 ** max(float(each.norms.max()) for each in found.values())
    words = f"A gradient may first grow {most:.0f}-fold, and vanish all the same"
    finding(powers, words, "steps T", "log10 of the largest stretch")
    return fig
