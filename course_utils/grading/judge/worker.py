"""A judge in a process of its own, a fork of the warm process: jobs in, graded submissions out."""

from __future__ import annotations

import json
import signal
import socket
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from course_utils.errors import GradingError, SandboxError
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.judge.fork_client import SERVE, ForkServer
from course_utils.grading.judge.frames import receive_frame, send_frame
from course_utils.grading.judge.judging import Judge
from course_utils.grading.judge.warm_client import WarmProcess

__all__ = ["Worker", "WorkerDied", "serve"]

_ENTRY = "course_utils.grading.judge.worker:serve"


class WorkerDied(Exception):
    """The worker's process ended while it had a job."""


class Worker:
    """The client of one judge's process.

    Args:
        warm: what it, and its fork server, are forks of.
        sandboxed: False grades without protection.
        limits: what the answer to one exercise may take.

    Attributes:
        pid: its process.

    Raises:
        GradingError: the processes cannot be started.
    """

    def __init__(self, warm: WarmProcess, sandboxed: bool, limits: Limits) -> None:
        told = {"sandboxed": sandboxed, "limits": asdict(limits)}
        control, servers = socket.socketpair()
        with control, servers:
            warm.fork(SERVE, [servers.fileno()], **told)
            self._channel, jobs = socket.socketpair()
            with jobs:
                self.pid = warm.fork(_ENTRY, [jobs.fileno(), control.fileno()], **told)

    def grade(self, job: bytes) -> bytes:
        """The graded submission of one job, as JSON.

        Raises:
            WorkerDied: its process has ended.
            SandboxError: the machine cannot hold a student's code; nothing was run.
            GradingError: it cannot grade at all.
        """
        try:
            send_frame(self._channel, job)
            answer = receive_frame(self._channel)
        except OSError as error:
            raise WorkerDied(str(error)) from error
        if answer is None:
            raise WorkerDied("it closed its end")
        if answer[:1] == b"+":
            return answer[1:]
        said: dict[str, Any] = json.loads(answer)
        raise {"SandboxError": SandboxError}.get(said["kind"], GradingError)(said["message"])

    def close(self) -> None:
        """Let go of it: it ends, with whatever it is doing."""
        with suppress(OSError):  # it may have ended
            self._channel.shutdown(socket.SHUT_RDWR)  # also where a thread waits for it
        self._channel.close()


def serve(jobs: int, control: int, sandboxed: bool, limits: dict[str, Any]) -> None:
    """The worker's process: grade jobs until the socket closes.

    Args:
        jobs: the descriptor of a socket that jobs come from.
        control: the descriptor of a socket to a fork server.
        sandboxed: as the fork server was told.
        limits: as the fork server was told.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel = socket.socket(fileno=jobs)
    server = ForkServer(sandboxed, Limits(**limits), control=socket.socket(fileno=control))
    with server, Judge(server=server) as judge:
        while (job := receive_frame(channel)) is not None:
            try:
                answer = b"+" + judge.grade(job).to_json().encode()
            except GradingError as error:
                said = {"kind": type(error).__name__, "message": str(error)}
                answer = json.dumps(said).encode()
            send_frame(channel, answer)
