"""A process that was started clean, has imported all that answers could need, and forks on demand.

It is executed, never forked: nothing of the grader is in its memory, descriptors, frames, arguments
or environment. Its standard input is a socket to the grader. Each message names a function, what it
is to be told, and the descriptors that it gets; a fresh fork runs it.

    grader ── control ──> warm process ──┬── fork ──> fork server ── fork ──> one answer at a time
                                         └── fork ──> judge, which imports the oracles by itself
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NoReturn

from course_utils.checking.ready_operations import READY
from course_utils.errors import SandboxError
from course_utils.grading.inside import linux
from course_utils.grading.inside.block_ready_operations import source_files
from course_utils.grading.inside.fork_setup import join_pages, keep_only
from course_utils.grading.inside.json_lines import send_line

__all__ = ["main", "preload"]

#: What answers and probes use. None of it may import an oracle; none of it runs an operation.
_PRELOAD = (
    "keras",
    "matplotlib.pyplot",
    "numpy",
    "scipy.signal",
    "scipy.special",
    "scipy.stats",
    "tensorflow",
    "course_utils.checking.running",
    "course_utils.datasets",
    "course_utils.grading.inside.forkserver",
    "course_utils.plots",
    "course_utils.start",
)

#: Ready operations that TensorFlow would import late: loaded, they can be blocked.
_PRELOAD_IF_THERE = ("tensorflow.python.keras.layers", "tensorflow.python.ops.gen_cudnn_rnn_ops")
_LONGEST = 1 << 16  # bytes of a message
_MOST = 4  # descriptors that come with it


def preload() -> None:
    """Import all that a child could need, so that a fork starts with it."""
    import course_utils.probes

    probes = [each.name for each in iter_modules(course_utils.probes.__path__)]
    for name in (*_PRELOAD, *(f"course_utils.probes.{each}" for each in probes)):
        import_module(name)
    for name in _PRELOAD_IF_THERE:
        with suppress(ImportError):
            import_module(name)


def main() -> None:
    """Serve until the control socket closes."""
    channel = socket.socket(fileno=os.dup(0))
    keep_only({channel.fileno(), 2})
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.argv[:] = [""]
    preload()
    source_files(READY)  # looked for once, for all forks
    gc.collect()
    gc.freeze()
    join_pages()
    if "course_utils.oracles" in sys.modules:
        raise SandboxError("the warm process has imported the oracles: it must not serve")
    send_line(channel, {"ready": os.getpid()})
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, _LONGEST, _MOST)
        if not message:
            return
        try:
            child = os.fork()
        except OSError as error:  # no memory, or too many processes, just now
            send_line(channel, {"failed": str(error)})
        else:
            if child == 0:
                channel.close()
                _run(json.loads(message), descriptors)
            send_line(channel, {"pid": child})
        for descriptor in descriptors:
            os.close(descriptor)


def _run(asked: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Call the function that a message names, with its descriptors and nothing else open."""
    code = 1
    try:
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        keep_only(set(descriptors))
        module, _, function = asked["run"].partition(":")
        getattr(import_module(module), function)(*descriptors, **asked["told"])
        code = 0
    finally:
        os._exit(code)
