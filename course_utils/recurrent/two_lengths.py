"""Recurrent and dense networks on the copy task, at a short and at a long length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils.progress import progress
from course_utils.recurrent import copy_task
from course_utils.recurrent.timing import shortest_seconds

__all__ = ["TwoLengths", "two_lengths"]

Array: TypeAlias = np.ndarray

_GROUPS = 5


class TwoLengths(NamedTuple):
    """What both kinds of network make of both lengths.

    Attributes:
        failing: (kind, T) → (5,) the share of networks in each group that do not learn.
        seconds: (kind, T) → (5,) the shortest time of one update of 20 networks.
        lengths: the short one and the long one.
    """

    failing: dict[tuple[str, int], Array]
    seconds: dict[tuple[str, int], Array]
    lengths: tuple[int, int]

    def longer(self, kind: str, group: int) -> dict[str, float]:
        """What the long sequences do to "recurrent" or "dense" networks, for one group."""
        short, long = ((kind, T) for T in self.lengths)
        return {
            "time": float(self.seconds[long][group] / self.seconds[short][group]),
            "more": float(self.failing[long][group] - self.failing[short][group]),
            "short": float(self.failing[short][group]),
        }


def two_lengths(
    train: Callable[..., Any],
    compute: copy_task.Compute,
    W_h: Array,
    updates: int,
    rate: float,
    lengths: tuple[int, int] = (5, 40),
    turns: int = 15,
) -> TwoLengths:
    """Train recurrent and as many dense networks at each length, and time their updates.

    Args:
        train: train(W_h, steps, max_norms, seed) → losses (updates, S) and norms.
        compute: losses and gradients of the recurrent networks, made by `copy_task.compiled`.
        W_h: (S, U, U) recurrent weights to begin with; S is a multiple of 5.
        updates: how often the dense networks' weights are moved.
        rate: their learning rate.
        lengths: the short one and the long one.
        turns: how often every update is timed.
    """
    count, units = W_h.shape[:2]
    compute_dense = copy_task.compiled(copy_task.dense_answer)
    failing: dict[tuple[str, int], Array] = {}
    calls: dict[tuple[str, int, int], Callable[[], Any]] = {}
    with np.errstate(all="ignore"):
        for T in progress(lengths, "two lengths"):
            losses, _ = train(W_h, T, [None] * count, seed=3)
            dense_losses, dense = _train_dense(compute_dense, T, count, units, updates, rate)
            weights = copy_task.elman_weights(W_h, np.random.default_rng(0))
            for kind, found in (("recurrent", losses), ("dense", dense_losses)):
                failed = copy_task.final_error(found) > 0.5
                failing[kind, T] = failed.reshape(_GROUPS, -1).mean(axis=1)
            for seed in range(_GROUPS):
                calls["recurrent", T, seed] = _one_update(compute, weights, T, seed)
                calls["dense", T, seed] = _one_update(compute_dense, dense, T, seed)
    times = dict.fromkeys(calls, np.inf)
    for _ in range(turns):  # in turn, so that what else the computer does disturbs all alike
        for key, call in calls.items():
            times[key] = min(times[key], shortest_seconds(call, repeats=1))
    seconds = {
        each: np.array([times[(*each, seed)] for seed in range(_GROUPS)]) for each in failing
    }
    return TwoLengths(failing, seconds, lengths)


def _train_dense(
    compute: copy_task.Compute, steps: int, count: int, units: int, updates: int, rate: float
) -> tuple[Array, list[Array]]:
    """Dense networks after plain gradient descent: losses (updates, S), weights."""
    rng = np.random.default_rng(2)
    weights, losses = copy_task.dense_weights(rng, count, steps, units), []
    for _ in range(updates):
        task = copy_task.draw(rng, steps)
        loss, found = copy_task.evaluate(compute, weights, *task)
        weights = [w - rate * g for w, g in zip(weights, found, strict=True)]
        losses.append(loss)
    return np.array(losses), weights


def _one_update(
    compute: copy_task.Compute, weights: Sequence[Array], steps: int, seed: int
) -> Callable[[], Any]:
    """A function that makes one pass forward and backward of 20 networks, compiled already."""
    import tensorflow as tf

    xs, targets = copy_task.draw(np.random.default_rng(seed), steps)
    tensors = [tf.constant(w[:20]) for w in weights]
    compute(tensors, xs, targets)
    return lambda: compute(tensors, xs, targets)[0].numpy()
