"""A memory cell whose gates are set by hand, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.plots import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Shown", "draw_memory", "run_memory"]

Floats = npt.NDArray[np.floating]
#: What happens at a step, and the candidate that comes in with it.
Tape = Sequence[tuple[str, float]]


class Shown(NamedTuple):
    """Step by step: the cell state, what is shown, what should be shown, and how many are right."""

    c: Floats
    h: Floats
    wanted: Floats
    right: int


def run_memory(gates: Mapping[str, tuple[float, float, float]], tape: Tape) -> Shown:
    """Run c' = f c + i g and h = o tanh(c').

    Args:
        gates: "write", "wait" and "show" → (i, f, o), each from 0 to 1.
        tape: for each step one of the three words and the candidate g.

    Returns:
        What came of it. Wanted is tanh of the number that was written last where the word is
        "show", else 0; a step within 0.01 of it is right.

    Raises:
        ValueError: a word has no gates, or a gate is outside 0 to 1.
    """
    c, last, found = 0.0, 0.0, []
    for word, g in tape:
        if word not in gates:
            raise ValueError(f"gates has no entry {word!r}; give (i, f, o) for it")
        i, f, o = gates[word]
        if not all(0 <= gate <= 1 for gate in (i, f, o)):
            raise ValueError(f"the gates of {word!r} are {(i, f, o)}; each must be from 0 to 1")
        c = f * c + i * g
        last = g if word == "write" else last
        found.append((c, o * np.tanh(c), np.tanh(last) if word == "show" else 0.0))
    cell, shown, wanted = np.array(found).T
    return Shown(cell, shown, wanted, int(np.sum(np.abs(shown - wanted) < 0.01)))


def draw_memory(axes: Sequence[Axes], shown: Shown, tape: Tape) -> None:
    """The cell state, and beneath it what is shown beside what should be.

    Args:
        axes: two, above each other.
        shown: from `run_memory`.
        tape: what was read.
    """
    clock = np.arange(len(tape))
    axes[0].bar(clock, [g for _, g in tape], color=palette.tint(palette.OUTPUT, 0.35),
                label="candidate $g$")  # fmt: skip
    axes[0].step(clock, shown.c, where="mid", color=palette.CELL, label="cell state $c$")
    axes[1].plot(clock, shown.wanted, "o", color=palette.TRUTH, fillstyle="none", label="wanted")
    axes[1].plot(clock, shown.h, "x", color=palette.HIDDEN, label="shown, $h$")
    whole = shown.right == len(tape)
    axes[0].set_title(
        "This memory keeps, replaces and shows its number"
        if whole
        else f"{shown.right} of {len(tape)} steps show what they should"
    )
    axes[0].set_ylabel("$g$ and $c$")
    axes[0].set_xticks(clock, [""] * len(tape))
    axes[1].set_ylabel("$h$")
    marks = {"write": "W", "wait": "·", "show": "S"}
    axes[1].set_xticks(clock, [marks.get(word, word) for word, _ in tape])
    axes[1].set_xlabel("step: W write, · wait, S show")
    for ax in axes:
        ax.set_ylim(-1.15, 1.15)
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
