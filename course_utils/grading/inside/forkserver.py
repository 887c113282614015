"""A process with everything imported and nothing run, which forks a child for each exercise.

It holds no oracle, no secret and no submission: the request goes through a pipe that it hands on
unread. Over its control socket come a job's descriptors, and one line of JSON goes back.

    judge ── control ──> fork server ── fork ──> warden ── fork, new namespaces ──> the answer
      └────────── request, reply, life ─────────────┴───────────────────────────────┘

The life socket belongs to the warden: when its other end closes, however the judge may have died,
the warden kills process 1 of the namespaces, and Linux kills all that is left in them.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NoReturn

from course_utils.errors import SandboxError
from course_utils.grading.inside import linux
from course_utils.grading.inside.block_ready_operations import ready_functions, source_files
from course_utils.grading.inside.child import serve
from course_utils.grading.inside.fork_setup import keep_only, offer_to_be_ended_first
from course_utils.grading.inside.json_lines import send_line
from course_utils.grading.inside.sandbox import confine, enter_namespaces
from course_utils.grading.inside.sandbox_spec import Limits, SandboxSpec, spec_of_this_course

__all__ = ["USERS", "main", "preload", "serve_forked"]

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
    "course_utils.plots",
    "course_utils.start",
)

#: Ready operations that TensorFlow would import late: loaded, they can be blocked.
_PRELOAD_IF_THERE = ("tensorflow.python.keras.layers", "tensorflow.python.ops.gen_cudnn_rnn_ops")
#: Where the users of the answers begin: numbers that no system gives away.
USERS = 0x70000000


def preload() -> None:
    """Import all that a child could need, so that a fork starts with it."""
    import course_utils.probes

    probes = [each.name for each in iter_modules(course_utils.probes.__path__)]
    for name in (*_PRELOAD, *(f"course_utils.probes.{each}" for each in probes)):
        import_module(name)
    for name in _PRELOAD_IF_THERE:
        with suppress(ImportError):
            import_module(name)


def main(control: int, home: str, sandboxed: bool, limits: str = "{}") -> None:
    """Serve until the control socket closes.

    Args:
        control: the descriptor of a Unix stream socket to the judge.
        home: an existing empty folder, for the sandbox to build its root on.
        sandboxed: False where the judge was told to grade without a sandbox.
        limits: JSON of `sandbox.Limits`.
    """
    _prepare()
    preload()
    ready_functions()
    spec = spec_of_this_course(home, Limits(**json.loads(limits)))
    gc.collect()
    gc.freeze()
    if "course_utils.oracles" in sys.modules:
        raise SandboxError("the fork server has imported the oracles: it must not serve")
    channel = socket.socket(fileno=control)
    send_line(channel, {"ready": os.getpid()})
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, 4096, 3)
        if not message:
            return
        job = json.loads(message)
        child = os.fork()
        if child == 0:
            channel.close()
            _warden(spec, job, descriptors, sandboxed)
        for descriptor in descriptors:
            os.close(descriptor)
        send_line(channel, {"warden": child})


def serve_forked(control: int, home: str, sandboxed: bool, limits: str) -> NoReturn:
    """Serve as a fresh fork of a warm process, of which nothing else is kept open."""
    code = 1
    try:
        keep_only({control})
        main(control, home, sandboxed, limits)
        code = 0
    finally:
        os._exit(code)


def _prepare() -> None:
    """Detached from the terminal, reaping by itself, ended with the judge."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        linux.die_with_parent()


def _warden(
    spec: SandboxSpec, job: dict[str, Any], descriptors: list[int], sandboxed: bool
) -> NoReturn:
    """Start the answer's process in its namespaces, tell how it ends, and end it when told to."""
    request, reply, life = descriptors
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    keep_only({request, reply, life})
    channel = socket.socket(fileno=life)
    try:
        if sandboxed:
            enter_namespaces()
        user = USERS + os.getpid()
        ready, entered = os.pipe()
        child = os.fork()
        if child == 0:
            channel.detach()
            os.close(life)
            os.close(ready)
            _answer(replace(spec, user=user), job, request, reply, entered, sandboxed)
        for descriptor in (request, reply, entered):
            os.close(descriptor)
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        problem = os.read(ready, 2000).decode()
        if problem:
            send_line(channel, {"refused": problem})
        else:
            send_line(channel, {"started": child})
            _watch(channel, child)
    except SandboxError as error:
        send_line(channel, {"refused": str(error)})
    finally:
        os._exit(0)


def _watch(channel: socket.socket, child: int) -> None:
    """Until the answer's process ends or the judge has had enough."""
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            send_line(channel, {"ended": os.waitstatus_to_exitcode(status)})
            return
        told, _, _ = select.select([channel.fileno(), ended], [], [])
        if channel.fileno() in told:  # closed by the judge, or by its death
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        os.read(ended, 100)


def _answer(
    spec: SandboxSpec, job: dict[str, Any], request: int, reply: int, entered: int, sandboxed: bool
) -> NoReturn:
    """Process 1 of the namespaces: confine itself, then serve one request."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.setsid()
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        offer_to_be_ended_first()
        if sandboxed:
            confine(replace(spec, hidden=source_files(job["forbidden"])))
        os.environ.update(HOME="/tmp", TMPDIR="/tmp", MPLCONFIGDIR="/tmp")
        os.close(entered)
        entered = -1
        serve(request, reply, hidden=sandboxed)
        code = 0
    except SandboxError as error:
        if entered >= 0:
            os.write(entered, str(error).encode()[:2000])
    finally:
        os._exit(code)
