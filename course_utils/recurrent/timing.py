"""How long a piece of work takes when nothing else disturbs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

__all__ = ["seconds_in_turn", "shortest_seconds"]

Name = TypeVar("Name")


def shortest_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Run `work` some times and return the shortest time, in seconds.

    Other programs can only make a run longer, so the shortest is the one they disturbed least.
    """
    times = []
    for _ in range(max(1, repeats)):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def seconds_in_turn(
    works: Mapping[Name, Callable[[], object]], turns: int
) -> dict[Name, list[float]]:
    """Run several pieces of work one after the other, again and again, and time each run.

    What else the computer does then falls on all of them alike, so the ratio of two times of the
    same turn is fair. Each is run once before, so that none pays for beginning.

    Args:
        works: name → the work.
        turns: how often all are run.

    Returns:
        Name → its seconds, one for each turn.
    """
    for work in works.values():
        work()
    times: dict[Name, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - begin)
    return times
