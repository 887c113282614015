"""Networks that learn the copy task from several starts, at every rate, clipped and not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils.recurrent import copy_task

__all__ = ["RATES", "SEEDS", "Learning", "grid", "while_learning"]

Array: TypeAlias = np.ndarray
Answer: TypeAlias = Callable[..., Any]  # the student's, or one that is built on it
Start: TypeAlias = Callable[[int], Any]  # seed → recurrent weights (U, U)

#: The learning rates that every kind of network is trained with, and the seeds of each.
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
SEEDS = range(6)


def grid(
    train: Answer,
    starts: Mapping[str, Start],
    steps: int,
    max_norms: Sequence[float | None] = (None, 1.0),
) -> dict[str, Array]:
    """Train networks on the copy task from some starts, at every rate, with and without clipping.

    Args:
        train: train(W_h, seeds, steps, rates, max_norms) → losses (updates, S), all of S networks.
        starts: name → the recurrent weights by seed.
        steps: T.
        max_norms: the thresholds; None clips nothing.

    Returns:
        Name → (max_norms, rates, seeds) final errors. All networks of a seed see the same data and
        have the same other weights.
    """
    arms = list(product(starts.values(), max_norms, RATES, SEEDS))
    W_h = np.stack([np.asarray(make(seed)) for make, _, _, seed in arms])
    thresholds, rates, seeds = ([arm[k] for arm in arms] for k in (1, 2, 3))
    with np.errstate(all="ignore"):  # some blow up
        losses = train(W_h, seeds, steps, rates, thresholds)
    shape = len(starts), len(max_norms), len(RATES), len(SEEDS)
    return dict(zip(starts, copy_task.final_error(losses).reshape(shape), strict=True))


class Learning(NamedTuple):
    """What happens to gradients while networks learn.

    Attributes:
        updates: (K,) after how many updates the sizes were taken.
        sizes: start → (K, T) log10 of the size of ∂h_T/∂h_t, 1, 2, … T steps back; mean over seeds.
        losses: start → (updates,) the mean over seeds.
    """

    updates: list[int]
    sizes: dict[str, Array]
    losses: dict[str, Array]


def while_learning(
    train: Answer,
    hidden_jacobian: Answer,
    starts: Mapping[str, Start],
    steps: int = 20,
    rate: float = 0.03,
    every: int = 5,
) -> Learning:
    """Watch how far back the gradient reaches, in networks that are clipped at 1.

    Args:
        train: as in `grid`; it also takes watch(update, weights), called before each update.
        hidden_jacobian: the student's.
        starts: name → the recurrent weights by seed.
        steps: T.
        rate: the learning rate.
        every: so many updates lie between two looks.
    """
    arms = list(product(starts.values(), SEEDS))
    x = copy_task.draw(np.random.default_rng(0), steps)[0][0]  # one sequence, the same at all times
    updates: list[int] = []
    found: list[list[Array]] = []

    def look(weights: Sequence[Array]) -> Array:
        W_x, W_h, b, _ = (np.asarray(each, dtype=float) for each in weights)
        h, hs = np.zeros(W_h.shape[-1]), []
        for value in x:
            h = np.tanh(value * W_x[0] + h @ W_h + b[0])
            hs.append(h)
        J, sizes = np.eye(len(h)), []
        for h in hs[::-1]:
            J = J @ np.asarray(hidden_jacobian(h[None], W_h))
            sizes.append(np.log10(np.linalg.norm(J) / np.sqrt(len(h)) + 1e-300))
        return np.array(sizes)

    def watch(update: int, weights: Sequence[Array]) -> None:
        if update % every == 0:
            updates.append(update)
            found.append([look([each[s] for each in weights]) for s in range(len(arms))])

    W_h = np.stack([np.asarray(make(seed)) for make, seed in arms])
    count = len(arms)
    losses = train(W_h, [s for _, s in arms], steps, [rate] * count, [1.0] * count, watch=watch)
    sizes = np.array(found).reshape(len(updates), len(starts), len(SEEDS), steps).mean(axis=2)
    curves = np.asarray(losses).reshape(-1, len(starts), len(SEEDS)).mean(axis=2)
    return Learning(
        updates,
        dict(zip(starts, sizes.swapaxes(0, 1), strict=True)),
        dict(zip(starts, curves.T, strict=True)),
    )
