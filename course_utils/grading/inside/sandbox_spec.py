"""What a sandbox shows and what it allows: data, and the one that this course needs."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["HIDDEN", "Limits", "SandboxSpec", "spec_of_this_course"]

#: Parts of the package that a student's process does not see: they hold or know what is right.
HIDDEN = frozenset({"oracles", "grading", "authoring", "cli.py", "__pycache__"})
_SYSTEM = (
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/sbin",
    "/etc/ld.so.cache",
    "/etc/localtime",
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
        seconds: seconds of wall time of one answer, where its exercise gives more.
        grace: seconds of wall time beyond the exercise's own, for its imports and for TensorFlow's
            start; then the child is ended from outside.
    """

    memory: int = 2 << 30
    processes: int = 160
    file_size: int = 32 << 20
    disk: int = 64 << 20
    files: int = 256
    cpu: int = 600
    seconds: float = 600.0
    grace: float = 20.0


@dataclass(frozen=True)
class SandboxSpec:
    """What is seen in a sandbox, and what may be taken there.

    Attributes:
        shown: files and folders that are there, read-only, at their own paths.
        courses: folders of the course's package, of which only the open parts are shown.
        hidden: files that are there but empty: the sources of ready operations.
        writable: folders that stay writable; none for the grader.
        overlaid: folders that can be read, and written to as it seems: what is written is kept in
            memory, up to the limit on disk, and is gone with the sandbox; none for the grader.
        home: an existing empty folder on which the new root is built.
        emptied: folders that are there but empty: where pip leaves whole checkouts.
        terminals: whether there are sessions and pseudo-terminals, which a notebook's shell lines
            need; not for the grader.
        user: the user that the answer becomes outside its namespaces where the grader is root. One
            of its own for each child: Linux counts processes by user, and a crowd in one
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


def spec_of_this_course(home: str, limits: Limits | None = None) -> SandboxSpec:
    """What an answer needs: the system, Python and its packages, the open parts of the course.

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
    return SandboxSpec(
        home, _outermost(shown), tuple(courses), emptied=emptied, limits=limits or Limits()
    )


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
