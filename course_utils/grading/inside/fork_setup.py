"""What a fresh fork of a warm process does first."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["keep_only", "offer_to_be_ended_first"]


def keep_only(kept: set[int]) -> None:
    """Close every descriptor but these and the standard ones, which lead nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    borders = sorted({2, *kept})
    for low, high in zip(borders, [*borders[1:], 1 << 16], strict=True):
        os.closerange(low + 1, high)


def offer_to_be_ended_first() -> None:
    """Where the whole machine runs out of memory, Linux ends what is graded and no judge."""
    with suppress(OSError):  # only Linux knows the file
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
