"""Call a function that returns the sizes of three axes, in a tuple, a list or an array."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The sizes, whole numbers; floats that are whole will do unless the set-up is `strict`."""
    value = answer(*inputs.values())
    if isinstance(value, (tuple, list)):
        if len(value) != 3:
            raise Misfit("count", f"Expected three sizes (T, H, W), but {len(value)} came.")
        value = np.array([plain(each, "a size") for each in value])
    sizes = plain(value, "the sizes")
    if sizes.dtype.kind not in "iuf":
        raise Misfit("type", "The sizes should be whole numbers.")
    whole = np.round(sizes)
    if not np.array_equal(whole, sizes):
        raise Misfit(
            "type",
            f"The sizes should be whole numbers, but {sizes[whole != sizes][0]:g} came: look at "
            "how you divide.",
        )
    if setup.get("strict") and sizes.dtype.kind == "f":
        raise Misfit(
            "type",
            f"The sizes are whole, but floats such as {sizes.flat[0]}, which no layer takes: write "
            "int(…) around each of them, or // where you round down.",
        )
    return {"the sizes": whole.astype(np.int64)}
