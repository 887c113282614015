"""What is right beside what came: the arrays of an answer, result by result and case by case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course_utils.checking.describing import capital, plural
from course_utils.checking.diagnosing import CaseResult
from course_utils.checking.tolerance import differing, relative_tolerance
from course_utils.checking.types import Case, ExpectedError, Outputs

__all__ = ["Account", "Pair", "be", "named", "pairs_of"]

Array = np.ndarray
#: Mistakes are far from right, and one that was made in float32 is still the same mistake.
_RELATIVE = 1e-4
_LISTED = 3  # results that a sentence names


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
class Pair:
    """One result of one case: what is right, and what came."""

    name: str
    right: Array
    came: Array
    case: Case
    others: Mapping[str, Array]  # the case's other results, as they should be

    def equals(self, expected: Array | None) -> bool:
        """Whether this is what came, within the tolerance."""
        if expected is None or expected.shape != self.came.shape:
            return False
        return not self.wrong(expected).any()

    def wrong(self, expected: Array) -> Array:
        """Where what came is another number, for an array of its shape."""
        return differing(expected, self.came, np.isfinite(expected), _RELATIVE, self.case)

    def not_right(self) -> Array:
        """Where what came is not right, as strictly as the verdict judges."""
        relative = relative_tolerance(self.case)
        return differing(self.right, self.came, np.isfinite(self.right), relative, self.case)


def pairs_of(tried: Sequence[CaseResult]) -> Iterator[Pair]:
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
        right = dict(_arrays(each.truth))
        came = dict(_arrays({name: outputs.get(name) for name in each.truth}))
        if right.keys() != came.keys():
            return
        for name, value in right.items():
            others = {other: array for other, array in right.items() if other != name}
            found.append(Pair(name, value, came[name], each.case, others))
    yield from found


def _floats(value: object) -> Array:
    """Numbers and truth values, all as floats: NumPy subtracts no booleans."""
    return np.asarray(value, dtype=np.float64)


def _arrays(outputs: Outputs) -> Iterator[tuple[str, Array]]:
    """Each array by the name that messages give it; those in a list one by one."""
    for name, value in outputs.items():
        if isinstance(value, (list, tuple)):
            yield from _arrays({f"part {k} of {name}": part for k, part in enumerate(value)})
        elif _is_array(value):
            yield name, _floats(value)


def _says(came: object, words: str) -> bool:
    return isinstance(came, str) and (came == words or came.startswith(f"{words}: "))


def _is_array(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (np.ndarray, np.generic, int, float)):
        return False
    return np.asarray(value).dtype.kind in "biuf"


def named(pairs: Sequence[Pair]) -> str:
    """The results that are wrong, as the subject of a sentence."""
    names = list(dict.fromkeys(pair.name for pair in pairs))
    if len(names) > _LISTED:
        names = [*names[:2], f"{len(names) - 2} other results"]
    return capital(", ".join([*names[:-2], " and ".join(names[-2:])]))


def be(pairs: Sequence[Pair]) -> str:
    """ "is" or "are", for these results."""
    names = {pair.name for pair in pairs}
    return "are" if len(names) > 1 or plural(next(iter(names))) else "is"
