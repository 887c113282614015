"""Accounts of a wrong order: axes exchanged, reversed, a place off, one entry for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from course_utils.checking.pairs import Account, Pair, be, named

__all__ = ["OF_ORDER"]

Array = np.ndarray


def _along_an_axis(
    change: Callable[[Array, int], Array | None], see: str, look: str, do: str
) -> Callable[[Sequence[Pair]], Account | None]:
    """The same change along the same axis, in every case where the axis has two entries."""

    def account(pairs: Sequence[Pair]) -> Account | None:
        for axis in range(max(pair.right.ndim for pair in pairs)):
            if all(
                pair.right.ndim > axis and pair.equals(change(pair.right, axis)) for pair in pairs
            ):
                return Account(
                    f"{named(pairs)} {be(pairs)} {see.format(axis=axis)}",
                    look.format(axis=axis),
                    do.format(axis=axis),
                )
        return None

    return account


def _first_for_all(right: Array, axis: int) -> Array:
    return np.repeat(np.take(right, [0], axis), right.shape[axis], axis)


def _last_for_all(right: Array, axis: int) -> Array:
    return np.repeat(np.take(right, [-1], axis), right.shape[axis], axis)


def _has(right: Array, axis: int) -> bool:
    return right.shape[axis] > 0


def _transposed(pairs: Sequence[Pair]) -> Account | None:
    for one in range(3):
        for two in range(one + 1, 4):
            if all(
                pair.right.ndim > two and pair.equals(np.swapaxes(pair.right, one, two))
                for pair in pairs
            ):
                shapes = {(pair.right.shape, pair.came.shape) for pair in pairs}
                right, came = max(shapes, key=lambda both: both[0] != both[1])
                return Account(
                    f"{named(pairs)} {be(pairs)} right, but axes {one} and {two} are exchanged"
                    + (f": shape {came} where {right} is asked for." if came != right else "."),
                    "np.stack puts the new axis in front unless you tell it where; .T turns all "
                    "axes round, and (a @ b).T is b.T @ a.T.",
                    f"Exchange axes {one} and {two}.",
                )
    return None


OF_ORDER: tuple[Callable[[Sequence[Pair]], Account | None], ...] = (
    _transposed,
    _along_an_axis(
        lambda right, axis: np.flip(right, axis),
        "right, but in reverse order along axis {axis}.",
        "In which order do you go along axis {axis}, and in which do you put the results together?",
        "Turn the order along axis {axis} round.",
    ),
    _along_an_axis(
        lambda right, axis: np.roll(right, 1, axis),
        "one place late along axis {axis}, the last one standing first.",
        "Do you store a value before or after the step that makes it?",
        "Move everything one place forward along axis {axis}.",
    ),
    _along_an_axis(
        lambda right, axis: np.roll(right, -1, axis),
        "one place early along axis {axis}, the first one standing last.",
        "Look at the first index of your loop.",
        "Move everything one place back along axis {axis}.",
    ),
    _along_an_axis(
        lambda right, axis: _first_for_all(right, axis) if _has(right, axis) else right,
        "the same all along axis {axis}: everywhere what is right for its first entry.",
        "Look for an index that does not change: [0], where the loop's variable belongs.",
        "Let each entry along axis {axis} depend on its own inputs.",
    ),
    _along_an_axis(
        lambda right, axis: _last_for_all(right, axis) if _has(right, axis) else right,
        "the same all along axis {axis}: everywhere what is right for its last entry.",
        "You may have stored the same array again and again and changed it in place.",
        "Store a new array each time.",
    ),
    _along_an_axis(
        lambda right, axis: np.cumsum(right, axis),
        "summed up along axis {axis}: each is the sum of what is right up to there.",
        "Look for a sum that is not begun anew.",
        "Take each by itself.",
    ),
)
