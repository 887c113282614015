"""What runs in a kernel's namespaces: the first process, and the kernel that it starts."""

from __future__ import annotations

import atexit
import json
import os
import random
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any, NoReturn

from course_utils.errors import SandboxError
from course_utils.grading.inside import linux
from course_utils.grading.inside.fork_setup import keep_only, offer_to_be_ended_first
from course_utils.grading.inside.root_filesystem import move_into_root
from course_utils.grading.inside.sandbox import give_up_rights
from course_utils.grading.inside.sandbox_spec import SandboxSpec
from course_utils.grading.jupyter.app import ready_kernel
from course_utils.grading.jupyter.client import Job

__all__ = ["first_process"]

_HANDED_ON = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT")


def first_process(spec: SandboxSpec, job: Job, listening: list[int], entered: int) -> NoReturn:
    """Process 1 of the namespaces: confine itself, start the kernel, hand on signals, reap.

    Args:
        spec: the sandbox; the job adds to it.
        job: what the kernel is to be.
        listening: the descriptors of its sockets.
        entered: a descriptor that is closed once the kernel is ready; before, it takes one line of
            JSON where something went wrong: {"refused": …} by the sandbox, or {"failed": …}.
    """
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        offer_to_be_ended_first()
        if job.sandboxed:
            shown, overlaid = (*spec.shown, *job.shown), tuple(job.overlaid)
            spec = replace(spec, shown=shown, overlaid=overlaid, limits=job.limits)
            move_into_root(spec)
            give_up_rights(spec)
        os.chdir(job.cwd)
        child = os.fork()
        if child == 0:
            _kernel(job, listening, entered)
        with suppress(OSError):  # it does so itself; whoever is first
            os.setpgid(child, child)
        keep_only(set())
        code = _reap(child)
    except (OSError, SandboxError) as error:
        _say(entered, "refused", str(error))
    finally:
        os._exit(code)


def _say(entered: int, what: str, problem: str) -> None:
    with suppress(OSError):
        os.write(entered, json.dumps({what: problem[-2000:]}).encode())


def _reap(child: int) -> int:
    """Hand signals on until the kernel ends; its exit code, or 128 and the signal as shells say."""

    def hand_on(signum: int, _: Any) -> None:
        with suppress(ProcessLookupError):
            os.killpg(child, signum)

    for name in _HANDED_ON:
        signal.signal(getattr(signal, name), hand_on)
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _kernel(job: Job, listening: list[int], entered: int) -> NoReturn:
    """The kernel's own process, leader of a group, so that an interrupt reaches what it started."""
    code, app = 1, None
    try:
        os.setpgid(0, 0)
        if sys.platform.startswith("linux"):
            linux.die_with_parent()
        data = os.environ.get("UNROLLED_DATA")
        os.environ.clear()
        os.environ.update(job.environment)
        if data:
            os.environ["UNROLLED_DATA"] = data
        random.seed()  # or all forks would draw the same numbers
        import_module("numpy").random.seed()
        app = ready_kernel(job.connection, listening, job.scratch, job.words)
        os.close(entered)
        app.start()
        code = 0
    except BaseException as error:  # noqa: BLE001 - whatever it is, this process ends here
        if app is None:
            _say(entered, "failed", traceback.format_exc())
        elif isinstance(error, SystemExit):
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
    finally:
        with suppress(BaseException):
            atexit._run_exitfuncs()
        os._exit(code)
