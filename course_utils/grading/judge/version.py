"""The version of the course, as far as a result depends on it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import course_utils

__all__ = ["course_version", "deciding_files"]

#: Parts of the package that can change no result. All others count, also those that are yet to
#: come: to grade once too often costs a second, to keep an old result too long is wrong.
_DECIDE_NOTHING = (
    "authoring",
    "claims",
    "cli.py",
    "doctor.py",
    "experiments",
    "grading/command.py",
    "grading/jupyter",
    "grading/outputs",
    "lab.py",
    "plots",
)


def deciding_files(package: Path) -> list[Path]:
    """The files of the course that can change a result, sorted.

    Args:
        package: the folder of `course_utils`.
    """
    aside = tuple(package / part for part in _DECIDE_NOTHING)
    files = sorted(package.rglob("*.py"))
    return [file for file in files if not any(file.is_relative_to(part) for part in aside)]


@cache
def course_version(package: Path = Path(course_utils.__file__).parent) -> str:
    """The course's number, and a hash of all its files that can change a result."""
    digest = hashlib.sha256()
    for file in deciding_files(package):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return f"{course_utils.__version__}+{digest.hexdigest()[:12]}"
