"""Call a function, and report of some results what kind of dtype they have."""

from __future__ import annotations

from typing import Any

from course_utils.checking.probing import plain_results
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_KINDS = {"b": "bool", "i": "an integer", "u": "an integer"}


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The results, then `the dtype of …` for each that the settings' `dtypes` name.

    The dtype is the word that the settings give ("bool", "an integer"), or "another" with its name.
    """
    outputs = plain_results(answer(*inputs.values()), question.results)
    kinds = {}
    for name, wanted in question.settings["dtypes"].items():
        dtype = outputs[name].dtype
        is_it = _KINDS.get(dtype.kind) == wanted
        kinds[f"the dtype of {name}"] = wanted if is_it else f"another: {dtype}"
    return {**outputs, **kinds}
