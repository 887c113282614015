"""Ask for the regime of several numbers, one call for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_REGIMES = ("vanishes", "constant", "alternates", "explodes")


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The regime of each number in the list `w`, and how many of them are known words.

    The words stand in quotes: these show a blank at the end, and no longer word begins with them.
    """
    words = {f"the regime of w = {w!r}": _word(answer(w)) for w in inputs["w"]}
    known = sum(word in _REGIMES for word in words.values())
    quoted = {name: f"'{word}'" for name, word in words.items()}
    return {**quoted, "the number of answers that are one of the four words": known}


def _word(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if value is None:
        raise Misfit("none", "The result is None. Does your code end in `return`, on every path?")
    if not isinstance(value, str):
        raise Misfit(
            "type",
            f"The result should be one of four words, as a string, but {describe(value)} came.",
        )
    return str(value)
