"""Whether a notebook was ever written in, told by its text alone: nothing of it is parsed here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from course_utils.chapters import chapter

__all__ = ["is_untouched"]

#: A stub as the course writes it: nothing stands above what asks for code. An answer above it, with
#: the stub's raise left behind, is an answer.
_STUB = re.compile(r'(?:"""|:)[ \t]*\n\s*# YOUR CODE HERE[ \t]*\n[ \t]*raise NotImplementedError')
_FUNCTION = re.compile(r"^[ \t]*def[ \t]", re.MULTILINE)
_DEFINED = re.compile(r"^(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=", re.MULTILINE)


def is_untouched(cells: Sequence[str], stem: str) -> bool:
    """Whether every exercise of a chapter is missing or still its stub.

    Args:
        cells: the sources of the code cells.
        stem: the chapter.
    """
    names = set(chapter(stem).exercises)
    return not any(
        names & {name for pair in _DEFINED.findall(cell) for name in pair}
        for cell in cells
        if len(_STUB.findall(cell)) < max(1, len(_FUNCTION.findall(cell)))
    )
