"""Lock this process in: namespaces, a small read-only root, no rights, limits.

Three processes take part. The warden leaves the namespaces of the machine and waits; its child is
process 1 of the new ones, builds the root, and stays; the child of that gives everything up and
runs the student's code. Started as root, it becomes a user of its own and enters a user namespace
at the end; started as anybody else, the warden enters the user namespace first, which is what
permits the rest.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
from pathlib import Path

from course_utils.errors import SandboxError
from course_utils.grading.inside import linux
from course_utils.grading.inside.root_filesystem import NOBODY
from course_utils.grading.inside.sandbox_spec import Limits, SandboxSpec
from course_utils.grading.inside.system_calls import filter_calls

__all__ = ["enter_namespaces", "give_up_rights", "refused_here"]

_REFUSED = (
    "Linux refuses the namespaces that keep a student's code apart ({problem}). Run the "
    "grader as root, or allow user namespaces: `sysctl user.max_user_namespaces=10000`, and where "
    "AppArmor restricts them `sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a "
    "container, grant CAP_SYS_ADMIN. SECURITY.md says more. --no-sandbox grades without protection."
)


def enter_namespaces() -> None:
    """The warden's part: leave the machine's namespaces; its next child is process 1 of new ones.

    Raises:
        SandboxError: Linux refuses; the message says what to change.
    """
    apart = (
        linux.CLONE_NEWNS
        | linux.CLONE_NEWPID
        | linux.CLONE_NEWNET
        | linux.CLONE_NEWIPC
        | linux.CLONE_NEWUTS
    )
    user, group = os.getuid(), os.getgid()
    try:
        if user == 0:
            linux.unshare(apart)
        else:
            linux.unshare(linux.CLONE_NEWUSER | apart)
            _map(user, group)
        linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    except (SandboxError, OSError) as error:
        raise SandboxError(_REFUSED.format(problem=error)) from error


def refused_here() -> str:
    """Why this machine cannot hold a student's code; "" where it can. Tried in a fork."""
    if not sys.platform.startswith("linux"):
        return f"Grading a class needs Linux; this is {sys.platform}."
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(heard)
            enter_namespaces()
        except SandboxError as error:
            os.write(said, str(error).encode())
        finally:
            os._exit(0)
    os.close(said)
    os.waitpid(child, 0)
    with os.fdopen(heard, "rb") as told:
        return told.read().decode()


def _map(user: int, group: int, inside: tuple[int, int] | None = None) -> None:
    """In a new user namespace, be this user and group, and nobody else.

    Args:
        user: the one outside.
        group: the one outside.
        inside: (user, group) as they are called inside; None for the same.
    """
    as_user, as_group = inside or (user, group)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{as_user} {user} 1"),
        ("gid_map", f"{as_group} {group} 1"),
    ):
        Path(f"/proc/self/{name}").write_text(text, "ascii")


def give_up_rights(spec: SandboxSpec) -> None:
    """The part of the process that runs the student's code: no right is left, and limits are set.

    Raises:
        SandboxError: a step is refused. The student's code must not be run then.
    """
    try:
        _limit(spec.limits)
        if os.getuid() == 0:
            user = _become(spec.user or NOBODY)
            linux.dumpable()
            linux.unshare(linux.CLONE_NEWUSER)
            if os.path.exists("/proc/self/uid_map"):
                _map(user, user, (NOBODY, NOBODY))
        linux.give_up_capabilities()
        linux.die_with_parent()
        filter_calls(notebook=spec.terminals)
    except OSError as error:
        raise SandboxError(_REFUSED.format(problem=error)) from error


def _become(user: int) -> int:
    """Be this user and nobody else for good, or `nobody` where this machine has no such user."""
    os.setgroups([])
    try:
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError as error:
        if error.errno != errno.EINVAL or user == NOBODY:
            raise
        return _become(NOBODY)  # a container that maps few users
    return user


def _limit(limits: Limits) -> None:
    pages = (
        int(Path("/proc/self/statm").read_text("ascii").split()[0])
        if (os.path.exists("/proc/self/statm"))
        else 0
    )
    space = pages * resource.getpagesize() + limits.memory
    for what, most in (
        (resource.RLIMIT_AS, space),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CPU, limits.cpu),
        # Not 0: Linux hands a core to a program, where its pattern names one, unless this is 1.
        (resource.RLIMIT_CORE, 1),
    ):
        _, ceiling = resource.getrlimit(what)
        wanted = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(what, (wanted, wanted))
