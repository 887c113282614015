"""What one gradient costs, in runs forward of the same network, as the network grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils.progress import progress
from course_utils.recurrent.timing import seconds_in_turn, shortest_seconds

__all__ = ["RunsForward", "runs_forward"]

Work: TypeAlias = Callable[[list[np.ndarray]], Any]

_ENOUGH = 0.5  # seconds that the timing of one network's work may take, about


class RunsForward(NamedTuple):
    """A cost over the size of the network.

    Attributes:
        counts: how many weights each network has.
        runs: the time of the work over the time of one run forward.
    """

    counts: list[int]
    runs: list[float]


def runs_forward(
    work: Work, forward: Work, start: Callable[[int, int], list[np.ndarray]], sizes: Sequence[int]
) -> RunsForward:
    """Time a piece of work against the run forward, for networks of several sizes.

    Args:
        work: called with the weights; what is timed. It may hold a run forward.
        forward: called with the weights: one run forward.
        start: start(seed, units) → the weights of a network.
        sizes: the units of the networks.
    """
    counts, runs = [], []
    for units in progress(sizes, "timing"):
        weights = start(0, units)
        both = {"forward": partial(forward, weights), "work": partial(work, weights)}
        turns = np.clip(_ENOUGH / shortest_seconds(both["work"], 1), 2, 20)
        seconds = seconds_in_turn(both, int(turns))
        counts.append(sum(each.size for each in weights))
        runs.append(min(seconds["work"]) / min(seconds["forward"]))
    return RunsForward(counts, runs)
