"""A pool's worker starts: it forks its fork server while it knows nothing, then becomes a judge.

Nothing that judges may be imported here: what this process has loaded, every answer can see.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
from dataclasses import dataclass
from multiprocessing import connection

from course_utils.grading.inside.forkserver import serve_forked
from course_utils.grading.inside.json_lines import receive_line

__all__ = ["START", "ForkedProcess", "ForkedServer", "enter_worker", "new_home", "take_server"]

START = 120.0  # seconds for a fork server to become ready


@dataclass
class ForkedProcess:
    """A child of this process with as much of `subprocess.Popen` as is needed of it."""

    pid: int
    code: int | None = None

    def poll(self) -> int | None:
        """Its exit code if it has ended, minus the signal's number where one ended it."""
        return self.code if self.code is not None else self._reap(os.WNOHANG)

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int | None:
        """Its exit code, once it has ended."""
        return self.code if self.code is not None else self._reap(0)

    def _reap(self, options: int) -> int | None:
        try:
            pid, status = os.waitpid(self.pid, options)
        except ChildProcessError:
            pid, status = self.pid, 0
        if pid:
            self.code = os.waitstatus_to_exitcode(status)
        return self.code


@dataclass(frozen=True)
class ForkedServer:
    """A fork server that is a fork of this process, and ready.

    Attributes:
        process: the server.
        control: the judge's end of its control socket.
        home: the folder that its sandboxes build their root on.
    """

    process: ForkedProcess
    control: socket.socket
    home: tempfile.TemporaryDirectory[str]


_forked: dict[str, ForkedServer] = {}


def enter_worker(settings: str) -> None:
    """Fork the server, ignore Ctrl-C, which the parent handles, and end when the parent ends.

    Args:
        settings: an executor's, as JSON.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _fit_to_fork():
        _forked[settings] = _fork_server(settings)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def take_server(settings: str) -> ForkedServer | None:
    """The server that this process forked at its start, to the first who asks; else None."""
    return _forked.pop(settings, None)


def new_home() -> tempfile.TemporaryDirectory[str]:
    """An empty folder for a server's sandboxes, which other users can enter."""
    home = tempfile.TemporaryDirectory(prefix="unrolled-")
    os.chmod(home.name, 0o755)
    return home


def _fit_to_fork() -> bool:
    """Whether this process is warm, runs one thread, and has imported nothing that judges."""
    judging = {"course_utils.oracles", "course_utils.checking.judging"} & set(sys.modules)
    return not judging and "keras" in sys.modules and threading.active_count() == 1


def _fork_server(settings: str) -> ForkedServer:
    said = json.loads(settings)
    home = new_home()
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        serve_forked(there.fileno(), home.name, said["sandboxed"], json.dumps(said["limits"]))
    there.close()
    here.settimeout(START)
    receive_line(here)  # that it is ready
    return ForkedServer(ForkedProcess(child), here, home)


def _end_with(sentinel: int) -> None:
    """End this worker when its parent ends, however it ends; its fork server ends with it."""
    connection.wait([sentinel])
    os._exit(1)
