"""A fork of the warm process, which starts a sandbox for each student and has run nothing itself.

It holds no oracle, no secret and no submission: requests go through pipes that it never sees.

    judge ── control ──> fork server ── fork ──> warden ── fork, new namespaces ──> process 1
      │                                                                                 │ fork
      ├──────────────── the sandbox's own socket ───────────────────────────────────────┤
      └──────────────── request, reply ───────────────────────────────── an answer for each exercise

Process 1 is not the answer: it builds the root, takes ready operations away, forks one answer after
the other, and each time ends whatever the one before has left. Nothing inside can signal it.
When its socket closes, however the judge may have died, it ends, and Linux kills all that is left.
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
from course_utils.grading.inside.block_ready_operations import block, source_files
from course_utils.grading.inside.child import serve as answer_one_request
from course_utils.grading.inside.fork_setup import keep_only, offer_to_be_ended_first
from course_utils.grading.inside.json_lines import send_line
from course_utils.grading.inside.root_filesystem import (
    can_be_emptied,
    empty_scratch,
    hide,
    move_into_root,
)
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
    channel = socket.socket(fileno=control)
    send_line(channel, {"ready": os.getpid()})
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, 4096, 1)
        if not message:
            return
        try:
            child = os.fork()
        except OSError as error:  # no memory, or too many processes, just now
            send_line(channel, {"failed": str(error)})
        else:
            if child == 0:
                channel.close()
                _warden(spec, descriptors[0], sandboxed)
            send_line(channel, {"warden": child})
        for descriptor in descriptors:
            os.close(descriptor)


def _warden(spec: SandboxSpec, own: int, sandboxed: bool) -> NoReturn:
    """Leave the namespaces, fork process 1, say its number, and wait for its end."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        keep_only({own})
        channel = socket.socket(fileno=own)
        spec = replace(spec, user=USERS + os.getpid())
        first = _start_first(spec, channel, sandboxed)
        channel.close()
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        if first:
            os.waitpid(first, 0)
    finally:
        os._exit(0)


def _start_first(spec: SandboxSpec, channel: socket.socket, sandboxed: bool) -> int:
    """The number of process 1; 0 where there can be none, which is told."""
    try:
        if sandboxed:
            enter_namespaces()
        first = os.fork()
        if first == 0:
            _first(spec, channel, sandboxed)
        send_line(channel, {"first": first})
        return first
    except SandboxError as error:
        send_line(channel, {"refused": str(error)})
    except OSError as error:
        send_line(channel, {"failed": str(error)})
    return 0


def _first(spec: SandboxSpec, channel: socket.socket, sandboxed: bool) -> NoReturn:
    """Process 1 of the namespaces: build their root, then fork answers until the judge goes."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # without a handler nobody inside can send it
        os.setsid()
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        if sandboxed:
            move_into_root(spec)
            linux.dumpable(False)  # of its files in /proc not even the names
        send_line(channel, {"ready": True, "again": sandboxed and can_be_emptied(spec)})
        _Answers(spec, channel, sandboxed).serve()
    except SandboxError as error:
        send_line(channel, {"refused": str(error)})
    except OSError as error:
        with suppress(OSError):  # the judge may have gone
            send_line(channel, {"failed": str(error)})
    finally:
        os._exit(0)


class _Answers:
    """What process 1 does: one answer after the other, and all processes reaped."""

    def __init__(self, spec: SandboxSpec, channel: socket.socket, sandboxed: bool) -> None:
        self.spec, self.channel, self.sandboxed = spec, channel, sandboxed
        self.answer, self.count = 0, 0
        self.forbidden: list[str] = []
        self.woken, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self.woken, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Until the socket closes."""
        while True:
            happened, _, _ = select.select([self.channel.fileno(), self.woken], [], [])
            if self.woken in happened:
                with suppress(BlockingIOError):
                    os.read(self.woken, 4096)
                self._reap()
            if self.channel.fileno() in happened:
                message, descriptors, _, _ = socket.recv_fds(self.channel, 4096, 2)
                if not message:
                    self._end_all()
                    return
                self._start(json.loads(message)["forbidden"], *descriptors)

    def _start(self, forbidden: list[str], request: int, reply: int) -> None:
        """Fork an answer in a place that is as the first one found it, but for what is forbidden
        from now on."""
        if self.count:
            self._end_all()
            if self.sandboxed:
                empty_scratch(self.spec)
        self.count += 1
        if forbidden != self.forbidden:
            self.forbidden = forbidden
            if self.sandboxed:
                hide(source_files(forbidden), self.spec)
            block(forbidden)
        self.answer = os.fork()
        if self.answer == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _answer(self.spec, request, reply, self.channel, self.sandboxed)
        for descriptor in (request, reply):
            os.close(descriptor)

    def _reap(self) -> None:
        """Take note of what has ended; that the answer has is told."""
        with suppress(ChildProcessError):
            while True:
                pid, status, used = os.wait4(-1, os.WNOHANG)
                if not pid:
                    return
                if pid == self.answer:
                    self.answer = 0
                    cpu = used.ru_utime + used.ru_stime
                    code = os.waitstatus_to_exitcode(status)
                    send_line(self.channel, {"ended": code, "cpu": cpu})

    def _end_all(self) -> None:
        """End every process but this one, whoever its parent is, and wait for the end of all."""
        with suppress(ProcessLookupError):
            if self.sandboxed:
                os.kill(-1, signal.SIGKILL)
            elif self.answer:  # no namespace bounds what -1 means
                os.killpg(self.answer, signal.SIGKILL)
        self.answer = 0
        with suppress(ChildProcessError):
            while True:
                os.wait()


def _answer(
    spec: SandboxSpec, request: int, reply: int, channel: socket.socket, sandboxed: bool
) -> NoReturn:
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
        send_line(channel, {"started": True})
        channel.close()
        keep_only({request, reply})
        answer_one_request(request, reply, hidden=sandboxed)
        code = 0
    except SandboxError as error:
        if channel.fileno() >= 0:
            send_line(channel, {"refused": str(error)})
    finally:
        os._exit(code)
