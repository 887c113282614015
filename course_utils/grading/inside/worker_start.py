"""A pool's process, before it is a judge: its fork server is a fork of it while it knows nothing.

Nothing that judges may be imported here: what this process has loaded, every answer can see.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from multiprocessing import connection

from course_utils.grading.inside.sandbox import Limits
from course_utils.grading.judge.fork_client import ForkServer

__all__ = ["enter_worker", "server_for"]

_ready: dict[str, ForkServer] = {}


def enter_worker(settings: str) -> None:
    """Deaf to Ctrl-C, which the grader heeds; ended with the grader; with a warm server.

    Args:
        settings: an executor's, as JSON.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = _new(settings)
    server.fork_here()
    _ready[settings] = server
    grader = multiprocessing.parent_process()
    if grader is not None:
        threading.Thread(target=_end_with, args=(grader.sentinel,), daemon=True).start()


def server_for(settings: str) -> ForkServer:
    """The server that this process was given, once; after that a new one."""
    return _ready.pop(settings, None) or _new(settings)


def _new(settings: str) -> ForkServer:
    said = json.loads(settings)
    return ForkServer(said["sandboxed"], Limits(**said["limits"]))


def _end_with(sentinel: int) -> None:
    """End this worker when the grader ends, however it ends; its fork server ends with it."""
    connection.wait([sentinel])
    os._exit(1)
