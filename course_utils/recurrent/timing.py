"""How long a piece of work takes when nothing else disturbs it."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["shortest_seconds"]


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
