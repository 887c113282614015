"""The adding task: remember two numbers among many, and name their sum at the end."""

from __future__ import annotations

import numpy as np

__all__ = ["adding", "adding_baseline"]


def adding(rng: np.random.Generator, count: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences of numbers of which two are marked, one in each half.

    Args:
        rng: a NumPy generator; the same state gives the same sequences.
        count: how many, at least 1.
        steps: T, at least 2.

    Returns:
        inputs (count, T, 2) float32: a number from 0 to 1, and the mark, 1 at two steps, else 0;
        targets (count, 1) float32: the sum of the two marked numbers.

    Raises:
        ValueError: count is below 1, or steps below 2.

    Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9
    (1997), experiment 4, here with a fixed length and numbers from 0 to 1.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}.")
    if steps < 2:
        raise ValueError(f"steps must be at least 2, to mark one in each half; got {steps}.")
    numbers = rng.random((count, steps))
    marks = np.zeros((count, steps))
    rows = np.arange(count)
    for places in (
        rng.integers(0, steps // 2, size=count),
        rng.integers(steps // 2, steps, size=count),
    ):
        marks[rows, places] = 1.0
    targets = np.sum(numbers * marks, axis=1, keepdims=True)
    return np.stack([numbers, marks], axis=-1).astype(np.float32), targets.astype(np.float32)


def adding_baseline() -> float:
    """The mean squared error of always naming 1, the mean: the variance of the sum, 1/6."""
    return 1.0 / 6.0
