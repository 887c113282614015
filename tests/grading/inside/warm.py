"""A fork server of other limits without another start of TensorFlow: a fork of the pools' own."""

from __future__ import annotations

import json
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing.context import ForkServerProcess

from course_utils.grading.inside.forkserver import serve_forked
from course_utils.grading.inside.json_lines import receive_line
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.inside.worker_start import START, ForkedProcess, ForkedServer, new_home
from course_utils.grading.judge.fork_client import ForkServer

__all__ = ["warm_server"]


class _Process(ForkedProcess):
    """A process that multiprocessing has started and waits for."""

    def __init__(self, started: ForkServerProcess) -> None:
        super().__init__(started.pid or 0)
        self._started = started

    def _reap(self, options: int) -> int | None:
        self._started.join(0 if options else None)
        self.code = self._started.exitcode
        return self.code


@contextmanager
def warm_server(limits: Limits | None = None) -> Iterator[ForkServer]:
    """A fork server that has started, ended with the block."""
    from course_utils.grading.judge.executors import LocalPool  # knows what no server may know

    LocalPool(1)._open()  # what its workers are forked from
    limits, home = limits or Limits(), new_home()
    here, there = socket.socketpair()
    process = multiprocessing.get_context("forkserver").Process(
        target=_serve, args=(there, home.name, json.dumps(asdict(limits)))
    )
    process.start()
    there.close()
    here.settimeout(START)
    receive_line(here)  # that it is ready
    with ForkServer(limits=limits, forked=ForkedServer(_Process(process), here, home)) as server:
        yield server


def _serve(control: socket.socket, home: str, limits: str) -> None:
    serve_forked(control.detach(), home, True, limits)
