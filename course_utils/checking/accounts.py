"""Simple accounts of what is wrong, which need no knowledge of the exercise.

Zeros, a constant, an input handed back, a sign, a factor, an offset, results exchanged, an axis
reversed or a step off, one row for all: they are tried before any known mistake is named, for a
false word costs more than none. An account counts only where it explains every case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from course_utils.checking.accounts_of_order import OF_ORDER
from course_utils.checking.accounts_of_size import a_factor, as_fraction
from course_utils.checking.describing import capital
from course_utils.checking.diagnosing import CaseResult
from course_utils.checking.pairs import Account, Pair, be, named, pairs_of

__all__ = ["simple_account"]

Array = np.ndarray
_LEAST = 2  # numbers in which an account must show itself, all cases together


def simple_account(tried: Sequence[CaseResult]) -> Account | None:
    """The simplest account that explains every case; None where none does.

    Args:
        tried: the cases that expect values, failed or not.
    """
    pairs = list(pairs_of(tried))
    wrong = {pair.name for pair in pairs if not pair.equals(pair.right)}
    told = [pair for pair in pairs if pair.name in wrong]
    numbers = sum(pair.right.size for pair in told if not pair.equals(pair.right))
    if not wrong or numbers < _LEAST:
        return None
    return next((found for account in _ACCOUNTS if (found := account(told)) is not None), None)


# --- nothing of what was asked for ---------------------------------------------------------------


def _zeros(pairs: Sequence[Pair]) -> Account | None:
    if any(pair.came.any() for pair in pairs) or not any(pair.right.any() for pair in pairs):
        return None
    return Account(
        f"{named(pairs)} {be(pairs)} all zeros, whatever the inputs are.",
        "Is what you compute put into what you return? An array made by np.zeros stays as it is "
        "until something is written into it.",
        "Follow one number from the inputs to the return, and see where it is lost.",
    )


def _constant(pairs: Sequence[Pair]) -> Account | None:
    values = {float(pair.came.flat[0]) for pair in pairs if pair.came.size}
    if len(values) != 1 or any(np.ptp(pair.came) for pair in pairs if pair.came.size):
        return None
    if len({float(number) for pair in pairs for number in pair.right.flat[:50]}) < 2:
        return None
    return Account(
        f"{named(pairs)} {be(pairs)} {values.pop():g} everywhere, whatever the inputs are.",
        "What you return does not depend on what you are given.",
        "Follow one number from the inputs to the return, and see where it is lost.",
    )


def _an_input(pairs: Sequence[Pair]) -> Account | None:
    for name in pairs[0].case.inputs:
        handed = [pair.case.inputs.get(name) for pair in pairs]
        if all(
            isinstance(value, np.ndarray) and pair.equals(value)
            for pair, value in zip(pairs, handed, strict=True)
        ):
            return Account(
                f"{named(pairs)} {be(pairs)} the argument `{name}`, handed back as it came.",
                "Which name stands behind `return`?",
                "Return what you have computed.",
            )
    return None


# --- the right numbers, but for one thing --------------------------------------------------------


def _exchanged(pairs: Sequence[Pair]) -> Account | None:
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


def _negated(pairs: Sequence[Pair]) -> Account | None:
    if not all(pair.equals(-pair.right) for pair in pairs):
        return None
    return Account(
        f"{named(pairs)} {be(pairs)} right in size, with the opposite sign everywhere.",
        "Look for a minus too many or too few, or a difference that is taken the wrong way round.",
        "Turn the sign.",
    )


def _offset(pairs: Sequence[Pair]) -> Account | None:
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
        f"{named(pairs)} {be(pairs)} off by the same number everywhere: {as_fraction(gap)} too "
        f"{'much' if gap > 0 else 'little'}.",
        f"Look for a {as_fraction(abs(gap))} that is added or taken away: an index that starts at "
        "1, a count that leaves one out.",
        "Take it away.",
    )


def _mapped(
    change: Callable[[Array], Array], see: str, look: str, do: str
) -> Callable[[Sequence[Pair]], Account | None]:
    def account(pairs: Sequence[Pair]) -> Account | None:
        with np.errstate(all="ignore"):
            if not all(pair.equals(change(pair.right)) for pair in pairs):
                return None
        return Account(f"{named(pairs)} {be(pairs)} {see}", look, do)

    return account


_ACCOUNTS: tuple[Callable[[Sequence[Pair]], Account | None], ...] = (
    _zeros,
    _an_input,
    _constant,
    _exchanged,
    _negated,
    a_factor,
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
        np.trunc,
        "right, but cut to whole numbers.",
        "Look for int(…) or .astype(int), or for an array of whole numbers that is filled.",
        "Keep the fractions: an array of floats.",
    ),
    _mapped(
        np.rint,
        "right, but rounded to whole numbers.",
        "Look for round, or for an array of whole numbers.",
        "Keep the fractions.",
    ),
    *OF_ORDER,
)
