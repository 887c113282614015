"""Mistakes of accepting an argument that is impossible, whatever comes back then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils.checking.probing import wide
from course_utils.checking.types import ExpectedError, Inputs, Outputs, Setup, takes_case

__all__ = ["accepts"]


def accepts(
    refuse: Callable[..., Any], *arguments: str
) -> Callable[[Inputs, Setup], Outputs | ExpectedError | None]:
    """The `outputs` of a mistake: something is returned where one of these arguments is impossible.

    Args:
        refuse: called like the answer, raises `ExpectedError` where an argument is impossible: the
            first reference itself, or what it begins with. One that is `from_case` gives it.
        *arguments: as the errors name them; without any, no impossible argument is refused.
    """

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
        error = _refusal(refuse, inputs, setup)
        if error is None:
            return None
        return error if arguments and error.argument not in arguments else {}

    return outputs


def _refusal(refuse: Callable[..., Any], inputs: Inputs, setup: Setup) -> ExpectedError | None:
    if takes_case(refuse):
        found = refuse(inputs, setup)
        return found if isinstance(found, ExpectedError) else None
    try:
        refuse(*wide(inputs).values())
    except ExpectedError as error:
        return error
    return None
