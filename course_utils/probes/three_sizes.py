"""Call a function that returns the sizes of three axes, in a tuple, a list or an array."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The sizes, which must be whole numbers."""
    value = answer(*inputs.values())
    if isinstance(value, (tuple, list)):
        if len(value) != 3:
            raise Misfit("count", f"Expected three sizes (T, H, W), but {len(value)} came.")
        value = np.array([plain(each, "a size") for each in value])
    sizes = plain(value, "the sizes")
    if sizes.dtype.kind not in "iu":
        raise Misfit("type", "The sizes should be whole numbers, as layers need them: use //.")
    return {"the sizes": sizes}
