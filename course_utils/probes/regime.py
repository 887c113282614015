"""Ask for the regime of several numbers, one call for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The regime of each number in the list `w`, in quotes, which show a blank at its end."""
    return {f"the regime of w = {w!r}": f"'{_word(answer(w))}'" for w in inputs["w"]}


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
