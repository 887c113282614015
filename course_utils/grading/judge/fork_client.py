"""The judge's end of a fork server: start it, ask it for a child, end both."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType

from course_utils.errors import GradingError, SandboxError, WireError
from course_utils.grading.inside.json_lines import receive_line
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.inside.worker_start import (
    START,
    ForkedProcess,
    ForkedServer,
    new_home,
)
from course_utils.grading.judge.clean_environment import clean_environment
from course_utils.grading.judge.conversation import Conversation, converse
from course_utils.grading.judge.resource_watch import ResourceWatch

__all__ = ["ForkServer"]

_CODE = (
    "import sys; sys.path[:] = [path for path in sys.path if path]; "
    "from course_utils.grading.inside.forkserver import main; "
    "main(int(sys.argv[1]), sys.argv[2], sys.argv[3] == 'sandboxed', sys.argv[4])"
)


class ForkServer:
    """A warm process that forks a child for each request. A context manager that ends it.

    Args:
        sandboxed: False grades without protection.
        limits: what a child may take.
        forked: a server with these settings that is there already; it is ended with this object.
    """

    def __init__(
        self,
        sandboxed: bool = True,
        limits: Limits | None = None,
        forked: ForkedServer | None = None,
    ) -> None:
        self.sandboxed, self.limits = sandboxed, limits or Limits()
        self._home = forked.home if forked else new_home()
        self._process: subprocess.Popen[bytes] | ForkedProcess | None
        self._process = forked.process if forked else None
        self._channel = forked.control if forked else None

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server, and with it every child."""
        self._stop()
        self._home.cleanup()

    @property
    def pid(self) -> int | None:
        """The server's process, None before the first request."""
        return self._process.pid if self._process else None

    def _stop(self) -> None:
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._channel = None

    def start(self) -> None:
        """Start the server if it is not running.

        Raises:
            GradingError: it does not come up.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self._stop()
        here, there = socket.socketpair()
        words = ["sandboxed" if self.sandboxed else "open", json.dumps(asdict(self.limits))]
        with there:
            process = self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE, str(there.fileno()), self._home.name, *words],
                pass_fds=(there.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=clean_environment(),
                cwd=self._home.name,
            )
        self._channel = here
        here.settimeout(START)
        try:
            told = receive_line(here)
        except (OSError, GradingError) as error:
            process.kill()
            said = process.communicate()[1].decode(errors="replace").strip()
            self._stop()
            raise GradingError(f"The warm process did not start: {said[-800:]}") from error
        if process.stderr is not None:
            process.stderr.close()
        if "ready" not in told:
            raise GradingError("The warm process did not start.")

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
        for again in (True, False):
            self.start()
            try:
                return self._ask(request, seconds, forbidden)
            except (ConnectionError, TimeoutError, GradingError) as error:
                if isinstance(error, (SandboxError, WireError)):
                    raise
                self._stop()
                if not again:
                    raise GradingError(f"The warm process ended: {error}") from error
        raise GradingError("The warm process ended.")

    def _ask(self, request: bytes, seconds: float, forbidden: Sequence[str]) -> Conversation:
        channel = self._channel
        if channel is None:
            raise GradingError("the warm process is not running")
        request_out, request_in = os.pipe()
        reply_out, reply_in = os.pipe()
        life, other = socket.socketpair()
        try:
            channel.settimeout(START)
            words = json.dumps({"forbidden": list(forbidden)}).encode()
            socket.send_fds(channel, [words], [request_out, reply_in, other.fileno()])
        finally:
            os.close(request_out)
            os.close(reply_in)
            other.close()
        try:
            warden = int(receive_line(channel)["warden"])
            life.settimeout(START)
            began = receive_line(life)
            if "refused" in began:
                raise SandboxError(str(began["refused"]))
            watch = ResourceWatch(warden, self.limits.memory)
            return converse(request, request_in, reply_out, life, watch, seconds)
        finally:
            life.close()  # the warden ends what is left
            for descriptor in (request_in, reply_out):
                os.close(descriptor)
