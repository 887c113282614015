"""What a sweep back through time costs in memory and time, as the sequence grows.

One sweep for all losses stands beside two other ways to the same gradient: a sweep of its own for
the loss of each step, whose work is given back before the next; and one in which each loss has its
own copy of the states up to its step, and all copies are kept.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils.progress import progress
from course_utils.recurrent.timing import shortest_seconds

__all__ = ["Costs", "Curve", "SweepCosts"]

Array: TypeAlias = np.ndarray
#: dhs (B, T, U), xs (B, T, F), h0 (B, U), and W_x, W_h, b.
Given: TypeAlias = tuple[Array, Array, Array, list[Array]]


class Curve(NamedTuple):
    """A cost over the length: what a figure draws."""

    lengths: Sequence[int]
    values: Array
    exponent: float


#: Exponents come from this many of the longest sequences, where what does not grow counts least.
_LONGEST = 3


@dataclass(frozen=True)
class Costs:
    """Memory and time over the length of the sequence.

    Attributes:
        lengths: the lengths whose memory is measured.
        memory: (seeds, lengths) the peak of all bytes that are allocated.
        timed: the lengths that are timed; may be none.
        seconds: (seeds, timed).
    """

    lengths: Sequence[int]
    memory: Array
    timed: Sequence[int]
    seconds: Array

    def memory_exponent(self, seed: int) -> float:
        """The p of T^p of one seed's memory, by least squares through the logarithms."""
        return _exponent(self.lengths, self.memory[seed])

    def curve(self, unit: str) -> Curve:
        """The lengths, the medians of "memory" (bytes) or "time" (seconds), and the mean p."""
        lengths, values = {
            "memory": (self.lengths, self.memory),
            "time": (self.timed, self.seconds),
        }[unit]
        exponents = [_exponent(lengths, each) for each in values]
        return Curve(lengths, np.median(values, axis=0), float(np.mean(exponents)))


class SweepCosts:
    """Measures sweeps that a student wrote.

    Args:
        forward: forward(xs, h0, W_x, W_h, b) → the states (B, T, U).
        bptt: bptt(dhs, xs, hs, h0, W_x, W_h) → five gradients; the fourth is dW_h.
        draw: draw(seed, steps) → dhs, xs, h0 and the weights W_x, W_h, b.
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        bptt: Callable[..., Any],
        draw: Callable[[int, int], Given],
    ) -> None:
        self._forward, self._bptt, self._draw = forward, bptt, draw

    def slow(self) -> bool:
        """Whether one sweep over 64 steps takes more than 0.02 s."""
        return shortest_seconds(partial(self._one_sweep, *self._draw(0, 64))) > 0.02

    def one_sweep(
        self, seeds: Sequence[int], lengths: Sequence[int], timed: Sequence[int]
    ) -> Costs:
        """Forward once, back once."""
        return self._costs(self._one_sweep, seeds, lengths, timed, 10)

    def sweep_for_each_loss(
        self, seeds: Sequence[int], lengths: Sequence[int], timed: Sequence[int]
    ) -> Costs:
        """Forward once, back once for each loss; each sweep's work is given back at its end."""
        return self._costs(self._sweep_for_each_loss, seeds, lengths, timed, 1)

    def copies_kept(self, seeds: Sequence[int], lengths: Sequence[int]) -> Costs:
        """A copy of the states for each loss, all kept while the longest is swept; not timed."""
        return self._costs(self._copies_kept, seeds, lengths, (), 0)

    def largest_difference(self, steps: int) -> float:
        """How far dW_h of one sweep is from that of a sweep for each loss."""
        given = self._draw(0, steps)
        return float(np.abs(self._one_sweep(*given) - self._sweep_for_each_loss(*given)).max())

    def _costs(
        self,
        way: Callable[..., object],
        seeds: Sequence[int],
        lengths: Sequence[int],
        timed: Sequence[int],
        repeats: int,
    ) -> Costs:
        memory = np.zeros((len(seeds), len(lengths)))
        seconds = np.zeros((len(seeds), len(timed)))
        for row, seed in enumerate(progress(seeds, "memory and time")):
            for column, steps in enumerate(lengths):
                memory[row, column] = _peak_bytes(partial(way, *self._draw(seed, steps)))
            for column, steps in enumerate(timed):
                work = partial(way, *self._draw(seed, steps))
                seconds[row, column] = shortest_seconds(work, repeats)
        return Costs(lengths, memory, timed, seconds)

    def _one_sweep(self, dhs: Array, xs: Array, h0: Array, weights: list[Array]) -> Any:
        hs = self._forward(xs, h0, *weights)
        return self._bptt(dhs, xs, hs, h0, *weights[:2])[3]

    def _sweep_for_loss(
        self, t: int, dhs: Array, xs: Array, hs: Array, h0: Array, weights: list[Array]
    ) -> Any:
        """dW_h of the loss of step t alone, from the states of the steps up to t."""
        alone = np.zeros((len(xs), t, hs.shape[2]))
        alone[:, -1] = dhs[:, t - 1]
        return self._bptt(alone, xs[:, :t], hs[:, :t], h0, *weights[:2])[3]

    def _sweep_for_each_loss(self, dhs: Array, xs: Array, h0: Array, weights: list[Array]) -> Any:
        hs, steps = self._forward(xs, h0, *weights), xs.shape[1]
        sweep = partial(self._sweep_for_loss, dhs=dhs, xs=xs, hs=hs, h0=h0, weights=weights)
        return sum(sweep(t) for t in range(1, steps + 1))

    def _copies_kept(self, dhs: Array, xs: Array, h0: Array, weights: list[Array]) -> Any:
        """dW_h of the last loss, while a copy of the states for each loss is kept."""
        hs, steps = self._forward(xs, h0, *weights), xs.shape[1]
        copies = [hs[:, :t].copy() for t in range(1, steps + 1)]
        return self._sweep_for_loss(steps, dhs, xs, copies[-1], h0, weights)


def _peak_bytes(work: Callable[[], object]) -> int:
    """The peak of the bytes that are allocated while `work` runs."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _exponent(lengths: Sequence[int], values: Array) -> float:
    logs = np.log(lengths[-_LONGEST:]), np.log(values[-_LONGEST:])
    return float(np.polyfit(*logs, 1)[0])
