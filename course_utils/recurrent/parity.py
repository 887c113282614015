"""Counting ones modulo two: a task for which no window is long enough.

After each bit the answer is 1 where the number of ones so far is odd, and -1 where it is even. The
last bits alone say nothing about it: whatever they are, the bits before them decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["running_parity", "window_table_accuracy"]


def running_parity(rng: np.random.Generator, count: int, steps: int) -> tuple[NDArray, NDArray]:
    """Random bits with the parity so far after each, both as -1 and 1.

    Args:
        rng: draws the bits.
        count: B, sequences.
        steps: T, bits in each.

    Returns:
        Bits and answers, both (B, T, 1) in float32; a bit of 1 stands for a one, -1 for a zero.
    """
    bits = rng.integers(0, 2, size=(count, steps))
    odd = np.cumsum(bits, axis=1) % 2
    signs = [(2 * each - 1)[..., None].astype("float32") for each in (bits, odd)]
    return signs[0], signs[1]


def window_table_accuracy(
    seen: tuple[NDArray, NDArray], asked: tuple[NDArray, NDArray], width: int
) -> NDArray:
    """How often the best answer from the last `width` bits alone is right.

    The answer is read from a table: for each pattern of the last bits what was commonest after it.
    No function of the same window can do better on `seen`. Before a sequence stands an empty sign,
    so that the first bits are patterns of their own.

    Args:
        seen: bits and answers as `running_parity` gives them; the table is made of them.
        asked: the same, for the test.
        width: bits in the window, at least 1.

    Returns:
        (T,) the share of right answers at each step of `asked`.

    Raises:
        ValueError: width is below 1.
    """
    if width < 1:
        raise ValueError(f"width is {width}; it must be at least 1")
    codes, answers = _codes(seen[0], width), seen[1][..., 0]
    table = np.zeros(3**width)
    np.add.at(table, codes.ravel(), answers.ravel())
    guess = np.where(table[_codes(asked[0], width)] >= 0, 1, -1)
    return np.asarray(np.mean(guess == asked[1][..., 0], axis=0))


def _codes(bits: NDArray, width: int) -> NDArray:
    """(B, T) whole numbers, one for each pattern of the last `width` bits."""
    digits = np.where(bits[..., 0] > 0, 2, 1)
    padded = np.pad(digits, ((0, 0), (width - 1, 0)))  # 0 stands for "not there yet"
    steps = digits.shape[1]
    return sum(3**back * padded[:, width - 1 - back :][:, :steps] for back in range(width))
