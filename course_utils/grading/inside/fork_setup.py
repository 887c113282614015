"""What makes forks of a warm process cheap, and what a fresh one does first."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from course_utils.grading.inside import linux

__all__ = ["join_pages", "keep_only", "offer_to_be_ended_first"]

_HUGE = 1 << 21  # bytes of a huge page


def join_pages() -> None:
    """Hold this process's own memory in huge pages, as far as Linux does it.

    A fork copies an entry for each page: of these a five-hundredth.
    """
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return
    for line in maps.read_text("utf-8", "surrogateescape").splitlines():
        place, rights, _, _, inode, *_ = line.split(None, 5)
        if not rights.startswith("rw-p") or inode != "0":
            continue
        low, high = (int(end, 16) for end in place.split("-"))
        for start in range(-(-low // _HUGE) * _HUGE, high // _HUGE * _HUGE, _HUGE):
            linux.collapse(start, _HUGE)


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
