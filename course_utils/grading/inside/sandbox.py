"""The room in which a student's code runs: namespaces, a small read-only root, no rights, limits.

Two processes enter it. The warden leaves the namespaces of the machine and waits; its child becomes
process 1 of the new ones, builds the root, gives everything up and runs the student's code. Started
as root, the child becomes the user `nobody` and enters a user namespace at the end; started as
anybody else, the warden enters the user namespace first, which is what permits the rest.
"""

from __future__ import annotations

import errno
import os
import resource
import site
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.errors import SandboxError
from course_utils.grading.inside import linux

__all__ = ["Limits", "Room", "confine", "enter_namespaces", "refused_here", "room_of_this_course"]

_NOBODY = 65534
#: Rooms of the package that a student's process may see; the others hold what is right.
_HIDDEN = frozenset({"oracles", "grading", "authoring", "cli.py", "__pycache__"})
_SYSTEM = (
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/sbin",
    "/etc/ld.so.cache",
    "/etc/localtime",
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
_QUIET = linux.MS_NOSUID | linux.MS_NODEV
_REFUSED = (
    "The kernel refuses the namespaces that keep a student's code apart ({problem}). Run the "
    "grader as root, or allow user namespaces: `sysctl user.max_user_namespaces=10000`, and where "
    "AppArmor restricts them `sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a "
    "container, grant CAP_SYS_ADMIN. SECURITY.md says more. --no-sandbox grades without protection."
)


@dataclass(frozen=True)
class Limits:
    """What one exercise may take; wall time is kept from outside.

    Attributes:
        memory: bytes beyond what the warm process has already.
        processes: processes and threads.
        file_size: bytes of one file.
        disk: bytes in all of /tmp and /dev/shm together, each.
        files: open descriptors.
        cpu: seconds of processor time of one process.
        grace: seconds of wall time beyond the exercise's own, for its imports and for TensorFlow's
            start; then the child is ended from outside.
    """

    memory: int = 2 << 30
    processes: int = 160
    file_size: int = 32 << 20
    disk: int = 64 << 20
    files: int = 256
    cpu: int = 600
    grace: float = 20.0


@dataclass(frozen=True)
class Room:
    """What is seen inside.

    Attributes:
        shown: files and folders that are there, read-only, at their own paths.
        courses: folders of the course's package, of which only some rooms are shown.
        hidden: files that are there but empty: the sources of ready operations.
        writable: folders that stay writable; none for the grader.
        overlaid: folders that can be read, and written to as it seems: what is written is kept in
            memory, up to the limit on disk, and is gone with the room; none for the grader.
        home: an existing empty folder on which the new root is built.
        emptied: folders that are there but empty: where pip leaves whole checkouts.
        terminals: whether there are sessions and pseudo-terminals, which a notebook's shell lines
            need; not for the grader.
        user: the user that the answer becomes outside its namespaces where the grader is root. One
            of its own for each child: the kernel counts processes by user, and a crowd in one
            child must not take the places of another. 0 is `nobody`.
    """

    home: str
    shown: tuple[str, ...]
    courses: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    overlaid: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    terminals: bool = False
    user: int = 0
    limits: Limits = field(default_factory=Limits)


def room_of_this_course(home: str, limits: Limits | None = None) -> Room:
    """What an answer needs: the system's libraries, Python and its packages, the course's rooms.

    Args:
        home: an existing empty folder.
        limits: other limits than the usual ones.
    """
    python = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    python |= {str(Path(sys.executable).resolve().parents[1])}
    packages = {path for path in (*sys.path, *site.getsitepackages()) if _holds_packages(path)}
    python |= packages | {os.path.realpath(path) for path in python | packages}
    package = str(Path(__file__).resolve().parents[2])
    others = (f"{os.path.realpath(path)}/course_utils" for path in packages)
    data = Path(package).parent / "data"
    shown = [*_SYSTEM, *sorted(python)]
    if (data / "registry.toml").is_file():
        shown.append(str(data))
    courses = dict.fromkeys([package, *(path for path in others if os.path.isdir(path))])
    emptied = tuple(sorted(f"{os.path.realpath(path)}/src" for path in python))
    return Room(home, _outermost(shown), tuple(courses), emptied=emptied, limits=limits or Limits())


def _holds_packages(path: str) -> bool:
    """Whether a folder of `sys.path` holds installed packages, and not somebody's sources."""
    parts = Path(path).parts
    return os.path.isdir(path) and bool({"site-packages", "dist-packages"} & set(parts))


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that exist and lie in no other one; never a folder that holds the home folders."""
    there = [
        path for path in paths if os.path.lexists(path) and path not in ("/", "/home", "/root")
    ]
    inside = {
        path
        for path in there
        for other in there
        if path != other and path.startswith(other.rstrip("/") + "/")
    }
    return tuple(dict.fromkeys(path for path in there if path not in inside))


def enter_namespaces() -> None:
    """The warden's part: leave the machine's namespaces; its next child is process 1 of new ones.

    Raises:
        SandboxError: the kernel refuses; the message says what to change.
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


def confine(room: Room) -> None:
    """The part of process 1: build the root, move into it, give up every right, set the limits.

    Raises:
        SandboxError: a step is refused. The student's code must not be run then.
    """
    try:
        _furnish(room)
        _limit(room.limits)
        if os.getuid() == 0:
            user = _become(room.user or _NOBODY)
            linux.dumpable()
            linux.unshare(linux.CLONE_NEWUSER)
            if os.path.exists("/proc/self/uid_map"):
                _map(user, user, (_NOBODY, _NOBODY))
        linux.give_up_capabilities()
        linux.die_with_parent()
        linux.filter_calls(sessions=room.terminals or bool(room.writable))
    except OSError as error:
        raise SandboxError(_REFUSED.format(problem=error)) from error


def _become(user: int) -> int:
    """Be this user and nobody else for good, or `nobody` where this machine has no such user."""
    os.setgroups([])
    try:
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError as error:
        if error.errno != errno.EINVAL or user == _NOBODY:
            raise
        return _become(_NOBODY)  # a container that maps few users
    return user


def _furnish(room: Room) -> None:
    """The new root: nothing but what the room shows, and small empty folders to write in."""
    root = room.home
    linux.mount("none", root, "tmpfs", _QUIET, "size=4m,mode=755")
    for folder in ("/tmp", "/dev/shm", "/proc", "/etc"):
        os.makedirs(root + folder)
    for folder in ("/tmp", "/dev/shm"):  # first: what is shown may lie in them
        _scratch(root + folder, room.limits.disk)
    for path in room.shown:
        _show(path, root + path)
    for package in room.courses:
        _show_package(package, root)
    Path(f"{root}/etc/empty").touch()
    for path in room.hidden:
        for place in _other_names(path, room.shown):
            if os.path.isfile(root + place):
                _bind(f"{root}/etc/empty", root + place)
    for path in room.emptied:
        if os.path.isdir(root + path):
            linux.mount("none", root + path, "tmpfs", _QUIET | linux.MS_RDONLY, "size=4k")
    for path in room.writable:
        _make(path, root + path)
        _bind(path, root + path, read_only=False)
    for path in room.overlaid:
        _overlay(path, root, room.limits.disk)
    for device in _DEVICES:
        _show(f"/dev/{device}", f"{root}/dev/{device}", device=True)
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    if room.terminals:
        _give_terminals(f"{root}/dev")
    Path(f"{root}/etc/passwd").write_text(
        f"student:x:{os.getuid() or _NOBODY}:{os.getgid() or _NOBODY}::/tmp:/bin/false\n", "ascii"
    )
    _mount_proc(f"{root}/proc")
    os.makedirs(f"{root}/.old")
    os.chdir(root)
    linux.pivot_root(".", ".old")
    os.chdir("/")
    linux.unmount("/.old")
    os.rmdir("/.old")
    linux.mount("none", "/", None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _QUIET)
    os.chdir(room.writable[0] if room.writable else "/tmp")


def _other_names(path: str, shown: Iterable[str]) -> set[str]:
    """Every path inside under which a file is shown: a folder may be shown under two names."""
    real = os.path.realpath(path)
    names = {path, real}
    for folder in shown:
        there = os.path.realpath(folder)
        if real.startswith(there + "/"):
            names.add(folder + real[len(there) :])
    return names


def _scratch(target: str, size: int) -> None:
    options = f"size={size},nr_inodes=4096,mode=1777"
    linux.mount("none", target, "tmpfs", _QUIET | linux.MS_NOEXEC, options)


def _overlay(source: str, root: str, size: int) -> None:
    """A folder under a layer in memory that takes what is written; read-only where none can be."""
    target, hold = root + source, f"{root}/.layer"
    _make(source, target)
    os.makedirs(hold, exist_ok=True)
    linux.mount("none", hold, "tmpfs", _QUIET, f"size={size},mode=755")
    for part in ("new", "work"):
        os.mkdir(f"{hold}/{part}")
    os.chmod(f"{hold}/new", 0o777)  # the folder's own mode, seen through the layer
    below = os.open(source, os.O_PATH)  # by its number: a path may hold the separators of options
    layers = f"lowerdir=/proc/self/fd/{below},upperdir={hold}/new,workdir={hold}/work"
    try:
        for options in (layers, f"{layers},userxattr"):
            try:
                linux.mount("none", target, "overlay", _QUIET, options)
                break
            except SandboxError:
                continue  # a user's own namespace needs the second; an older kernel forbids both
        else:
            _bind(source, target)
    finally:
        os.close(below)
        linux.unmount(hold)
        os.rmdir(hold)


def _give_terminals(devices: str) -> None:
    """Pseudo-terminals of this room alone, see devpts(5); none where a container forbids it."""
    os.makedirs(f"{devices}/pts")
    with suppress(SandboxError):
        options = "newinstance,ptmxmode=0666,mode=0600,max=64"
        flags = linux.MS_NOSUID | linux.MS_NOEXEC  # they are devices
        linux.mount("devpts", f"{devices}/pts", "devpts", flags, options)
    os.symlink("pts/ptmx", f"{devices}/ptmx")


def _make(source: str, target: str) -> None:
    """An empty file or folder at the target, of the source's kind."""
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))


def _show(source: str, target: str, device: bool = False) -> None:
    if os.path.islink(source) and not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(os.readlink(source), target)
        return
    if os.path.lexists(source):
        _make(source, target)
        _bind(source, target, device=device)


def _show_package(package: str, root: str) -> None:
    """The course's package without the rooms that hold what is right, on a tmpfs of its own."""
    target = root + package
    os.makedirs(target, exist_ok=True)
    linux.mount("none", target, "tmpfs", _QUIET, "size=1m,mode=755")
    for name in sorted(os.listdir(package)):
        if name not in _HIDDEN:
            _show(f"{package}/{name}", f"{target}/{name}")
    flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _QUIET
    linux.mount("none", target, None, flags)


def _bind(source: str, target: str, read_only: bool = True, device: bool = False) -> None:
    """Show a part of the machine at another place, and what is mounted below it as well."""
    linux.mount(source, target, None, linux.MS_BIND | linux.MS_REC)
    if not read_only or device:
        return
    for place in _mounted_at(target):
        kept = os.statvfs(place).f_flag & (linux.MS_NOEXEC | linux.MS_NODEV | linux.MS_NOSUID)
        flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _QUIET | kept
        linux.mount("none", place, None, flags)


def _mounted_at(target: str) -> Iterator[str]:
    """The mounts at and below a path, from proc(5)'s mountinfo."""
    for line in Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines():
        place = line.split(" ")[4].encode().decode("unicode_escape")
        if place == target or place.startswith(target + "/"):
            yield place


def _mount_proc(target: str) -> None:
    """The processes of this namespace alone; where a container forbids it, none at all."""
    flags = _QUIET | linux.MS_NOEXEC
    for options in ("subset=pid", None):
        try:
            linux.mount("proc", target, "proc", flags, options)
            return
        except SandboxError:
            continue  # an older kernel knows no subset; a container may forbid both


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
        (resource.RLIMIT_CORE, 0),
    ):
        _, ceiling = resource.getrlimit(what)
        wanted = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(what, (wanted, wanted))
