"""Recurrent and dense networks on the copy task, at a short and at a long length."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils.progress import progress
from course_utils.recurrent import copy_task
from course_utils.recurrent.timing import seconds_in_turn

__all__ = ["TwoLengths", "two_lengths"]

Array: TypeAlias = np.ndarray

_TIMED = 20  # networks in one update that is timed


class TwoLengths(NamedTuple):
    """What both kinds of network make of both lengths.

    Attributes:
        errors: (kind, T) → (rates, seeds) final errors.
        seconds: (kind, T) → (seeds,) the shortest time of one update of 20 networks.
        lengths: the short one and the long one.
    """

    errors: dict[tuple[str, int], Array]
    seconds: dict[tuple[str, int], Array]
    lengths: tuple[int, int]

    def learned(self, kind: str, steps: int) -> Array:
        """(seeds,) at how many rates a network of this kind learned."""
        return (self.errors[kind, steps] < copy_task.LEARNED).sum(axis=0)

    def failed_at_best(self, kind: str, steps: int) -> Array:
        """(seeds,) 1 where it did not learn at the rate that is best for the other seeds."""
        best = copy_task.at_best_rate(self.errors[kind, steps])
        return (best >= copy_task.LEARNED).astype(float)


def two_lengths(
    recurrent: Mapping[int, Array],
    compute: copy_task.Compute,
    W_h: Array,
    updates: int,
    rates: Sequence[float],
    turns: int = 15,
) -> TwoLengths:
    """Train dense networks at two lengths, as recurrent ones were, and time updates of both.

    Args:
        recurrent: the short and the long length → (rates, seeds) final errors.
        compute: losses and gradients of the recurrent networks, made by `copy_task.compiled`.
        W_h: (U, U) recurrent weights, for the time of an update.
        updates: how often the dense networks' weights are moved.
        rates: their learning rates.
        turns: how often every update is timed.
    """
    short, long = recurrent
    seeds = recurrent[short].shape[1]
    compute_dense = copy_task.compiled(copy_task.dense_answer)
    errors: dict[tuple[str, int], Array] = {}
    calls: dict[tuple[str, int, int], Callable[[], Any]] = {}
    with np.errstate(all="ignore"):
        for T in progress((short, long), "two lengths"):
            found, dense = _train_dense(compute_dense, T, len(W_h), updates, rates, seeds)
            errors["recurrent", T], errors["dense", T] = recurrent[T], found
            weights = copy_task.elman_weights(np.stack([W_h] * _TIMED), range(_TIMED))
            for seed in range(seeds):
                calls["recurrent", T, seed] = _one_update(compute, weights, T, seed)
                calls["dense", T, seed] = _one_update(compute_dense, dense, T, seed)
    # in turn, so that what else the computer does disturbs all alike
    times = seconds_in_turn(calls, turns)
    seconds = {
        each: np.array([min(times[(*each, seed)]) for seed in range(seeds)]) for each in errors
    }
    return TwoLengths(errors, seconds, (short, long))


def _train_dense(
    compute: copy_task.Compute,
    steps: int,
    units: int,
    updates: int,
    rates: Sequence[float],
    seeds: int,
) -> tuple[Array, list[Array]]:
    """Dense networks after plain gradient descent: errors (rates, seeds), weights."""
    rng = np.random.default_rng(2)
    begun = copy_task.dense_weights(rng, seeds, steps, units)
    weights = [np.concatenate([each] * len(rates)) for each in begun]
    rate = np.repeat(rates, seeds)[:, None, None].astype("float32")
    losses = []
    for _ in range(updates):
        task = copy_task.draw(rng, steps)
        loss, found = copy_task.evaluate(compute, weights, *task)
        weights = [w - rate * g for w, g in zip(weights, found, strict=True)]
        losses.append(loss)
    return copy_task.final_error(np.array(losses)).reshape(len(rates), seeds), weights


def _one_update(
    compute: copy_task.Compute, weights: Sequence[Array], steps: int, seed: int
) -> Callable[[], Any]:
    """A function that makes one pass forward and backward of 20 networks, compiled already."""
    import tensorflow as tf

    xs, targets = copy_task.draw(np.random.default_rng(seed), steps)
    tensors = [tf.constant(w[:_TIMED]) for w in weights]
    compute(tensors, xs, targets)
    return lambda: compute(tensors, xs, targets)[0].numpy()
