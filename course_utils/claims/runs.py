"""Running a measurement once per seed, and refusing what is no measurement."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from course_utils.errors import ClaimError

__all__ = ["Run", "Values", "listed", "run_over"]

#: `run(seed)` gives metric → number, or one number where one is asked for.
Run: TypeAlias = Callable[[int], Any]
#: metric → its numbers in the order of the seeds.
Values: TypeAlias = dict[str, tuple[float, ...]]


def run_over(
    run: Run,
    seeds: Sequence[int],
    needed: set[str],
    known: Sequence[str],
    name: str,
    tick: Callable[[], object],
) -> Values:
    """One run per seed.

    Args:
        run: the measurement.
        seeds: what it is called with, in this order.
        needed: the metrics that every run must give.
        known: the metrics that it may give, in the order of the result.
        name: what messages call it: "run", "control".
        tick: called after every run.

    Returns:
        metric → its numbers in the order of the seeds.

    Raises:
        ClaimError: a run gives other metrics, or something that is no finite number.
    """
    found: dict[str, list[float]] = {}
    for place, seed in enumerate(seeds):
        result = _read(run(seed), needed, known, f"{name}({seed})")
        if place and set(result) != set(found):
            raise ClaimError(
                f"{name}({seed}) gives {listed(result)}, an earlier seed {listed(found)}. "
                "Give the same metrics for every seed."
            )
        for metric, value in result.items():
            found.setdefault(metric, []).append(value)
        tick()
    return {metric: tuple(found[metric]) for metric in known if metric in found}


def _read(result: Any, needed: set[str], known: Sequence[str], call: str) -> dict[str, float]:
    """What one run gave, as metric → finite number."""
    if not isinstance(result, Mapping):
        if len(needed) > 1:
            raise ClaimError(
                f"{call} gives {type(result).__name__}, but there are {len(needed)} metrics. "
                f"Return a dict with the keys {listed(needed)}."
            )
        result = {next(iter(needed)): result}
    missing, extra = needed - set(result), set(result) - set(known)
    if missing or extra:
        problem = f"lacks {listed(missing)}" if missing else f"has {listed(extra)} besides"
        raise ClaimError(
            f"{call} {problem}. Return a dict with the keys {listed(needed)}, "
            "named as in the claim's metric."
        )
    return {metric: _number(value, f"{call}[{metric!r}]") for metric, value in result.items()}


def _number(value: Any, what: str) -> float:
    """One finite number: a float, a NumPy number, a tensor of one element."""
    try:
        number = math.nan if isinstance(value, (str, bytes)) else float(value)
    except (TypeError, ValueError):
        raise ClaimError(
            f"{what} is {type(value).__name__}, not one number. Return float(...) of it."
        ) from None
    if not math.isfinite(number):
        raise ClaimError(
            f"{what} is {value!r}. A claim needs finite numbers: find out why this run has none, "
            "or measure what stays finite (a logarithm, a share of runs)."
        )
    return number


def listed(names: Iterable[Any]) -> str:
    """Names for a message, sorted: "'loss', 'skill'"."""
    return ", ".join(sorted(map(repr, names))) or "nothing"
