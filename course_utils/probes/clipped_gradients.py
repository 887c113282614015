"""Clip a list of gradients; read the new list and the norm."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, describe, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """`the gradients`, a list of arrays, `the norm before clipping`, a number, and their order."""
    value = answer(*inputs.values())
    if value is None:
        raise Misfit("none", "The result is None. Does your code end in `return`, on every path?")
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Misfit(
            "count",
            f"Expected two values, the list of gradients and the norm, but {describe(value)} came.",
        )
    gradients, norm = value
    order = "the gradients first, then the norm"
    lists = [isinstance(each, (tuple, list)) for each in value]
    if lists == [False, True] and np.shape(gradients) == ():
        (gradients, norm), order = (norm, gradients), "the norm first"
    gradients = _listed(gradients, len(inputs["gradients"]))
    if gradients is None:
        raise Misfit(
            "type",
            "The first result should be a list with one array for each gradient, "
            f"but {describe(value[0])} came.",
        )
    return {
        "the order of the results": order,
        "the gradients": [plain(each, "a gradient") for each in gradients],
        "the norm before clipping": plain(norm, "the norm"),
    }


def _listed(gradients: Any, count: int) -> list[Any] | None:
    """A list or tuple, or an array that unpacks into so many gradients; None for anything else."""
    if isinstance(gradients, (tuple, list)):
        return list(gradients)
    shape = getattr(gradients, "shape", None)
    try:
        fits = shape is not None and int(shape[0]) == count
        return [gradients[k] for k in range(count)] if fits else None
    except Exception:  # noqa: BLE001 - no axis, or a symbolic one
        return None
