"""The probe of a plain function: call it, by position, and name what it returns."""

from __future__ import annotations

from typing import Any

from course_utils.checking.probing import plain_results
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The results of the question, as the answer gives them for these arguments."""
    return plain_results(answer(*inputs.values()), question.results)
