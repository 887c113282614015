"""The files that travel with the course, read only where their bytes are the promised ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

from course_utils.datasets.registry import Entry, data_folder
from course_utils.errors import CorruptFileError

__all__ = ["embedded_path", "embedded_text", "is_intact"]


def is_intact(entry: Entry, path: Path) -> bool:
    """Whether the file at `path` is there and holds exactly the promised bytes."""
    if not path.is_file() or path.stat().st_size != entry.bytes:
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() == entry.sha256


def embedded_path(entry: Entry) -> Path:
    """Where the embedded file of `entry` lies.

    Raises:
        CorruptFileError: it is not there or was changed; the message says how to get it back.
    """
    path = data_folder() / entry.file
    if is_intact(entry, path):
        return path
    problem = "was changed" if path.exists() else "is missing"
    raise CorruptFileError(
        f"{entry.name}: the file {path} {problem}; it must have {entry.bytes:,} bytes and "
        f"SHA-256 {entry.sha256}. To get it back, in a checkout run `git checkout -- "
        f"data/{entry.file}`; otherwise install the course again: "
        "pip install --force-reinstall --no-deps unrolled"
    )


def embedded_text(entry: Entry) -> str:
    """The text of the embedded file of `entry`.

    Raises:
        CorruptFileError: it is not there or was changed.
    """
    return embedded_path(entry).read_text(encoding="utf-8")
