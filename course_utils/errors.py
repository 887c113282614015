"""Every exception the course raises, as one tree.

UnrolledError
├── AuthorError          a chapter's source, exercise or oracle is wrong: for authors
│   ├── SourceError      the notebook source: says file, cell and line
│   └── OracleError      an exercise's file is missing, or its references or mistakes are no good
├── DataError            a data set cannot be had: says which file, from where, what to do
│   ├── DownloadError    the address did not answer, or the disk is full
│   └── CorruptFileError the bytes are not the ones that were promised
├── GradingError         a class cannot be graded: says what is missing and what to do
│   ├── SubmissionError  what was handed in cannot be read, or must not be unpacked
│   ├── SandboxError     this machine cannot hold a student's code: says what to change
│   └── WireError        what came over the border is no message of ours
├── UnknownNameError     no exercise, chapter, claim or data set has this name
└── ClaimError           a claim was used before it was measured, or measured badly
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

__all__ = [
    "AuthorError",
    "ClaimError",
    "CorruptFileError",
    "DataError",
    "DownloadError",
    "GradingError",
    "OracleError",
    "SandboxError",
    "SourceError",
    "SubmissionError",
    "UnknownNameError",
    "UnrolledError",
    "WireError",
]


class UnrolledError(Exception):
    """Base of every error that the course itself raises."""


class AuthorError(UnrolledError):
    """What an author wrote cannot be used."""


class SourceError(AuthorError):
    """A chapter's source is refused; the message says where and what to do.

    Args:
        path: the source file.
        line: 1-based line in the file.
        cell: 1-based number of the cell, or 0 where no cell is meant.
        problem: what is wrong and what to do about it.
    """

    def __init__(self, path: Path | str, line: int, cell: int, problem: str) -> None:
        self.path, self.line, self.cell, self.problem = Path(path), line, cell, problem
        where = f"{path}:{line}" + (f" (cell {cell})" if cell else "")
        super().__init__(f"{where}: {problem}")


class OracleError(AuthorError):
    """An exercise's file is missing, or its references or mistakes cannot be used."""


class DataError(UnrolledError):
    """A data set cannot be had."""


class DownloadError(DataError):
    """A file could not be fetched or stored."""


class CorruptFileError(DataError):
    """A file is there, but its bytes are not the promised ones."""


class GradingError(UnrolledError):
    """A class, or one submission, cannot be graded."""


class SubmissionError(GradingError):
    """What was handed in cannot be read."""


class SandboxError(GradingError):
    """Linux refuses what a safe run needs; the message says what to change."""


class WireError(GradingError):
    """A message from the sandbox that is malformed, oversized, or not one of ours."""


class UnknownNameError(UnrolledError, LookupError):
    """A name that nothing has; the message offers the nearest ones."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(str(name), names, n=3, cutoff=0.5)
        offer = (
            f"Did you mean {' or '.join(map(repr, near))}?"
            if near
            else f"There are: {', '.join(names)}."
        )
        super().__init__(f"There is no {kind} named {name!r}. {offer}")


class ClaimError(UnrolledError):
    """A claim was used in the wrong order, or its measurement is unusable."""
