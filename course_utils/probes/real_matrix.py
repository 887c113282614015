"""Call a function that returns a real matrix, and tell complex numbers from other misfits."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The real part of the result, and whether its numbers are "real" or "complex"."""
    (name,) = question.results
    value = answer(*inputs.values())
    complex_ones = _is_complex(value)
    return {
        f"the numbers of {name}": "complex" if complex_ones else "real",
        name: plain(np.real(np.asarray(value)) if complex_ones else value, name),
    }


def _is_complex(value: Any) -> bool:
    try:
        return bool(np.iscomplexobj(value))
    except Exception:  # noqa: BLE001 - ragged, symbolic, or with a mind of its own
        return False
