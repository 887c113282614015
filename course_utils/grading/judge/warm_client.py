"""The grader's end of a warm process: start it, have it fork, end it and all its forks."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence

from course_utils.errors import GradingError
from course_utils.grading.inside.json_lines import receive_line
from course_utils.grading.judge.clean_environment import clean_environment
from course_utils.grading.judge.closing import Closing

__all__ = ["START", "WarmProcess"]

START = 120.0  # seconds for a process to become ready
_CODE = (
    "import sys; sys.path[:] = [path for path in sys.path if path]; "
    "from course_utils.grading.inside.warm_process import main; main()"
)


class WarmProcess(Closing):
    """A process with everything imported and nothing run. A context manager that ends it.

    Several threads may ask it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The process, None before the first fork."""
        return self._process.pid if self._process else None

    def fork(self, run: str, descriptors: Sequence[int], **told: object) -> int:
        """Have a fork of it run a function; the process is started where there is none.

        Args:
            run: `package.module:function`. It gets the descriptors, then `told` by name.
            descriptors: what the fork keeps open. The caller closes its own copies.

        Returns:
            The fork's process number.

        Raises:
            GradingError: the process does not start, cannot fork, or was ended by `close`.
        """
        words = json.dumps({"run": run, "told": told}).encode()
        with self._lock:
            for again in (True, False):
                channel = self._started()
                try:
                    socket.send_fds(channel, [words], list(descriptors))
                    answer = receive_line(channel)
                except (OSError, GradingError) as error:
                    self._stop()
                    if self._closed or not again:
                        raise GradingError(f"The warm process ended: {error}") from error
                    continue
                if "pid" not in answer:
                    raise GradingError(f"The warm process cannot fork: {answer.get('failed')}")
                return int(answer["pid"])
        raise GradingError("The warm process ended.")

    def close(self) -> None:
        """End it for good, and with it every fork; also while a thread waits for its start."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._channel = None

    def _started(self) -> socket.socket:
        """The control socket of a process that runs."""
        if self._closed:
            raise GradingError("The warm process was ended.")
        if self._channel is not None and self._process is not None:
            if self._process.poll() is None:
                return self._channel
            self._stop()
        here, there = socket.socketpair()
        with there:
            try:
                process = subprocess.Popen(
                    [sys.executable, "-c", _CODE],
                    stdin=there.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env=clean_environment(),
                    cwd="/",
                )
            except OSError as error:  # no memory, or too many processes, just now
                here.close()
                raise GradingError(f"The warm process cannot be started: {error}") from error
        self._process, self._channel = process, here
        here.settimeout(START)
        if self._closed:  # just now, by another thread, which did not see the process yet
            process.kill()
        try:
            receive_line(here)
        except (OSError, GradingError) as error:
            process.kill()
            said = process.communicate()[1].decode(errors="replace").strip()
            self._stop()
            raise GradingError(f"The warm process did not start: {said[-800:]}") from error
        if process.stderr is not None:
            process.stderr.close()
        return here
