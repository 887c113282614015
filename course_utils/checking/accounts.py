"""Simple accounts of what is wrong, which need no knowledge of the exercise.

Zeros, a constant, an input handed back, a sign, a factor, an offset, results exchanged, an axis
reversed or a step off, one row for all: they are tried before any known mistake is named, for a
false word costs more than none. An account counts only where it explains every case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from course_utils.checking.describing import capital, plural
from course_utils.checking.diagnosing import CaseResult
from course_utils.checking.tolerance import differing
from course_utils.checking.types import Case, ExpectedError

__all__ = ["Account", "part_that_is_right", "simple_account"]

Array = np.ndarray
#: Mistakes are far from right, and one that was made in float32 is still the same mistake.
_RELATIVE = 1e-4
_LEAST = 2  # numbers in which an account must show itself, all cases together


@dataclass(frozen=True)
class Account:
    """What is wrong, in words that are true whatever the cause.

    Attributes:
        see: what you see.
        look: where to look.
        change: what to change.
    """

    see: str
    look: str
    change: str


@dataclass(frozen=True)
class _Pair:
    """One result of one case: what is right, and what came."""

    name: str
    right: Array
    came: Array
    case: Case
    others: Mapping[str, Array]  # the case's other results, as they should be

    def equals(self, expected: Array | None) -> bool:
        if expected is None or expected.shape != self.came.shape:
            return False
        want, have = expected, self.came
        finite = np.isfinite(want)
        return not differing(want, have, finite, _RELATIVE, self.case).any()


def simple_account(tried: Sequence[CaseResult]) -> Account | None:
    """The simplest account that explains every case; None where none does.

    Args:
        tried: the cases that expect values, failed or not.
    """
    pairs = list(_pairs(tried))
    wrong = {pair.name for pair in pairs if not pair.equals(pair.right)}
    told = [pair for pair in pairs if pair.name in wrong]
    numbers = sum(pair.right.size for pair in told if not pair.equals(pair.right))
    if not wrong or numbers < _LEAST:
        return None
    return next((found for account in _ACCOUNTS if (found := account(told)) is not None), None)


def _pairs(tried: Sequence[CaseResult]) -> Iterator[_Pair]:
    """Every array of every case; nothing at all where a case has none to compare."""
    found = []
    for each in tried:
        if isinstance(each.truth, ExpectedError):
            continue
        if each.result.outputs is None:
            return
        outputs = each.result.outputs
        words = {name: value for name, value in each.truth.items() if isinstance(value, str)}
        if any(not _says(outputs.get(name), value) for name, value in words.items()):
            return  # something else is wrong as well
        right = {name: _floats(value) for name, value in each.truth.items() if _is_array(value)}
        for name, value in right.items():
            came = outputs.get(name)
            if not _is_array(came):
                return
            others = {other: array for other, array in right.items() if other != name}
            found.append(_Pair(name, value, _floats(came), each.case, others))
    yield from found


def _floats(value: object) -> Array:
    """Numbers and truth values, all as floats: NumPy subtracts no booleans."""
    return np.asarray(value, dtype=np.float64)


def _says(came: object, words: str) -> bool:
    return isinstance(came, str) and came.startswith(words)


def _is_array(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (np.ndarray, np.generic, int, float)):
        return False
    return np.asarray(value).dtype.kind in "biuf"


def _named(pairs: Sequence[_Pair]) -> str:
    """The results that are wrong, as the subject of a sentence."""
    names = list(dict.fromkeys(pair.name for pair in pairs))
    return capital(" and ".join(names))


def _be(pairs: Sequence[_Pair]) -> str:
    names = {pair.name for pair in pairs}
    return "are" if len(names) > 1 or plural(next(iter(names))) else "is"


# --- nothing of what was asked for ---------------------------------------------------------------


def _zeros(pairs: Sequence[_Pair]) -> Account | None:
    if any(pair.came.any() for pair in pairs) or not any(pair.right.any() for pair in pairs):
        return None
    return Account(
        f"{_named(pairs)} {_be(pairs)} all zeros, whatever the inputs are.",
        "Is what you compute put into what you return? An array made by np.zeros stays as it is "
        "until something is written into it.",
        "Follow one number from the inputs to the return, and see where it is lost.",
    )


def _constant(pairs: Sequence[_Pair]) -> Account | None:
    values = {float(pair.came.flat[0]) for pair in pairs if pair.came.size}
    if len(values) != 1 or any(np.ptp(pair.came) for pair in pairs if pair.came.size):
        return None
    if len({float(number) for pair in pairs for number in pair.right.flat[:50]}) < 2:
        return None
    return Account(
        f"{_named(pairs)} {_be(pairs)} {values.pop():g} everywhere, whatever the inputs are.",
        "What you return does not depend on what you are given.",
        "Follow one number from the inputs to the return, and see where it is lost.",
    )


def _an_input(pairs: Sequence[_Pair]) -> Account | None:
    for name in pairs[0].case.inputs:
        handed = [pair.case.inputs.get(name) for pair in pairs]
        if all(
            isinstance(value, np.ndarray) and pair.equals(value)
            for pair, value in zip(pairs, handed, strict=True)
        ):
            return Account(
                f"{_named(pairs)} {_be(pairs)} the argument `{name}`, handed back as it came.",
                "Which name stands behind `return`?",
                "Return what you have computed.",
            )
    return None


# --- the right numbers, but for one thing --------------------------------------------------------


def _exchanged(pairs: Sequence[_Pair]) -> Account | None:
    names = list(dict.fromkeys(pair.name for pair in pairs))
    if len(names) != 2:
        return None
    other = {names[0]: names[1], names[1]: names[0]}
    if not all(pair.equals(pair.others.get(other[pair.name])) for pair in pairs):
        return None
    return Account(
        f"{capital(names[0])} and {names[1]} are exchanged: each is right, in the other's place.",
        "Compare the order behind `return` with the order in the stub.",
        "Return them in the stub's order.",
    )


def _negated(pairs: Sequence[_Pair]) -> Account | None:
    if not all(pair.equals(-pair.right) for pair in pairs):
        return None
    return Account(
        f"{_named(pairs)} {_be(pairs)} right in size, with the opposite sign everywhere.",
        "Look for a minus too many or too few, or a difference that is taken the wrong way round.",
        "Turn the sign.",
    )


def _factor(pairs: Sequence[_Pair]) -> Account | None:
    factors = [_best_factor(pair) for pair in pairs if pair.right.any()]
    first = factors[0] if factors else None
    if first is None or not all(pair.equals(first * pair.right) for pair in pairs):
        return _factor_by_length(pairs)
    return Account(
        f"{_named(pairs)} {_be(pairs)} {_times(first)} what is right, in every case.",
        f"Look for a factor of {_number(first)}: a constant, a term that is counted more than "
        "once, or one half that is missing.",
        "Take the factor away.",
    )


def _factor_by_length(pairs: Sequence[_Pair]) -> Account | None:
    """A sum for a mean, or a mean for a sum: the factor is the length of one axis of an input."""
    for name, value in pairs[0].case.inputs.items():
        if not isinstance(value, np.ndarray):
            continue
        for axis in range(value.ndim):
            lengths = [np.asarray(pair.case.inputs.get(name)).shape for pair in pairs]
            if any(len(shape) <= axis or not shape[axis] for shape in lengths):
                continue
            sizes = [float(shape[axis]) for shape in lengths]
            if len(set(sizes)) < 2:
                continue
            for sizes_now, words in (
                (sizes, ("a sum over it, where a mean is asked for", "Divide by that length.")),
                (
                    [1 / size for size in sizes],
                    ("a mean over it, where a sum is asked for", "Sum, without dividing."),
                ),
            ):
                if all(
                    pair.equals(size * pair.right)
                    for pair, size in zip(pairs, sizes_now, strict=True)
                ):
                    way = "" if sizes_now is sizes else "one over "
                    return Account(
                        f"{_named(pairs)} {_be(pairs)} what is right times {way}the length of axis "
                        f"{axis} of `{name}`.",
                        f"That is what {words[0]} gives.",
                        words[1],
                    )
    return None


def _best_factor(pair: _Pair) -> float | None:
    right, came = pair.right, pair.came
    if right.shape != came.shape or not np.isfinite(right).all() or not np.isfinite(came).all():
        return None
    factor = float((came * right).sum() / (right * right).sum())
    return factor if abs(factor) > 1e-6 and abs(factor - 1) > 1e-3 else None


def _number(value: float) -> str:
    """2, 1/3 or 0.368: a small fraction where it is one."""
    neat = Fraction(value).limit_denominator(64)
    if neat and abs(float(neat) - value) < 1e-4 * abs(value):
        return str(neat)
    return f"{value:.4g}"


def _times(value: float) -> str:
    words = {"2": "twice", "1/2": "half of", "-2": "minus twice"}
    return words.get(_number(value), f"{_number(value)} times")


def _offset(pairs: Sequence[_Pair]) -> Account | None:
    if any(pair.right.shape != pair.came.shape for pair in pairs):
        return None
    gaps = [pair.came - pair.right for pair in pairs]
    numbers = np.concatenate([gap.ravel() for gap in gaps])
    if numbers.size < 3 or not np.isfinite(numbers).all():
        return None
    gap = float(np.median(numbers))
    if not gap or not all(pair.equals(pair.right + gap) for pair in pairs):
        return None
    return Account(
        f"{_named(pairs)} {_be(pairs)} off by the same number everywhere: {_number(gap)} too "
        f"{'much' if gap > 0 else 'little'}.",
        f"Look for a {_number(abs(gap))} that is added or taken away: an index that starts at 1, a "
        "count that leaves one out.",
        "Take it away.",
    )


def _mapped(
    change: Callable[[Array], Array], see: str, look: str, do: str
) -> Callable[[Sequence[_Pair]], Account | None]:
    def account(pairs: Sequence[_Pair]) -> Account | None:
        with np.errstate(all="ignore"):
            if not all(pair.equals(change(pair.right)) for pair in pairs):
                return None
        return Account(f"{_named(pairs)} {_be(pairs)} {see}", look, do)

    return account


def _along_an_axis(
    change: Callable[[Array, int], Array | None], see: str, look: str, do: str
) -> Callable[[Sequence[_Pair]], Account | None]:
    """The same change along the same axis, in every case where the axis has two entries."""

    def account(pairs: Sequence[_Pair]) -> Account | None:
        for axis in range(max(pair.right.ndim for pair in pairs)):
            if all(
                pair.right.ndim > axis and pair.equals(change(pair.right, axis)) for pair in pairs
            ):
                return Account(
                    f"{_named(pairs)} {_be(pairs)} {see.format(axis=axis)}",
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


def _transposed(pairs: Sequence[_Pair]) -> Account | None:
    for one in range(3):
        for two in range(one + 1, 4):
            if all(
                pair.right.ndim > two and pair.equals(np.swapaxes(pair.right, one, two))
                for pair in pairs
            ):
                shapes = {(pair.right.shape, pair.came.shape) for pair in pairs}
                right, came = max(shapes, key=lambda both: both[0] != both[1])
                return Account(
                    f"{_named(pairs)} {_be(pairs)} right, but axes {one} and {two} are exchanged: "
                    f"shape {came} where {right} is asked for.",
                    "np.stack puts the new axis in front unless you tell it where; .T turns all "
                    "axes round.",
                    f"Exchange axes {one} and {two}, or stack along another axis.",
                )
    return None


_ACCOUNTS: tuple[Callable[[Sequence[_Pair]], Account | None], ...] = (
    _zeros,
    _an_input,
    _constant,
    _exchanged,
    _negated,
    _factor,
    _offset,
    _mapped(
        np.abs,
        "right but for the sign, which is never negative.",
        "Look for an absolute value, or a square and its root.",
        "Keep the sign.",
    ),
    _mapped(
        np.square,
        "the square of what is right.",
        "Look for a square without its root, or one that is taken twice.",
        "Take the root, or leave the square out.",
    ),
    _mapped(
        np.sqrt,
        "the root of what is right.",
        "Look for a root that is not asked for.",
        "Leave the root out.",
    ),
    _mapped(
        lambda right: 1 - right,
        "one minus what is right.",
        "Look for a share that is taken for its rest: p for 1 − p.",
        "Take the other one of the two.",
    ),
    _mapped(
        np.floor,
        "right, but rounded down to whole numbers.",
        "Look for //, for an array of whole numbers that is filled, or for a conversion to int.",
        "Keep the fractions: an array of floats.",
    ),
    _mapped(
        np.rint,
        "right, but rounded to whole numbers.",
        "Look for round, or for an array of whole numbers.",
        "Keep the fractions.",
    ),
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


# --- which part is right -------------------------------------------------------------------------


def part_that_is_right(each: CaseResult, names: Mapping[int, str] | None = None) -> str:
    """Which entries of the first wrong result are right, along one axis; "" where that is no help.

    Args:
        each: a failed case.
        names: what the axes are called, where that is known.
    """
    for pair in _pairs([each]):
        if pair.right.shape != pair.came.shape or pair.equals(pair.right):
            continue
        want, have = pair.right, pair.came
        wrong = differing(want, have, np.isfinite(want), _RELATIVE, pair.case)
        for axis in range(pair.right.ndim):
            length = pair.right.shape[axis]
            rest = tuple(k for k in range(pair.right.ndim) if k != axis)
            bad = wrong.any(axis=rest)
            if length < 3 or bad.all():
                continue
            place = (names or {}).get(axis, f"axis {axis}")
            if bad.sum() == 1:
                which = {0: "the first", length - 1: "the last"}.get(int(bad.argmax()))
                if which:
                    return f"right along {place} but for {which} entry"
            if (~bad).sum() == 1:
                which = {0: "the first", length - 1: "the last"}.get(int((~bad).argmax()))
                if which:
                    return f"right at {which} entry of {place} alone"
        return ""
    return ""
