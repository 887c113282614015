"""Accounts of a wrong order: axes exchanged, reversed, a place off, one entry for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from course_utils.checking.pairs import Account, Pair, be, named

__all__ = ["OF_ORDER"]

Array = np.ndarray
_TELLING = 3  # numbers or places that an order must have to be told from another


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


def _shifted(step: int) -> Callable[[Sequence[Pair]], Account | None]:
    """One place late (1) or early (-1) along an axis, with anything in the place left free."""

    def account(pairs: Sequence[Pair]) -> Account | None:
        for axis in range(max(pair.right.ndim for pair in pairs)):
            lengths = [pair.right.shape[axis] if pair.right.ndim > axis else 0 for pair in pairs]
            if max(lengths) < _TELLING or not all(_kept(pair, axis, step) for pair in pairs):
                continue
            if all(_kept(pair, axis, step, moved=False) for pair in pairs):
                continue  # equal entries, whichever way they are moved
            late = step > 0
            return Account(
                f"{named(pairs)} {be(pairs)} one place {'late' if late else 'early'} along axis "
                f"{axis}; only the {'first' if late else 'last'} entry holds something else.",
                "Do you store a value before or after the step that makes it? Is something put in "
                "front?"
                if late
                else "Look at the first index of your loop. Is the first value left out?",
                f"Move everything one place towards the {'beginning' if late else 'end'} of axis "
                f"{axis}.",
            )
        return None

    return account


def _kept(pair: Pair, axis: int, step: int, moved: bool = True) -> bool:
    """Whether all but the entry that came in is what is right, moved by `step` or as it stands."""
    if pair.right.ndim <= axis or pair.right.shape != pair.came.shape:
        return False
    kept = slice(1, None) if step > 0 else slice(None, -1)
    wrong = pair.wrong(np.roll(pair.right, step, axis) if moved else pair.right)
    return not wrong[(slice(None),) * axis + (kept,)].any()


def _reshaped(pairs: Sequence[Pair]) -> Account | None:
    """Axes exchanged by a reshape, which moves no number."""
    if not all(
        pair.right.ndim >= 2 and pair.equals(np.swapaxes(pair.right, 0, 1).reshape(pair.came.shape))
        for pair in pairs
        if pair.came.size == pair.right.size
    ) or any(pair.came.size != pair.right.size for pair in pairs):
        return None
    return Account(
        f"{named(pairs)} {be(pairs)} the right numbers in the wrong order, as a reshape gives that "
        "is meant to exchange axes 0 and 1.",
        "reshape keeps the order in which the numbers stand in memory and only counts them anew.",
        "Use np.transpose, or np.stack with axis=1.",
    )


def _in_another_order(pairs: Sequence[Pair]) -> Account | None:
    if max(pair.right.size for pair in pairs) < _TELLING:
        return None
    for pair in pairs:
        if pair.right.shape != pair.came.shape:
            return None
        ordered = replace(pair, came=np.sort(pair.came, axis=None))
        if ordered.wrong(np.sort(pair.right, axis=None)).any():
            return None
    return Account(
        f"{named(pairs)} {be(pairs)} the right numbers in the wrong order.",
        "Look for a reshape, a transposition, a sort or an index that exchanges places.",
        "Put each number where its own inputs stand.",
    )


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
        "Move everything one place towards the beginning of axis {axis}.",
    ),
    _along_an_axis(
        lambda right, axis: np.roll(right, -1, axis),
        "one place early along axis {axis}, the first one standing last.",
        "Look at the first index of your loop.",
        "Move everything one place towards the end of axis {axis}.",
    ),
    _along_an_axis(
        lambda right, axis: _first_for_all(right, axis) if _has(right, axis) else right,
        "the same all along axis {axis}: everywhere what is right for its first entry.",
        "Look for an index that does not change: [0], where the loop's variable belongs; or for an "
        "entry that is made from the one before it.",
        "Let each entry along axis {axis} depend on its own inputs.",
    ),
    _along_an_axis(
        lambda right, axis: _last_for_all(right, axis) if _has(right, axis) else right,
        "the same all along axis {axis}: everywhere what is right for its last entry.",
        "Look for the index [-1], or for one array that is stored again and again and changed in "
        "place.",
        "Let each entry along axis {axis} be made anew, from its own inputs.",
    ),
    _along_an_axis(
        lambda right, axis: np.cumsum(right, axis),
        "summed up along axis {axis}: each is the sum of what is right up to there.",
        "Look for a sum that is not begun anew.",
        "Take each by itself.",
    ),
    _shifted(1),
    _shifted(-1),
    _reshaped,
    _in_another_order,
)
