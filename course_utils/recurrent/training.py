"""What a training gave: losses, speed, and why it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Training"]


@dataclass(frozen=True)
class Training:
    """The record of one call of `StreamTrainer.fit`.

    Attributes:
        losses: the mean loss of each epoch, over all chunks, each before its update.
        validation: the mean loss on the validation stream after each epoch; empty without one.
        speeds: tokens per second of each epoch, without the time for tracing and validation.
        best: the epoch (from 0) whose weights the model has now.
        reason: why it ended: "all epochs", "no progress" or "not finite".
        states: the states after the last chunk.
    """

    losses: tuple[float, ...]
    validation: tuple[float, ...]
    speeds: tuple[float, ...]
    best: int
    reason: str
    states: list[Any] = field(repr=False)

    @property
    def tokens_per_second(self) -> float:
        """The middle speed of the epochs; the first, which warms up, counts only when alone."""
        counted = sorted(self.speeds[1:] or self.speeds)
        return counted[len(counted) // 2] if counted else 0.0
