"""How much of an answer's own words reaches a page: enough to help, too little to carry much away.

An answer chooses what it raises, prints and returns, and so it could write the cases it was given
into its feedback. An honest verdict stays below 600 characters without prints. The answer's source
is not among these texts: the judge takes it from the notebook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from course_utils.checking.types import Finding, Result
from course_utils.grading.judge.reply_validation import harmless

__all__ = ["answer_shown", "bounded"]

_MESSAGE, _VALUE, _LABEL, _PRINTED, _FLAG = 600, 300, 100, 600, 150  # characters of one text
_ALL = 2_400  # of a verdict's messages, numbers and prints together
_FINDINGS = 8
_SOURCE = 20_000  # of the cells that are shown: the student's own text, which tells nothing new


def bounded(result: Result) -> Result:
    """The same with texts that help its reader, whatever an answer made of them."""
    room = _Room(_ALL)
    findings = tuple(_finding(each, room) for each in result.findings[:_FINDINGS])
    return replace(
        result,
        findings=findings,
        flags=tuple(_cut(each, _FLAG) for each in result.flags),
        printed=room.take(result.printed, _PRINTED),
    )


def answer_shown(cells: Sequence[str], numbers: Sequence[int]) -> str:
    """The answer as it was handed in: the cells that define it.

    Args:
        cells: the sources of all code cells of the notebook.
        numbers: those of the cells, counted from 1, in their order.
    """
    return _cut("\n\n".join(harmless(cells[number - 1], _SOURCE) for number in numbers), _SOURCE)


class _Room:
    """The characters that are left for all texts together."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, text: str, most: int) -> str:
        """As much of a text as there is room for; "" where there is none."""
        taken = _cut(text, min(most, self.left)) if self.left else ""
        self.left -= min(len(taken), self.left)
        return taken


def _finding(finding: Finding, room: _Room) -> Finding:
    message = room.take(finding.message, _MESSAGE)
    evidence = {}
    for label, value in finding.evidence.items():
        if room.left:
            evidence[room.take(label, _LABEL)] = room.take(value, _VALUE)
    return replace(finding, message=message or "…", evidence=evidence)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip() + " …"
