"""What a sweep back through time costs in memory and time, as the sequence grows.

One sweep for all losses stands beside the way that would be quadratic: a sweep of its own for the
loss of each step, and for each sweep a network of its own, unrolled up to this step and kept.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from course_utils.progress import progress
from course_utils.recurrent.timing import shortest_seconds

__all__ = ["Costs", "SweepCosts"]

Array: TypeAlias = np.ndarray
#: dhs (B, T, U), xs (B, T, F), h0 (B, U), and W_x, W_h, b.
Given: TypeAlias = tuple[Array, Array, Array, list[Array]]


@dataclass(frozen=True)
class Costs:
    """Memory and time over the length of the sequence.

    Attributes:
        lengths: the lengths whose memory is measured; the first of them are timed, too.
        memory: (seeds, lengths) the peak of all bytes that are allocated.
        seconds: (seeds, timed lengths).
    """

    lengths: Sequence[int]
    memory: Array
    seconds: Array

    def exponents(self, seed: int) -> dict[str, float]:
        """The p of T^p for "memory" and "time", by least squares through the logarithms."""
        return {
            "memory": _exponent(self.lengths, self.memory[seed]),
            "time": _exponent(self.lengths[: self.seconds.shape[1]], self.seconds[seed]),
        }

    def measured(self) -> dict[str, tuple[Array, float]]:
        """The numbers of "memory" (bytes) and "time" (seconds), each with its mean exponent."""
        found = [self.exponents(seed) for seed in range(len(self.memory))]
        means = {unit: float(np.mean([each[unit] for each in found])) for unit in found[0]}
        return {"memory": (self.memory, means["memory"]), "time": (self.seconds, means["time"])}


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
        """Forward once, back once. `timed` are the first of the lengths."""
        return self._costs(self._one_sweep, self._one_sweep, seeds, lengths, timed, lambda _: 10)

    def sweep_for_each_loss(
        self, seeds: Sequence[int], lengths: Sequence[int], timed: Sequence[int]
    ) -> Costs:
        """Memory: a network for each loss. Time: forward once, back once for each loss."""
        return self._costs(
            self._network_for_each_loss,
            self._sweep_for_each_loss,
            seeds,
            lengths,
            timed,
            lambda steps: 3 if steps < 128 else 1,
        )

    def largest_difference(self, steps: int) -> float:
        """How far dW_h of one sweep is from that of a sweep for each loss."""
        given = self._draw(0, steps)
        return float(np.abs(self._one_sweep(*given) - self._sweep_for_each_loss(*given)).max())

    def _costs(
        self,
        for_memory: Callable[..., object],
        for_time: Callable[..., object],
        seeds: Sequence[int],
        lengths: Sequence[int],
        timed: Sequence[int],
        repeats: Callable[[int], int],
    ) -> Costs:
        memory: list[list[int]] = []
        seconds: list[list[float]] = []
        for seed in progress(seeds, "memory and time"):
            memory.append([])
            seconds.append([])
            for steps in lengths:
                given = self._draw(seed, steps)
                memory[-1].append(_peak_bytes(partial(for_memory, *given)))
                if steps in timed:
                    work = partial(for_time, *given)
                    seconds[-1].append(shortest_seconds(work, repeats(steps)))
        return Costs(lengths, np.array(memory), np.array(seconds))

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

    def _network_for_each_loss(self, dhs: Array, xs: Array, h0: Array, weights: list[Array]) -> Any:
        """The states of a network for each loss, all kept while the longest is swept back."""
        hs, steps = self._forward(xs, h0, *weights), xs.shape[1]
        networks = [hs[:, :t].copy() for t in range(1, steps + 1)]
        return self._sweep_for_loss(steps, dhs, xs, networks[-1], h0, weights)


def _peak_bytes(work: Callable[[], object]) -> int:
    """The peak of the bytes that are allocated while `work` runs."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _exponent(lengths: Sequence[int], values: Array) -> float:
    return float(np.polyfit(np.log(lengths), np.log(values), 1)[0])
