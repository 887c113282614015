"""A fork of the warm process, which forks a child for each exercise and has run nothing itself.

It holds no oracle, no secret and no submission: the request goes through a pipe that it hands on
unread. Over its control socket come a job's descriptors, and one line of JSON goes back.

    judge ── control ──> fork server ── fork ──> warden ── fork, new namespaces ──> process 1
      │                                             │ how it ended                      │ fork
      ├──────────────────── life ───────────────────┘                               the answer
      └──────────────────── request, reply ─────────────────────────────────────────────┘

The life socket belongs to the warden: when its other end closes, however the judge may have died,
the warden kills process 1 of the namespaces, and Linux kills all that is left in them. Process 1 is
not the answer: it builds the root, forks the answer, and reaps. Nothing inside can signal it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Any, NoReturn

from course_utils.errors import SandboxError
from course_utils.grading.inside import linux
from course_utils.grading.inside.block_ready_operations import source_files
from course_utils.grading.inside.child import serve as answer_one_request
from course_utils.grading.inside.fork_setup import keep_only, offer_to_be_ended_first
from course_utils.grading.inside.json_lines import send_line
from course_utils.grading.inside.root_filesystem import move_into_root
from course_utils.grading.inside.sandbox import enter_namespaces, give_up_rights
from course_utils.grading.inside.sandbox_spec import Limits, SandboxSpec, spec_of_this_course

__all__ = ["USERS", "serve"]

#: Where the users of the answers begin: numbers that no system gives away.
USERS = 0x70000000


def serve(control: int, sandboxed: bool, limits: dict[str, Any]) -> None:
    """Serve until the control socket closes.

    Args:
        control: the descriptor of a Unix stream socket to the judge.
        sandboxed: False where the judge was told to grade without a sandbox.
        limits: fields of `sandbox_spec.Limits`.
    """
    spec = spec_of_this_course(limits=Limits(**limits))
    hidden: dict[str, tuple[str, ...]] = {}  # by the kinds that are forbidden
    channel = socket.socket(fileno=control)
    send_line(channel, {"ready": os.getpid()})
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, 4096, 3)
        if not message:
            return
        forbidden = json.loads(message)["forbidden"]
        key = " ".join(forbidden)
        if key not in hidden:
            hidden[key] = source_files(forbidden)
        try:
            child = os.fork()
        except OSError as error:  # no memory, or too many processes, just now
            send_line(channel, {"failed": str(error)})
        else:
            if child == 0:
                channel.close()
                _warden(replace(spec, hidden=hidden[key]), descriptors, sandboxed)
            send_line(channel, {"warden": child})
        for descriptor in descriptors:
            os.close(descriptor)


def _warden(spec: SandboxSpec, descriptors: list[int], sandboxed: bool) -> NoReturn:
    """Start process 1 in its namespaces, tell how it ends, and end it when told to."""
    request, reply, life = descriptors
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        keep_only({request, reply, life})
        channel = socket.socket(fileno=life)
        heard, said = os.pipe()
        spec = replace(spec, user=USERS + os.getpid())
        first = _start_first(channel, sandboxed)
        if first == 0:
            channel.close()
            os.close(heard)
            _first(spec, request, reply, said, sandboxed)
        for descriptor in (request, reply, said):
            os.close(descriptor)
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        if first is not None:
            _watch(channel, first, heard, sandboxed)
    finally:
        os._exit(0)


def _start_first(channel: socket.socket, sandboxed: bool) -> int | None:
    """Leave the namespaces and fork: 0 in process 1; None where that cannot be, which is told."""
    try:
        if sandboxed:
            enter_namespaces()
        return os.fork()
    except SandboxError as error:
        send_line(channel, {"refused": str(error)})
    except OSError as error:
        send_line(channel, {"failed": str(error)})
    return None


def _watch(channel: socket.socket, first: int, heard: int, sandboxed: bool) -> None:
    """Hand on what process 1 and the answer tell, until they end or the judge has had enough."""
    answer = 0
    with open(heard, "rb", 0) as lines:
        while True:
            told, _, _ = select.select([channel.fileno(), heard], [], [])
            if channel.fileno() in told:  # closed by the judge, or by its death
                break
            line = lines.readline()
            if not line:
                break
            message = json.loads(line)
            answer = message.get("started", answer)
            if "ended" not in message:
                send_line(channel, {"started": first} if "started" in message else message)
                continue
            _, _, used = os.wait4(first, 0)
            send_line(channel, {**message, "cpu": used.ru_utime + used.ru_stime})
            return
    os.kill(first, signal.SIGKILL)
    if answer and not sandboxed:  # no namespace takes it along
        with suppress(ProcessLookupError):
            os.killpg(answer, signal.SIGKILL)
    os.waitpid(first, 0)
    with suppress(OSError):  # the judge has gone
        send_line(channel, {"ended": -signal.SIGKILL, "cpu": 0.0})


def _tell(said: int, **message: object) -> None:
    os.write(said, json.dumps(message).encode()[:2000] + b"\n")


def _first(spec: SandboxSpec, request: int, reply: int, said: int, sandboxed: bool) -> NoReturn:
    """Process 1 of the namespaces: build their root, fork the answer, reap, tell how it ended."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # without a handler nobody inside can send it
        os.setsid()
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        if sandboxed:
            move_into_root(spec)
            linux.dumpable(False)  # of its files in /proc not even the names
        answer = os.fork()
        if answer == 0:
            _answer(spec, request, reply, said, sandboxed)
        keep_only({said})
        pid = 0
        while pid != answer:
            pid, status = os.wait()
        _tell(said, ended=os.waitstatus_to_exitcode(status))
    except SandboxError as error:
        _tell(said, refused=str(error)[:1000])
    except OSError as error:
        _tell(said, failed=str(error))
    finally:
        os._exit(0)


def _answer(spec: SandboxSpec, request: int, reply: int, said: int, sandboxed: bool) -> NoReturn:
    """The process of the student's code: give up every right, then serve one request."""
    code = 1
    try:
        os.setsid()
        if sandboxed:
            linux.dumpable()
        offer_to_be_ended_first()
        if sandboxed:
            give_up_rights(spec)
        os.environ.update(HOME="/tmp", TMPDIR="/tmp", MPLCONFIGDIR="/tmp")
        _tell(said, started=os.getpid())
        os.close(said)
        said = -1
        answer_one_request(request, reply, hidden=sandboxed)
        code = 0
    except SandboxError as error:
        if said >= 0:
            _tell(said, refused=str(error)[:1000])
    finally:
        os._exit(code)
