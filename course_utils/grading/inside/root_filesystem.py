"""The root file system of a sandbox: read-only mounts of what is shown, and two small folders.

Built by process 1 of new namespaces, which then moves into it: nothing else of the machine's files
can be reached from there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from course_utils.errors import SandboxError
from course_utils.grading.inside import linux
from course_utils.grading.inside.sandbox_spec import HIDDEN, SandboxSpec

__all__ = ["NOBODY", "can_be_emptied", "empty_scratch", "hide", "move_into_root"]

NOBODY = 65534
#: Not /dev/zero: a shared mapping of it is memory that no process seems to hold.
_DEVICES = ("null", "full", "random", "urandom")
#: Where an answer may write.
_SCRATCH = ("/tmp", "/dev/shm")
_SAFE = linux.MS_NOSUID | linux.MS_NODEV
#: How mountinfo writes a space, a tab, the end of a line and a backslash of a path.
_ESCAPED = re.compile(r"\\([0-7]{3})")


def move_into_root(spec: SandboxSpec) -> None:
    """The new root: nothing but what is shown, and small empty folders to write in."""
    root = spec.home
    linux.mount("none", root, "tmpfs", _SAFE, "size=4m,mode=755")
    for folder in ("/tmp", "/dev/shm", "/proc", "/etc"):
        os.makedirs(root + folder)
    for folder in _SCRATCH:  # first: what is shown may lie in them
        _scratch(root + folder, spec.limits.disk)
    for path in spec.shown:
        _show(path, root + path)
    for package in spec.courses:
        _show_package(package, root)
    Path(f"{root}/etc/empty").touch()
    for path in spec.writable:
        _make(path, root + path)
        _bind(path, root + path, read_only=False)
    for path in spec.overlaid:
        _overlay(path, root, spec.limits.disk)
    for device in _DEVICES:
        _show(f"/dev/{device}", f"{root}/dev/{device}", device=True)
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    if spec.terminals:
        _give_terminals(f"{root}/dev")
    Path(f"{root}/etc/passwd").write_text(
        f"student:x:{os.getuid() or NOBODY}:{os.getgid() or NOBODY}::/tmp:/bin/false\n", "ascii"
    )
    _mount_proc(f"{root}/proc")
    os.makedirs(f"{root}/.old")
    os.chdir(root)
    linux.pivot_root(".", ".old")
    os.chdir("/")
    linux.unmount("/.old")
    os.rmdir("/.old")
    linux.mount("none", "/", None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _SAFE)
    os.chdir(spec.writable[0] if spec.writable else "/tmp")


def can_be_emptied(spec: SandboxSpec) -> bool:
    """Whether nothing that is shown lies where an answer may write."""
    paths = (*spec.shown, *spec.courses, *spec.writable, *spec.overlaid)
    return not any(path.startswith(f"{folder}/") for path in paths for folder in _SCRATCH)


def empty_scratch(spec: SandboxSpec) -> None:
    """Put new empty folders in the place of those that an answer may have written to.

    Called by process 1, where `can_be_emptied`, once all other processes have ended.
    """
    for folder in _SCRATCH:
        linux.unmount(folder)
        _scratch(folder, spec.limits.disk)


def hide(files: Iterable[str], spec: SandboxSpec) -> None:
    """Leave these files empty from now on, under every name that they have. Called by process 1."""
    for path in files:
        for place in _other_names(path, spec.shown):
            if os.path.isfile(place) and os.path.getsize(place):
                _bind("/etc/empty", place)


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
    linux.mount("none", target, "tmpfs", _SAFE | linux.MS_NOEXEC, options)


def _overlay(source: str, root: str, size: int) -> None:
    """A folder under a layer in memory that takes what is written; read-only where none can be."""
    target, hold = root + source, f"{root}/.layer"
    _make(source, target)
    os.makedirs(hold, exist_ok=True)
    linux.mount("none", hold, "tmpfs", _SAFE, f"size={size},mode=755")
    for part in ("new", "work"):
        os.mkdir(f"{hold}/{part}")
    os.chmod(f"{hold}/new", 0o777)  # the folder's own mode, seen through the layer
    below = os.open(source, os.O_PATH)  # by its number: a path may hold the separators of options
    layers = f"lowerdir=/proc/self/fd/{below},upperdir={hold}/new,workdir={hold}/work"
    try:
        for options in (layers, f"{layers},userxattr"):
            try:
                linux.mount("none", target, "overlay", _SAFE, options)
                break
            except SandboxError:
                continue  # a user's own namespace needs the second; an older Linux forbids both
        else:
            _bind(source, target)
    finally:
        os.close(below)
        linux.unmount(hold)
        os.rmdir(hold)


def _give_terminals(devices: str) -> None:
    """Pseudo-terminals of this sandbox alone, see devpts(5); none where a container forbids it."""
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
    """The course's package without the parts that hold what is right, on a tmpfs of its own."""
    target = root + package
    os.makedirs(target, exist_ok=True)
    linux.mount("none", target, "tmpfs", _SAFE, "size=1m,mode=755")
    for name in sorted(os.listdir(package)):
        if name not in HIDDEN:
            _show(f"{package}/{name}", f"{target}/{name}")
    flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _SAFE
    linux.mount("none", target, None, flags)


def _bind(source: str, target: str, read_only: bool = True, device: bool = False) -> None:
    """Show a part of the machine at another place, and what is mounted below it as well.

    Raises:
        SandboxError: it cannot be, or not read-only where it is to be.
    """
    linux.mount(source, target, None, linux.MS_BIND | linux.MS_REC)
    if not read_only or device:
        return
    places = list(_mounted_at(os.path.realpath(target)))  # as Linux calls it: without links
    if not places:
        raise SandboxError(f"{source} cannot be made read-only: no mount of it is at {target}")
    for place in places:
        kept = os.statvfs(place).f_flag & (linux.MS_NOEXEC | linux.MS_NODEV | linux.MS_NOSUID)
        flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _SAFE | kept
        linux.mount("none", place, None, flags)


def _mounted_at(target: str) -> Iterator[str]:
    """The mounts at and below a path, from proc(5)'s mountinfo."""
    for line in os.fsdecode(Path("/proc/self/mountinfo").read_bytes()).split("\n")[:-1]:
        place = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), line.split(" ")[4])
        if place == target or place.startswith(target + "/"):
            yield place


def _mount_proc(target: str) -> None:
    """The processes of this namespace alone; where a container forbids it, none at all."""
    flags = _SAFE | linux.MS_NOEXEC
    for options in ("subset=pid", None):
        try:
            linux.mount("proc", target, "proc", flags, options)
            return
        except SandboxError:
            continue  # an older Linux knows no subset; a container may forbid both
