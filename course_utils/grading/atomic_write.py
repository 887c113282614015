"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from course_utils.errors import GradingError

__all__ = ["SUFFIX", "open_whole", "plainly", "write_whole"]

#: Ends the name of a file that is not finished.
SUFFIX = ".unfinished"


def write_whole(path: Path, data: bytes, lasting: bool = True) -> None:
    """Put `data` at `path`: after a crash there is the old file or the new one, nothing between.

    Raises:
        GradingError: the disk is full, or the folder cannot be written.
    """
    with open_whole(path, lasting) as file:
        file.write(data)


@contextmanager
def open_whole(path: Path, lasting: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to that becomes `path` when the block ends well, and vanishes otherwise.

    Args:
        path: where it will stand.
        lasting: wait until the disk has it; what is made anew from verdicts need not wait.

    Raises:
        GradingError: the disk is full, or the folder cannot be written.
    """
    with plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=SUFFIX, prefix=".", dir=path.parent)
    try:
        with plainly(path, full=True), os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        with plainly(path):
            os.chmod(name, 0o644)  # mkstemp gives 0600; the umask is not asked twice
            os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    if lasting:
        _sync_folder(path.parent)


@contextmanager
def plainly(path: Path, full: bool = False) -> Iterator[None]:
    """Say in words why `path` could not be written.

    Args:
        path: the file.
        full: speak of a full disk only; the block does more than write.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise GradingError(
                f"The disk is full: {path} was not written. Every verdict that was finished is "
                "whole and stays. Make room, and run the same command again: it goes on from there."
            ) from error
        if full:
            raise
        raise GradingError(
            f"{path} cannot be written ({error.strerror or error}). Name another folder with "
            "--out, or change who may write there."
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make the new name last; some file systems have no such call for folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
