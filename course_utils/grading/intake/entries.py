"""The files of a hand-in, in a folder or an archive alike: a path, a time, bytes when asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course_utils.errors import SubmissionError

__all__ = ["READ", "Entry", "file_entry", "files_in", "ignored", "too_large"]

#: The endings of what is read.
READ = (".ipynb", ".zip")

#: What tools leave behind, and what nbgrader makes itself of what was submitted.
_IGNORED = {"__MACOSX", "__pycache__", "node_modules"}
_MOST_FILES = 200_000


@dataclass(frozen=True)
class Entry:
    """One file that was handed in, not read yet.

    Attributes:
        path: below the root of the hand-in, with `/`; never absolute, never with `..`.
        time: when it was last changed, as a number that sorts.
        read: reads it whole; takes the most bytes allowed, raises SubmissionError beyond.
        problem: why it is not read; "" if it is.
    """

    path: PurePosixPath
    time: float
    read: Callable[[int], bytes]
    problem: str = ""


def files_in(folder: Path) -> Iterator[Entry]:
    """Every file below `folder`, sorted; no link is followed, hidden files are left out.

    Raises:
        SubmissionError: there are more files than any class hands in.
    """
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not ignored(name))
        for name in sorted(names):
            path = Path(place, name)
            if ignored(name) or (path.suffix.lower() not in READ and not path.is_file()):
                continue
            count += 1
            if count > _MOST_FILES:
                raise SubmissionError(
                    f"{folder} holds more than {_MOST_FILES:,} files. Name the folder that holds "
                    "the submissions alone."
                )
            yield file_entry(path, PurePosixPath(path.relative_to(folder).as_posix()))


def ignored(name: str) -> bool:
    """Whether a file or folder of this name is no one's answer."""
    return name.startswith(".") or name in _IGNORED


def too_large(limit: int) -> SubmissionError:
    return SubmissionError(
        f"The file is larger than {limit // 1_000_000} MB. Clear the outputs "
        "(Edit, Clear Outputs of All Cells), save, and hand it in again."
    )


def file_entry(path: Path, below: PurePosixPath) -> Entry:
    """The entry of one file of a folder, `below` its root."""

    def read(limit: int) -> bytes:
        try:
            with path.open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise SubmissionError(f"The file cannot be read ({error.strerror}).") from error
        if len(data) > limit:
            raise too_large(limit)
        return data

    try:
        if path.is_symlink() or not path.is_file():
            return Entry(below, 0.0, read, "It is a link or a device, not a file.")
        return Entry(below, path.stat().st_mtime, read)
    except OSError as error:
        return Entry(below, 0.0, read, f"It cannot be read ({error.strerror}).")
