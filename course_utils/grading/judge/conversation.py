"""One request to a child and its one reply, under a deadline and a limit on memory."""

from __future__ import annotations

import os
import selectors
import socket
import time
from dataclasses import dataclass, replace

from course_utils.errors import GradingError, WireError
from course_utils.grading.inside.json_lines import receive_line
from course_utils.grading.inside.wire import FROM_SANDBOX, HEAD, body_size
from course_utils.grading.judge.resource_watch import ResourceWatch

__all__ = ["Conversation", "converse"]

_LOOK = 0.2  # seconds between two looks at the memory of the answer's processes


@dataclass(frozen=True)
class Conversation:
    """How a child's one request and reply went.

    Attributes:
        reply: the whole frame, or None where none came.
        trouble: "" with a reply; else "time", "memory", "ended" or "garbled".
        code: where it ended by itself: its exit code, or minus the signal's number.
        cpu: seconds of processor time that the answer's processes were seen to have used.
    """

    reply: bytes | None
    trouble: str = ""
    code: int | None = None
    cpu: float = 0.0


def converse(
    request: bytes,
    out: int,
    back: int,
    life: socket.socket,
    watch: ResourceWatch,
    seconds: float,
) -> Conversation:
    """Send a request to a child, and wait for its reply or its end.

    Args:
        request: a frame.
        out: the descriptor to write it to.
        back: the descriptor to read the reply's frame from.
        life: the socket to process 1 of the sandbox, which says how the answer ended.
        watch: looks at the child's processes.
        seconds: wall time after which there is no reply.
    """
    talk = _Talk(out, back, life)
    had = talk.run(request, watch, seconds)
    return replace(had, cpu=max(had.cpu, watch.cpu))


class _Talk:
    """The state of a conversation: what has come of the frame, and how long it is to be."""

    def __init__(self, out: int, back: int, life: socket.socket) -> None:
        self.out, self.back, self.life = out, back, life
        self.frame, self.wanted = bytearray(), HEAD

    def run(self, request: bytes, watch: ResourceWatch, seconds: float) -> Conversation:
        deadline = time.monotonic() + seconds
        rest = memoryview(request)
        os.set_blocking(self.out, False)
        os.set_blocking(self.back, False)
        with selectors.DefaultSelector() as ready:
            ready.register(self.out, selectors.EVENT_WRITE)
            ready.register(self.back, selectors.EVENT_READ)
            ready.register(self.life, selectors.EVENT_READ)
            look = time.monotonic() + _LOOK
            while True:
                now = time.monotonic()
                if now >= deadline:
                    return Conversation(None, "time")
                if now >= look:
                    look = now + _LOOK
                    if watch.too_much():
                        return Conversation(None, "memory")
                happened = {key.fileobj for key, _ in ready.select(min(deadline, look) - now)}
                if self.out in happened:
                    try:
                        rest = rest[os.write(self.out, rest) :]
                    except BrokenPipeError:
                        rest = rest[:0]
                    if not rest:
                        ready.unregister(self.out)
                if self.back in happened:
                    ended = self._read()
                    if ended is not None:
                        return ended
                if self.life in happened and self.back not in happened:
                    return self._ended()

    def _read(self) -> Conversation | None:
        """Take a piece of what has come; a conversation once the frame is whole, or cannot be.

        One piece and no more: who never stops writing would keep us from the clock and the memory.
        """
        try:
            piece = os.read(self.back, min(1 << 20, self.wanted - len(self.frame)))
        except BlockingIOError:  # the child may open its end for reading, and was faster
            return None
        if not piece:
            return self._ended()
        self.frame += piece
        if len(self.frame) == self.wanted == HEAD:
            try:
                self.wanted += body_size(bytes(self.frame), FROM_SANDBOX)
            except WireError:
                return Conversation(None, "garbled")
        if len(self.frame) == self.wanted:
            return Conversation(bytes(self.frame))
        return None

    def _ended(self) -> Conversation:
        """Its end of the pipe is closed, or the process is gone: ask process 1 how."""
        self.life.settimeout(2.0)
        try:
            told = receive_line(self.life)
        except (OSError, GradingError):
            told = {}  # it closed its end and lives on
        return Conversation(None, "ended", told.get("ended"), told.get("cpu", 0.0))
