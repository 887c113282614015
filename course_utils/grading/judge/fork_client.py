"""The judge's end of a fork server: ask it for a child, and again where it has gone."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from course_utils.errors import GradingError, SandboxError, WireError
from course_utils.grading.inside.json_lines import receive_line
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.judge.closing import Closing
from course_utils.grading.judge.conversation import Conversation
from course_utils.grading.judge.student_sandbox import StudentSandbox
from course_utils.grading.judge.warm_client import START, WarmProcess

__all__ = ["SERVE", "ForkServer"]

#: What a fork of the warm process runs to become a fork server.
SERVE = "course_utils.grading.inside.forkserver:serve"
_TRIES = 4  # starts of a child that failed although the machine can start one
_PAUSE = 0.5  # seconds after the first that failed; each next one is twice as long


class ForkServer(Closing):
    """Forks an answer's process for each request. A context manager that ends it.

    Args:
        sandboxed: False grades without protection.
        limits: what a child may take.
        warm: what it is a fork of; who made that ends it. Left out, it gets one of its own.
        control: the socket to a server with these settings that is there already.
    """

    def __init__(
        self,
        sandboxed: bool = True,
        limits: Limits | None = None,
        warm: WarmProcess | None = None,
        control: socket.socket | None = None,
    ) -> None:
        self.sandboxed, self.limits = sandboxed, limits or Limits()
        self._own = warm is None
        self._warm = warm or WarmProcess()
        self._channel: socket.socket | None = None
        self._proven = False  # whether an answer was confined here
        self._keeping = False
        self._kept: StudentSandbox | None = None
        self.pid: int | None = None
        if control is not None:
            self._take(control)

    def close(self) -> None:
        """End the server, and with it every child."""
        self._stop()
        if self._own:
            self._warm.close()

    def _stop(self) -> None:
        self._close_kept()
        if self._channel is not None:
            self._channel.close()
        self._channel, self.pid = None, None

    def start(self) -> None:
        """Start the server if there is none.

        Raises:
            GradingError: it does not come up.
        """
        if self._channel is not None:
            return
        here, there = socket.socketpair()
        with there:
            told = {"sandboxed": self.sandboxed, "limits": asdict(self.limits)}
            self._warm.fork(SERVE, [there.fileno()], **told)
        self._take(here)

    def _take(self, control: socket.socket) -> None:
        """Wait until the server at the other end is ready."""
        control.settimeout(START)
        try:
            self.pid = int(receive_line(control)["ready"])
        except (OSError, GradingError) as error:
            control.close()
            raise GradingError(f"The fork server did not start: {error}") from error
        self._channel = control

    def ask(self, request: bytes, seconds: float, forbidden: Sequence[str] = ()) -> Conversation:
        """Send one frame to a fresh child and wait for its one frame.

        Args:
            request: a frame.
            seconds: wall time after which the child is ended.
            forbidden: the kinds of ready operations whose source files the child does not see.

        Raises:
            SandboxError: the child could not be confined; nothing of the request was run.
            GradingError: the server is gone and does not come back.
        """
        pause = _PAUSE
        for left in reversed(range(_TRIES)):
            try:
                self.start()
                return self._ask(request, seconds, tuple(forbidden))
            except SandboxError:
                if not self._proven or not left:
                    raise
            except WireError:
                raise
            except (OSError, GradingError) as error:
                self._stop()
                if not left:
                    raise GradingError(f"No answer could be started: {error}") from error
            time.sleep(pause)  # Linux may be short of something for a moment
            pause *= 2
        raise GradingError("No answer could be started.")

    @contextmanager
    def one_student(self) -> Iterator[None]:
        """Answers asked for in the body are of one student: they may share a sandbox.

        One after the other, each in a process and folders of its own. After one that gives no reply
        the next gets a new sandbox.
        """
        self._keeping = True
        try:
            yield
        finally:
            self._keeping = False
            self._close_kept()

    def _ask(self, request: bytes, seconds: float, forbidden: tuple[str, ...]) -> Conversation:
        sandbox, self._kept = self._kept, None
        if sandbox is not None and not sandbox.fits(forbidden):
            sandbox.close()
            sandbox = None
        sandbox = sandbox or self._enter()
        keep = False
        try:
            talk = sandbox.ask(request, seconds, forbidden)
            self._proven = True
            keep = self._keeping and sandbox.reusable and talk.reply is not None
            return talk
        finally:
            if keep:
                self._kept = sandbox
            else:
                sandbox.close()

    def _enter(self) -> StudentSandbox:
        """A new sandbox."""
        channel = self._channel
        if channel is None:
            raise GradingError("the fork server is not running")
        own, other = socket.socketpair()
        try:
            with other:
                socket.send_fds(channel, [b"a sandbox"], [other.fileno()])
            told = receive_line(channel)
            if "warden" not in told:
                raise GradingError(f"a fork failed: {told.get('failed')}")
            return StudentSandbox(own, self.limits.memory, START)
        except BaseException:
            own.close()
            raise

    def _close_kept(self) -> None:
        if self._kept is not None:
            self._kept.close()
        self._kept = None
