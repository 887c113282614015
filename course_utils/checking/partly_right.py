"""Which part of a wrong answer is right: told where nothing explains the whole."""

from __future__ import annotations

import numpy as np

from course_utils.checking.diagnosing import CaseResult
from course_utils.checking.pairs import pairs_of

__all__ = ["part_that_is_right"]

_NEARLY = 0.75  # share of a wrong part's numbers that are wrong


def part_that_is_right(each: CaseResult) -> str:
    """Which entries of the first wrong result are right, along one axis; or "" if it is no help."""
    for pair in pairs_of([each]):
        if pair.right.shape != pair.came.shape or not pair.not_right().any():
            continue
        wrong = pair.not_right()
        if not pair.right[~wrong].any():
            continue  # zeros are right by chance
        for axis, length in enumerate(pair.right.shape):
            others = tuple(k for k in range(wrong.ndim) if k != axis)
            bad = np.atleast_1d(wrong.any(axis=others))
            if length < 3 or bad.all():
                continue
            if np.compress(bad, wrong, axis).mean() < _NEARLY:
                continue  # a few numbers by chance, spread over the whole
            ends = {0: "the first", length - 1: "the last"}
            if bad.sum() == 1 and int(bad.argmax()) in ends:
                return f"right along axis {axis} but for {ends[int(bad.argmax())]} entry"
            if (~bad).sum() == 1 and int((~bad).argmax()) in ends:
                return f"right at {ends[int((~bad).argmax())]} entry of axis {axis} alone"
            if bad.sum() == 2 and bad[0] and bad[-1]:
                return f"right along axis {axis} but for the first and the last entry"
            changes = np.flatnonzero(np.diff(bad))
            if len(changes) == 1:
                place = int(changes[0]) + 1
                side = f"up to entry {place - 1}" if bad[-1] else f"from entry {place} on"
                return f"right along axis {axis} {side} alone (entries are counted from 0)"
        return ""
    return ""
