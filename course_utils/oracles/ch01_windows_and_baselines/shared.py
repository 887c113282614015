"""What exercises of chapter 1 share: a mistake that is known by the one result that is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from course_utils.checking.probing import wide
from course_utils.checking.types import Inputs, Outputs, Reference, Setup

__all__ = ["only_right"]


def only_right(
    right: Reference, results: Sequence[str], name: str, **also: str
) -> Callable[[Inputs, Setup], Outputs]:
    """The `outputs` of whatever makes all results wrong but this one; its mistake stands last.

    Args:
        right: the first reference.
        results: its results by name.
        name: the one that is right.
        **also: what else the probe says then: a loss of precision is no such mistake.
    """

    def outputs(inputs: Inputs, setup: Setup) -> Outputs:
        values = right(*wide(inputs).values())
        return {name: values[results.index(name)], **also}

    return outputs
