"""The cell state over one string of the embedded grammar and over its twin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.plots import palette
from course_utils.plots.gates import film_strip
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

__all__ = ["Found", "draw_strips", "draw_units", "find_units", "twin_of"]

Floats = npt.NDArray[np.floating]


def twin_of(string: str) -> str:
    """The same string with the other second symbol."""
    return string[0] + {"T": "P", "P": "T"}[string[1]] + string[2:]


class Found(NamedTuple):
    """Two units of a network, found over many strings and their twins.

    Attributes:
        keeper: the unit whose cell state tells the second symbol best where it is needed.
        sure: the share of strings in which its difference from the twin has its usual sign.
        open: its mean forget gate between the two equal symbols.
        open_of_all: the mean forget gate of all units there.
        drifter: the unit whose cell state is largest where the second symbol is needed.
        size: the mean of its size there.
        drift_apart: the mean size of its difference from the twin there.
    """

    keeper: int
    sure: float
    open: float
    open_of_all: float
    drifter: int
    size: float
    drift_apart: float

    @property
    def words(self) -> str:
        """Both units in a line."""
        return (
            f"keeper on its usual side of the twin in ~{self.sure:.0%} of strings, its forget gate "
            f"~{self.open:.2f} (all units ~{self.open_of_all:.2f}); "
            f"drifter ~{self.size:.1f} in size, ~{self.drift_apart:.1f} from its twin."
        )


def find_units(own: Floats, twin: Floats, strings: Sequence[str]) -> Found:
    """Find the unit that keeps the second symbol, and the one that drifts furthest.

    Args:
        own: (4, M, T, U) i, f, o and c over M strings.
        twin: the same over their twins.
        strings: the M strings.
    """
    rows = np.arange(len(strings))
    place = np.array([len(string) - 3 for string in strings])  # the next symbol is the far one
    signs = np.array([1.0 if string[1] == "T" else -1.0 for string in strings])
    apart = (own[3] - twin[3])[rows, place] * signs[:, None]  # (M, U)
    spread = np.maximum(apart.std(axis=0), 1e-9)
    keeper = int(np.argmax(np.abs(apart.mean(axis=0)) / spread))
    usual = np.sign(apart[:, keeper]) == np.sign(apart[:, keeper].mean())
    steps = np.arange(own.shape[2])
    between = (steps >= 2) & (steps <= place[:, None])  # (M, T)
    sizes = np.abs(own[3][rows, place]).mean(axis=0)
    drifter = int(np.argmax(sizes))
    return Found(
        keeper,
        float(usual.mean()),
        float(own[1][between][:, keeper].mean()),
        float(own[1][between].mean()),
        drifter,
        float(sizes[drifter]),
        float(np.abs(apart[:, drifter]).mean()),
    )


def draw_strips(axes: Sequence[Axes], own: Floats, twin: Floats, found: Found, string: str) -> None:
    """tanh of all cell states over a string and, beneath, over its twin; the keeper is framed.

    Args:
        axes: two, above each other.
        own: (4, T, U) over the string.
        twin: the same over its twin.
        found: from `find_units`.
        string: of T + 2 symbols; those before the repeated one are read.
    """
    far = np.abs(np.tanh(own[3]) - np.tanh(twin[3]))[2:-1].mean(axis=0)
    order = [found.keeper, *(k for k in np.argsort(-far) if k != found.keeper)]
    for ax, each, read, name in zip(
        axes, (own, twin), (string, twin_of(string)), ("string", "twin"), strict=True
    ):
        (image,) = film_strip([ax], {name: np.tanh(each[3])[:, order]}, read[:-2])
        image.set_clim(-1, 1)
        image.set_cmap("PuOr_r")
        ax.add_patch(_frame((-0.5, -0.5), len(read) - 2, 1))
        second = ax.get_xticklabels()[1]
        second.set(color=palette.OUTPUT, fontweight="bold", fontsize=12)
        ax.figure.colorbar(image, ax=ax, pad=0.01, aspect=8, label=r"$\tanh c$")
    axes[0].set_title(
        f"The framed unit stays apart from its twin to where {string[1]} has to be named again"
        if found.sure > 0.9
        else "No unit stays apart from its twin"
    )
    axes[-1].set_xlabel("symbol that is read; each row of a strip is one unit")


def _frame(corner: tuple[float, float], width: float, height: float) -> Patch:
    from matplotlib.patches import Rectangle

    return Rectangle(
        corner, width, height, fill=False, edgecolor=palette.OUTPUT, linewidth=2, clip_on=False
    )


def draw_units(axes: npt.NDArray[np.object_], own: Floats, twin: Floats, found: Found,
               string: str) -> None:  # fmt: skip
    """The keeper on the left, the drifter on the right: c above, f and what is written below.

    Args:
        axes: (2, 2).
        own: (4, T, U) over the string.
        twin: the same over its twin.
        found: from `find_units`.
        string: of T + 2 symbols; those before the repeated one are read.
    """
    other = twin_of(string)
    labels = [a if a == b else f"{a}\n{b}" for a, b in zip(string[:-2], other, strict=False)]
    clock = np.arange(len(labels))
    for column, unit in enumerate((found.keeper, found.drifter)):
        above, below = axes[:, column]
        for each, read, style in ((own, string, "o-"), (twin, other, "s--")):
            colour = palette.CELL if each is own else palette.HIDDEN
            above.plot(clock, each[3][:, unit], style, color=colour, label=f"…{read[1]}… string")
        above.axhline(0, color=palette.BASELINE, linewidth=0.8)
        before = np.concatenate([[0.0], own[3][:-1, unit]])
        written = own[3][:, unit] - own[1][:, unit] * before
        below.bar(clock, written, color=palette.OUTPUT, alpha=0.7, label="written, $i g$")
        below.plot(clock, own[1][:, unit], "o-", color=palette.GATE, label="forget gate $f$")
        below.set_ylim(-1.1, 1.1)
        for ax in (above, below):
            ax.set_xticks(clock, labels)
    keeps = found.sure > 0.9
    title = "The keeper ends apart, by the second symbol" if keeps else "No unit keeps it clearly"
    finding(axes[0, 0], title, "symbol that is read", "cell state $c$")
    drifts = found.size > 3 and found.drift_apart < found.size / 2
    title = "The drifter adds up steps, in both alike" if drifts else "The unit that is largest"
    finding(axes[0, 1], title, "symbol that is read", "cell state $c$")
    for ax in axes[1]:
        ax.set_xlabel("symbol that is read (twin's beneath)")
        ax.set_ylabel("gate, written")
    axes[0, 0].legend()
    axes[1, 1].legend(loc="lower right")
