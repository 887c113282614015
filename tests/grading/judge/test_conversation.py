"""A conversation keeps its clock and its limit on memory, however a child writes."""

from __future__ import annotations

import os
import socket
import struct

import pytest

from course_utils.grading.inside.wire import HEAD
from course_utils.grading.judge.conversation import converse
from course_utils.grading.judge.resource_watch import ResourceWatch


class _Watch(ResourceWatch):
    """Finds too much memory at the first look, or never."""

    def __init__(self, answer: bool) -> None:
        super().__init__(os.getpid(), 0)
        self._answer = answer

    def too_much(self) -> bool:
        return self._answer


@pytest.mark.parametrize(("answer", "trouble"), [(False, "time"), (True, "memory")])
def test_who_never_stops_writing_is_watched_all_the_same(
    monkeypatch: pytest.MonkeyPatch, answer: bool, trouble: str
) -> None:
    """A million bytes one by one, and always one more by the time the judge looks."""
    asked, out = os.pipe()
    back, said = os.pipe()
    life, warden = socket.socketpair()
    read = os.read

    def one_more(descriptor: int, size: int) -> bytes:
        os.write(said, b"x")
        return read(descriptor, size if size <= HEAD else 1)

    with life, warden:
        os.write(said, struct.pack("<4sIQ", b"UNR1", 1_000_000, 0))
        monkeypatch.setattr(os, "read", one_more)
        talk = converse(b"request", out, back, life, _Watch(answer), 0.5)
    for descriptor in (asked, out, back, said):
        os.close(descriptor)
    assert talk.trouble == trouble
