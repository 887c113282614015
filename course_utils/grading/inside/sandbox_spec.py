"""What a sandbox shows and what it allows: data, and the one that this course needs."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.errors import SandboxError

__all__ = ["HIDDEN", "Limits", "SandboxSpec", "spec_of_this_course"]

#: Parts of the package that a student's process does not see: they hold or know what is right, or,
#: as the experiments, do here and there what an exercise asks for.
HIDDEN = frozenset({"oracles", "grading", "authoring", "experiments", "cli.py", "__pycache__"})
#: Of the machine: programs and libraries, by name. All of /usr would show what people leave in it,
#: such as an exchange of nbgrader's.
_SYSTEM = (
    "/bin",
    "/lib",
    "/lib64",
    "/sbin",
    "/usr/bin",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/sbin",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
)
#: Of where Python is installed. A virtual environment may be made in a folder that holds more.
_OF_PYTHON = ("bin", "include", "lib", "lib64", "pyvenv.cfg")
#: Folders that are on every machine and that no answer needs: one of them, as its namespaces see
#: it, becomes the new root. Nothing is written to it.
_MOUNT_POINTS = ("/mnt", "/media", "/srv", "/boot", "/run", "/opt", "/home")


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
        writable: folders that stay writable; none for the grader.
        overlaid: folders that can be read, and written to as it seems: what is written is kept in
            memory, up to the limit on disk, and is gone with the sandbox; none for the grader.
        home: an existing folder on which the new root is built; what is in it is not seen.
        terminals: whether there are sessions and pseudo-terminals, which a notebook's shell lines
            need; not for the grader.
        user: the user that the answer becomes outside its namespaces where the grader is root. One
            of its own for each child: Linux counts processes by user, and a crowd in one
            child must not take the places of another. 0 is `nobody`.
    """

    home: str
    shown: tuple[str, ...]
    courses: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    overlaid: tuple[str, ...] = ()
    terminals: bool = False
    user: int = 0
    limits: Limits = field(default_factory=Limits)

    def shows(self, path: str | os.PathLike[str]) -> str:
        """The folder that is shown and in which this path lies, "" where none does."""
        place = os.path.realpath(path) + "/"
        for folder in self.shown:
            if place.startswith(os.path.realpath(folder) + "/"):
                return folder
        for package in self.courses:
            below = Path(os.path.realpath(package))
            inside = Path(place).is_relative_to(below) and Path(place).relative_to(below).parts
            if inside and inside[0] not in HIDDEN:
                return package
        return ""


def spec_of_this_course(home: str = "", limits: Limits | None = None) -> SandboxSpec:
    """What an answer needs: the system, Python and its packages, the open parts of the course.

    Args:
        home: an existing folder to build the root on; one is found where none is given.
        limits: other limits than the usual ones.

    Raises:
        SandboxError: there is no folder to build the root on.
    """
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    prefixes |= {str(Path(sys.executable).resolve().parents[1])}
    prefixes |= {os.path.realpath(path) for path in prefixes}
    packages = {path for path in (*sys.path, *site.getsitepackages()) if _holds_packages(path)}
    packages |= {os.path.realpath(path) for path in packages}
    python = packages | {f"{path.rstrip('/')}/{part}" for path in prefixes for part in _OF_PYTHON}
    package = str(Path(__file__).resolve().parents[2])
    others = (f"{os.path.realpath(path)}/course_utils" for path in packages)
    data = Path(package).parent / "data"
    shown = [*_SYSTEM, *sorted(python)]
    if (data / "registry.toml").is_file():
        shown.append(str(data))
    courses = dict.fromkeys([package, *(path for path in others if os.path.isdir(path))])
    outermost = _outermost(shown)
    return SandboxSpec(
        home or _mount_point([*outermost, *courses]),
        outermost,
        tuple(courses),
        limits=limits or Limits(),
    )


def _mount_point(needed: Iterable[str]) -> str:
    """A folder in which nothing lies that has to be shown."""
    paths = [os.path.realpath(path) + "/" for path in needed]
    for folder in _MOUNT_POINTS:
        if os.path.isdir(folder) and not any(path.startswith(folder + "/") for path in paths):
            return folder
    raise SandboxError(
        f"the sandbox needs a folder to build its root on, one of {', '.join(_MOUNT_POINTS)}: "
        "none is there that does not hold Python or the course. Make an empty one."
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
