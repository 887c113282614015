"""The register: who learns it, and what the gates of a GRU do at each command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from course_utils.plots import palette
from course_utils.plots.gates import film_strip
from course_utils.plots.style import finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from course_utils.recurrent.held_gates import Traces

__all__ = ["draw_commands", "draw_register", "draw_traces"]

Floats = npt.NDArray[np.floating]


def draw_register(ax: Axes, accuracy: Mapping[str, Floats], last_input: float) -> Axes:
    """How often each network knows what the register holds: a dot a seed, a bar at the mean.

    Args:
        ax: the axes.
        accuracy: name → (seeds,) from 0 to 1; "no update gate" and "no reset gate" are GRUs with
            that gate held, "GRU" is the whole one.
        last_input: the accuracy of the best answer that the last input allows.
    """
    upwards = list(accuracy)[::-1]
    for place, name in enumerate(upwards):
        values = 100 * accuracy[name]
        ax.plot(values.mean(), place, "|", color=palette.GATE, markersize=22, markeredgewidth=3)
        ax.plot(values, [place] * len(values), "o", color=palette.HIDDEN, alpha=0.6)
    ax.axvline(100 * last_input, color=palette.BASELINE, linestyle=":", linewidth=1)
    ax.set_yticks(range(len(upwards)), upwards)
    ax.set_ylim(-0.6, len(upwards) - 0.4)
    ax.set_xlim(0, 105)
    lost = [
        gate
        for gate in ("update", "reset")
        if accuracy["GRU"].min() - accuracy[f"no {gate} gate"].max() > 0.1
    ]
    title = (
        f"Without its {' or its '.join(lost)} gate a GRU fails on the register"
        if lost
        else "The GRU can do without either gate here"
    )
    return finding(ax, title, "right answers (%); dotted: from the last input alone", "network")


def draw_traces(axes: Sequence[Axes], found: Traces, labels: Sequence[str]) -> None:
    """Gates and state over the first sequence, the units that keep most on top.

    Args:
        axes: three, above each other.
        found: of any number of sequences.
        labels: what each step asks for.
    """
    order = np.argsort(-found.z.mean(axis=(0, 1)))
    names = ("update\ngate $z$", "reset\ngate $r$", "state $h$")
    rows = {name: each[0][:, order] for name, each in zip(names, found, strict=True)}
    for ax, image in zip(axes, film_strip(axes, rows, labels), strict=True):
        ax.figure.colorbar(image, ax=ax, pad=0.01, aspect=8)
    axes[0].set_title("One sequence: dark is open, each row is a unit")
    axes[-1].set_xlabel("command, with the number to be written")


def draw_commands(
    axes: Sequence[Axes], by_command: Sequence[Mapping[str, Mapping[str, float]]]
) -> None:
    """The mean of each gate at each command, a dot for each of some networks.

    Args:
        axes: two, for z and r.
        by_command: for each network gate → command → mean over all units, 0 to 1.
    """
    words = {"z": "update gate $z$", "r": "reset gate $r$"}
    for ax, (gate, label) in zip(axes, words.items(), strict=True):
        commands = list(by_command[0][gate])
        for place, command in enumerate(commands):
            values = [each[gate][command] for each in by_command]
            ax.plot([place] * len(values), values, "o", color=palette.GATE, alpha=0.7)
            ax.plot(place, np.mean(values), "_", color=palette.TRUTH, markersize=22)
        ax.set_xticks(range(len(commands)), commands)
        ax.set_xlim(-0.5, len(commands) - 0.5)
        ax.set_ylim(0, 1)
        ordered = all(
            each[gate]["write"] < min(each[gate]["keep"], each[gate]["flip"]) for each in by_command
        )
        title = "in all networks lowest to write" if ordered else "not always lowest to write"
        finding(ax, f"${gate}$: {title}", "command", f"{label}, mean")
