"""Text as a stream of characters: the one that is always there, and the classic one."""

from __future__ import annotations

import sysconfig
import tokenize
from pathlib import Path

from course_utils.datasets.fetching import fetch
from course_utils.errors import DataError

__all__ = ["shakespeare", "source_text"]


def shakespeare(progress: bool = True) -> str:
    """Tiny Shakespeare: 40,000 lines of his plays, 1,115,394 characters. A download of 1.1 MB.

    Args:
        progress: show a progress bar while it is downloaded, which happens once.

    Returns:
        The text; its lines end in a line feed.

    Raises:
        DownloadError: it cannot be fetched or stored; the message says what to do.
        CorruptFileError: the address sends other bytes than promised.

    Source: gathered by A. Karpathy (2015), char-rnn.
    """
    return fetch("shakespeare", progress=progress).read_bytes().decode("utf-8")


def source_text(characters: int = 1_000_000) -> str:
    """The source text of Python's own standard library: real, and on every machine.

    The modules follow each other in alphabetical order. Another release of Python has another
    text, so a number computed from it is about right, not exact.

    Args:
        characters: how many to return, from the start; at least 1.

    Returns:
        The text, of exactly this length.

    Raises:
        ValueError: characters is below 1.
        DataError: this Python carries less source text than that.
    """
    if characters < 1:
        raise ValueError(f"characters must be at least 1, got {characters}.")
    folder = Path(sysconfig.get_path("stdlib"))
    parts: list[str] = []
    length = 0
    for path in sorted(folder.glob("*.py")):
        with tokenize.open(path) as file:  # reads each file in the encoding it declares
            parts.append(file.read())
        length += len(parts[-1])
        if length >= characters:
            return "".join(parts)[:characters]
    raise DataError(
        f"This Python's standard library in {folder} holds {length:,} characters of source, "
        f"fewer than the {characters:,} asked for. Ask for fewer."
    )
