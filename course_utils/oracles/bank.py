"""Write a known mistake of a plain function as the function a student would have written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.types import Hints, Inputs, Mistake, Outputs, Raises

__all__ = ["as_expectation", "mistake", "wide"]


def wide(value: Any) -> Any:
    """The value with its float arrays in float64."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float64)
    return value


def as_expectation(
    function: Callable[..., Any], *names: str
) -> Callable[[Inputs], Outputs | Raises]:
    """What a function gives on a case's inputs, in float64; any exception it raises is expected.

    Args:
        function: takes the arguments by position; inputs that begin with `_` are left out.
        names: the names of its outputs, as the probe has them.
    """

    def expect(inputs: Inputs) -> Outputs | Raises:
        arguments = [wide(value) for name, value in inputs.items() if not name.startswith("_")]
        try:
            with np.errstate(all="ignore"):
                value = function(*arguments)
        except Exception as error:  # noqa: BLE001 - a wrong function may fail in any way
            return Raises(kind="Exception", problem=str(error))
        if value is None:
            return Raises(kind="Exception", problem="nothing is returned")
        values = value if len(names) > 1 else (value,)
        return dict(zip(names, values, strict=True))

    return expect


def mistake(id: str, hints: Hints, wrong: Callable[..., Any], *names: str) -> Mistake:
    """A known mistake from the wrong function itself: see `as_expectation`."""
    return Mistake(id, hints, as_expectation(wrong, *names))
