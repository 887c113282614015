"""Notebooks as bytes, always the same for the same notebook; written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

__all__ = ["notebook_text", "read_notebook", "write_bytes", "write_text"]


def notebook_text(notebook: NotebookNode) -> str:
    """The notebook's file: sorted keys, one space of indentation, a line feed at the end.

    Raises:
        nbformat.ValidationError: it is no valid notebook.
    """
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)
    return text.rstrip("\n") + "\n"


def read_notebook(path: Path) -> NotebookNode | None:
    """A stored notebook, or None where there is none that can be read."""
    try:
        notebook: NotebookNode = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except (FileNotFoundError, nbformat.reader.NotJSONError, UnicodeDecodeError):
        return None
    return notebook


def write_text(path: Path, text: str) -> bool:
    """Write a text as UTF-8: see `write_bytes`."""
    return write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> bool:
    """Write a file atomically, and only if its bytes change.

    Returns:
        Whether anything was written.
    """
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(0o644)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True
