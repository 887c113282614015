"""Clip a list of gradients; read the new list and the norm."""

from __future__ import annotations

from typing import Any

from course_utils.checking.probing import Misfit, describe, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """`the gradients`, a list of arrays, and `the norm before clipping`, a number."""
    value = answer(*inputs.values())
    if value is None:
        raise Misfit("none", "The result is None. Does your code end in `return`, on every path?")
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Misfit(
            "count",
            f"Expected two values, the list of gradients and the norm, but {describe(value)} came.",
        )
    gradients, norm = value
    if not isinstance(gradients, (tuple, list)):
        raise Misfit(
            "type",
            "The first result should be a list with one array for each gradient, "
            f"but {describe(gradients)} came.",
        )
    return {
        "the gradients": [plain(each, "a gradient") for each in gradients],
        "the norm before clipping": plain(norm, "the norm"),
    }
