"""A process with everything imported and nothing run, whose forks are Jupyter kernels.

As the grader's fork server it hands on what it does not read: a kernel's job comes over its life
socket, which belongs to its warden.

    client ── control ──> kernel server ── fork ──> warden ── fork, new namespaces ──> first process
      │                                               │ signals, and how it ended        │ fork
      ├───────────────────── life ────────────────────┘                               kernel
      └───────────────────── five sockets of Jupyter's protocol ────────────────────────┘

The first process of the namespaces hands signals on and reaps; when the kernel ends, it ends, and
the machine kills all that is left. Unlike the grader's children a kernel sees the whole course, its
checks included, and the notebook's folder.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import psutil

from course_utils.errors import SandboxError
from course_utils.grading.inside import linux, warm_process
from course_utils.grading.inside.fork_setup import keep_only
from course_utils.grading.inside.forkserver import USERS
from course_utils.grading.inside.json_lines import send_line
from course_utils.grading.inside.sandbox import enter_namespaces
from course_utils.grading.inside.sandbox_spec import SandboxSpec, spec_of_this_course
from course_utils.grading.jupyter.client import PORTS, Job

__all__ = ["main"]

#: Beyond what an answer uses: what a notebook uses. None of it runs an operation.
_PRELOAD = (
    "ipykernel.displayhook",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "course_utils.claims",
    "course_utils.recurrent",
)
#: Modules that ask, when they are imported, whether a notebook is running: each kernel's to import.
_ASKING = ("matplotlib_inline.backend_inline", "tqdm.auto", "tqdm.autonotebook")
#: Imported once ipykernel can find no debugger.
_INSIDE = "course_utils.grading.jupyter.process"
_LOOK = 1.0  # seconds between two looks: is the client there, is there memory


def main(control: int, home: str) -> None:
    """Serve until the client has gone, then leave nothing behind.

    Args:
        control: the descriptor of a Unix stream socket to the client.
        home: a folder of this server's own; it holds `root`, an empty folder.
    """
    client = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    spec = _preload(f"{home}/root")
    channel = socket.socket(fileno=control)
    send_line(channel, {"ready": os.getpid()})
    try:
        # Not `die_with_parent`: that is the thread which started this, and it may end early.
        while os.getppid() == client:
            if not select.select([channel], [], [], _LOOK)[0]:
                continue
            message, descriptors, _, _ = socket.recv_fds(channel, 16, 1 + len(PORTS))
            if not message:
                return
            if os.fork() == 0:
                _warden(spec, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _preload(root: str) -> SandboxSpec:
    """Import what kernels use; their sandbox, but for each one's own folder."""
    sys.modules["debugpy"] = None  # type: ignore[assignment] # it needs a network: not to be found
    import_module("ipykernel.debugger")
    import_module(_INSIDE)
    del sys.modules["debugpy"]
    warm_process.preload()
    for name in _PRELOAD:
        import_module(name)
    from course_utils.chapters import CHAPTERS

    for each in CHAPTERS:
        import_module(f"course_utils.oracles.{each.stem}")
    for name in _ASKING:
        sys.modules.pop(name, None)
    cache = str(import_module("course_utils.datasets").cache_folder())
    spec = spec_of_this_course(root)
    shown = (*spec.shown, *spec.courses)
    if os.path.isdir(cache):
        os.environ["UNROLLED_DATA"] = cache
        shown = (*shown, cache)
    gc.collect()
    gc.freeze()
    return replace(spec, shown=shown, courses=(), terminals=True)


def _warden(spec: SandboxSpec, descriptors: list[int]) -> NoReturn:
    """Start a kernel in its namespaces, hand on signals, tell how it ends."""
    life, *listening = descriptors
    channel = socket.socket(fileno=life)
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        keep_only({life, *listening})
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        with channel.makefile() as lines:
            line = lines.readline()
        if line:
            _start(channel, spec, Job.from_json(line), listening)
    except SandboxError as error:
        send_line(channel, {"refused": str(error)})
    except OSError:
        pass  # the client has gone while it was told something
    finally:
        os._exit(0)


def _start(channel: socket.socket, spec: SandboxSpec, job: Job, listening: list[int]) -> None:
    if job.sandboxed:
        enter_namespaces()
    spec = replace(spec, user=USERS + os.getpid())
    ready, entered = os.pipe()
    first = os.fork()
    if first == 0:
        channel.close()
        os.close(ready)
        import_module(_INSIDE).first_process(spec, job, listening, entered)
    for descriptor in (entered, *listening):
        os.close(descriptor)
    if ready not in select.select([ready, channel.fileno()], [], [])[0]:
        _kill(first, job.sandboxed)  # the client has waited long enough
        return
    with open(ready) as said:
        problem = said.read()
    if problem:
        send_line(channel, json.loads(problem))
        return
    send_line(channel, {"started": first})
    _watch(channel, first, job)


def _watch(channel: socket.socket, first: int, job: Job) -> None:
    """Until the kernel ends, or the client has had enough of it or is gone."""
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    reason, look = "", time.monotonic() + _LOOK
    while True:
        pid, status = os.waitpid(first, os.WNOHANG)
        if pid:
            send_line(channel, {"ended": os.waitstatus_to_exitcode(status), "reason": reason})
            return
        told, _, _ = select.select([channel.fileno(), ended], [], [], _LOOK)
        if ended in told:
            os.read(ended, 100)
        if channel.fileno() in told:
            words = channel.recv(100)
            if not words:
                _kill(first, job.sandboxed)
                os.waitpid(first, 0)
                return
            for signum in words:  # one byte each
                if signum == signal.SIGKILL:
                    _kill(first, job.sandboxed)
                else:
                    os.kill(first, signum)
        if job.sandboxed and time.monotonic() > look:
            look = time.monotonic() + _LOOK
            if _held() > job.limits.memory:
                reason = "memory"
                _kill(first, True)


def _kill(first: int, sandboxed: bool) -> None:
    """End the kernel with all that it started; in namespaces the first process takes all along."""
    started = []
    if not sandboxed:
        with suppress(psutil.Error):
            started = psutil.Process(first).children(recursive=True)
    os.kill(first, signal.SIGKILL)
    for each in started:
        with suppress(psutil.Error):
            each.kill()


def _held() -> int:
    """Bytes that the processes of the namespaces hold for themselves, shared libraries left out.

    The first process has changed the root of its mount namespace, which is the warden's as well: so
    /proc shows these processes and no others. Where there is none, nothing is seen to be held.
    """
    pages = 0
    for file in Path("/proc").glob("[0-9]*/statm"):
        with suppress(OSError):  # it has just ended
            _, resident, shared, *_ = map(int, file.read_text("ascii").split())
            pages += resident - shared
    return pages * resource.getpagesize()
