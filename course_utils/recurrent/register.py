"""A register of one number: write it, turn its sign, keep it while other numbers pass by.

To keep a number untouched, to let a new one in, and to compute with the old one are three things
that a cell has to do on command. No window is long enough: the last writing may be far back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["COMMANDS", "LEVELS", "commands_of", "register"]

#: What a step may ask for; the first step of a sequence always writes.
COMMANDS = ("write", "flip", "keep")
#: How many numbers there are: -0.75, -0.25, 0.25 and 0.75.
LEVELS = 4

_SHARES = (0.15, 0.25, 0.6)  # how often each command comes


def register(rng: np.random.Generator, count: int, steps: int) -> tuple[NDArray, NDArray]:
    """Random commands with random numbers, and the number that the register holds at the end.

    Args:
        rng: draws commands and numbers.
        count: B, sequences.
        steps: T, commands in each, at least 1.

    Returns:
        Inputs (B, T, 3) in float32: the number that passes by, 1 where it is to be written, 1 where
        the sign of the number held is to turn (both 0: keep). And (B,) whole numbers from 0: which
        of the `LEVELS` numbers, the lowest first, is held after the last step.
    """
    commands = rng.choice(len(COMMANDS), size=(count, steps), p=_SHARES)
    commands[:, 0] = 0
    passing = (2 * rng.integers(0, LEVELS, size=(count, steps)) - (LEVELS - 1)) / LEVELS
    held = np.zeros(count)
    for command, number in zip(commands.T, passing.T, strict=True):
        held = np.where(command == 0, number, np.where(command == 1, -held, held))
    inputs = np.stack([passing, commands == 0, commands == 1], axis=-1).astype("float32")
    return inputs, np.rint((held * LEVELS + LEVELS - 1) / 2).astype(int)


def commands_of(inputs: NDArray) -> NDArray:
    """The place in `COMMANDS` of each step's command: (B, T, 3) to (B, T)."""
    return np.where(inputs[..., 1] > 0, 0, np.where(inputs[..., 2] > 0, 1, 2))
