"""Call a function of clips, of which one that has a single frame may also be refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import plain_results
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """With one frame there is no pair: no frame and a ValueError are both right, and read alike."""
    batch, frames, *size = inputs["videos"].shape
    try:
        return plain_results(answer(*inputs.values()), question.results)
    except ValueError:
        if frames > 1:
            raise
        return {name: np.zeros((batch, 0, *size)) for name in question.results}
