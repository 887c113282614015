"""The judge's end of one sandbox, which holds one student's answers, one after the other."""

from __future__ import annotations

import json
import os
import socket
from typing import Any

from course_utils.errors import GradingError, SandboxError
from course_utils.grading.inside.json_lines import receive_line
from course_utils.grading.judge.conversation import Conversation, converse
from course_utils.grading.judge.resource_watch import ResourceWatch

__all__ = ["StudentSandbox"]


class StudentSandbox:
    """A sandbox that a fork server has started. Closing it ends all that is in it.

    Args:
        channel: the socket to its process 1.
        memory: bytes that an answer may take.
        patience: seconds that its process 1 may take for anything.

    Attributes:
        reusable: whether it takes another answer after one that gave a reply.
        forbidden: the kinds of ready operations that are gone there for good.

    Raises:
        SandboxError: it could not be made.
        GradingError: it could not be made just now.
    """

    def __init__(self, channel: socket.socket, memory: int, patience: float) -> None:
        self._channel, self._memory = channel, memory
        channel.settimeout(patience)
        told = self._heard()
        while not {"first", "ready"} <= told.keys():  # by two processes, in any order
            told |= self._heard()
        self._first = int(told["first"])
        self.reusable = bool(told["again"])
        self.forbidden: tuple[str, ...] = ()

    def fits(self, forbidden: tuple[str, ...]) -> bool:
        """Whether an answer may run there: what is gone is what is forbidden, or can become so."""
        return self.forbidden in ((), forbidden)

    def ask(self, request: bytes, seconds: float, forbidden: tuple[str, ...]) -> Conversation:
        """Send one frame to a fresh answer and wait for its one frame.

        Args:
            request: a frame.
            seconds: wall time after which there is no reply.
            forbidden: the kinds of ready operations that the answer does not have.

        Raises:
            SandboxError: the answer could not be confined; nothing of the request was run.
            GradingError: the sandbox is gone.
        """
        request_out, request_in = os.pipe()
        reply_out, reply_in = os.pipe()
        try:
            try:
                self.forbidden = forbidden
                words = json.dumps({"forbidden": forbidden}).encode()
                socket.send_fds(self._channel, [words], [request_out, reply_in])
            finally:
                os.close(request_out)
                os.close(reply_in)
            while "started" not in self._heard():
                continue  # how the one before has ended
            watch = ResourceWatch(self._first, self._memory)
            return converse(request, request_in, reply_out, self._channel, watch, seconds)
        finally:
            for descriptor in (request_in, reply_out):
                os.close(descriptor)

    def close(self) -> None:
        """End it."""
        self._channel.close()

    def _heard(self) -> dict[str, Any]:
        """One line, if it is no refusal."""
        told = receive_line(self._channel)
        if "refused" in told:
            raise SandboxError(str(told["refused"]))
        if "failed" in told:
            raise GradingError(f"an answer could not be started: {told['failed']}")
        return told
