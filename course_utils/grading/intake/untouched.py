"""Whether a notebook was ever written in, told by its text alone: nothing of it is parsed here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from course_utils.chapters import chapter

__all__ = ["is_untouched"]

#: What a stub ends with. A raise that was left behind an answer stands alone.
_STUB = re.compile(r"# YOUR CODE HERE[ \t]*\n[ \t]*raise NotImplementedError")
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
        if not _STUB.search(cell)
    )
