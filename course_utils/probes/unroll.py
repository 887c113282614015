"""Unroll a given step over a given sequence."""

from __future__ import annotations

from typing import Any

from course_utils.checking.probing import plain_results
from course_utils.checking.types import Inputs, Outputs, Question, Setup
from course_utils.probes.elman_steps import given_step

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The states that the answer makes with the step of the set-up."""
    return plain_results(answer(given_step(setup), *inputs.values()), question.results)
