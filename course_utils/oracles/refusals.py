"""Mistakes of accepting an argument that is impossible, whatever comes back then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils.checking.probing import wide
from course_utils.checking.types import ExpectedError, Inputs, Outputs, Setup

__all__ = ["accepts"]


def accepts(
    refuse: Callable[..., Any], *arguments: str
) -> Callable[[Inputs, Setup], Outputs | ExpectedError | None]:
    """The `outputs` of a mistake: something is returned where one of these arguments is impossible.

    Args:
        refuse: called like the answer, raises `ExpectedError` where an argument is impossible: the
            first reference itself, or what it begins with.
        *arguments: as the errors name them; without any, no impossible argument is refused.
    """

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
        try:
            refuse(*wide(inputs).values())
        except ExpectedError as error:
            return error if arguments and error.argument not in arguments else {}
        return None

    return outputs
