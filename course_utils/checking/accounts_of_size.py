"""Accounts of a wrong size: a factor, and a sum where a mean is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from course_utils.checking.pairs import Account, Pair, be, named

__all__ = ["a_factor", "as_fraction"]


def a_factor(pairs: Sequence[Pair]) -> Account | None:
    factors = [_best_factor(pair) for pair in pairs if pair.right.any()]
    first = factors[0] if factors else None
    if first is None or not all(pair.equals(first * pair.right) for pair in pairs):
        return _by_length(pairs)
    return Account(
        f"{named(pairs)} {be(pairs)} {_times(first)} what is right, in every case.",
        f"Look for a factor of {as_fraction(first)}: a constant, a term that is counted more than "
        "once, or one half that is missing.",
        "Take the factor away.",
    )


def _by_length(pairs: Sequence[Pair]) -> Account | None:
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
                        f"{named(pairs)} {be(pairs)} what is right times {way}the length of axis "
                        f"{axis} of `{name}`.",
                        f"That is what {words[0]} gives.",
                        words[1],
                    )
    return None


def _best_factor(pair: Pair) -> float | None:
    right, came = pair.right, pair.came
    if right.shape != came.shape or not np.isfinite(right).all() or not np.isfinite(came).all():
        return None
    factor = float((came * right).sum() / (right * right).sum())
    return factor if abs(factor) > 1e-6 and abs(factor - 1) > 1e-3 else None


def as_fraction(value: float) -> str:
    """2, 1/3 or 0.368: a small fraction where it is one."""
    neat = Fraction(value).limit_denominator(12)
    if neat and abs(float(neat) - value) < 1e-4 * abs(value):
        return str(neat)
    return f"{value:.4g}"


def _times(value: float) -> str:
    words = {"2": "twice", "1/2": "half of", "-2": "minus twice"}
    return words.get(as_fraction(value), f"{as_fraction(value)} times")
