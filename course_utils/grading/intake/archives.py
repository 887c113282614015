"""The files of a zip archive, read in place: nothing is ever unpacked.

What an archive says of itself is not believed. A name that points out of the archive, a link, a
device or an encrypted file is refused by name and the rest is read; sizes are measured while
inflating, and an archive that inflates to far more than it holds is refused.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from course_utils.errors import SubmissionError
from course_utils.grading.intake.entries import Entry, ignored, too_large
from course_utils.grading.intake.naming import clean_name

__all__ = ["Archive"]

MOST_MEMBERS = 300_000
#: Bytes that may be inflated out of one archive in all: this, or so many times its own size.
MOST_INFLATED, MOST_TIMES = 2_000_000_000, 100
_BLOCK = 1 << 16
_POINTS_OUT = "Its name points out of the archive, as no file of an LMS does."
_ENCRYPTED, _UTF8 = 0x1, 0x800


class Archive:
    """One zip file, open for reading.

    Args:
        source: the path of a zip file, or its bytes.
        name: for messages.

    Raises:
        SubmissionError: it is no zip file, a damaged one, or one with too many members.
    """

    def __init__(self, source: Path | bytes, name: str) -> None:
        self._inflated = 0
        try:
            self._size = len(source) if isinstance(source, bytes) else source.stat().st_size
            opened = io.BytesIO(source) if isinstance(source, bytes) else source
            self._zip = zipfile.ZipFile(opened)
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
            raise SubmissionError(
                f"{name} is no zip archive, or a damaged one ({error}). Download it again."
            ) from error
        self._members = self._zip.infolist()
        if len(self._members) > MOST_MEMBERS:
            raise SubmissionError(
                f"{name} lists {len(self._members):,} files: no class has so many."
            )

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._zip.close()

    def entries(self) -> Iterator[Entry]:
        """Every file, in the order of the paths; the refused ones with the problem they have."""
        for number, entry in self.numbered():
            yield replace(entry, read=partial(self.read, number))

    def numbered(self) -> Iterator[tuple[int, Entry]]:
        """(the number that `read` takes, entry) of every file; these entries cannot be read."""
        names = [_name(member) for member in self._members]
        times = Counter(names)
        for number in sorted(range(len(names)), key=names.__getitem__):
            member, name = self._members[number], names[number]
            if name.endswith("/"):
                continue
            parts = _parts(name)
            if any(ignored(part) for part in parts):
                continue
            problem = _problem(member, name)
            if not problem and times[name] > 1:
                problem = (
                    "The archive holds this name more than once: it is not clear which is meant."
                )
            entry = Entry(
                PurePosixPath(*map(clean_name, parts)),
                _seconds(member),
                _unread,
                problem,
                "/".join(parts),
                member.file_size,
                points_out=problem == _POINTS_OUT,
            )
            yield number, entry

    def read(self, number: int, limit: int) -> bytes:
        """The bytes of one file, by its number; see `Entry.read`."""
        return self._read(self._members[number], limit)

    def _read(self, member: zipfile.ZipInfo, limit: int) -> bytes:
        data = bytearray()
        try:
            with self._zip.open(member) as file:
                while block := self._block(file):
                    data += block
                    if len(data) > limit:
                        raise too_large(limit)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,  # zipfile's word for a password
            ValueError,
        ) as error:
            raise SubmissionError(
                f"The file is damaged in the archive ({error}). Download the archive again."
            ) from error
        return bytes(data)

    def _block(self, file: IO[bytes]) -> bytes:
        block = file.read(_BLOCK)
        self._inflated += len(block)
        if self._inflated > max(MOST_INFLATED, MOST_TIMES * self._size):
            raise SubmissionError(
                "The archive inflates to far more than it holds, as a zip bomb does. Its other "
                "files are not read either."
            )
        return block


def _unread(limit: int) -> bytes:
    raise SubmissionError("The file is read through its archive.")


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name with `/`, as tools mean it: macOS writes UTF-8 and does not say so."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _parts(name: str) -> list[str]:
    """A member's name as harmless parts, for showing and for telling whose it is."""
    return [part for part in name.split("/") if part not in ("", ".", "..")] or ["unnamed"]


def _problem(member: zipfile.ZipInfo, name: str) -> str:
    """Why a member is refused before a byte of it is read; "" if it is not."""
    if not name:
        return "It has no name."
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        return _POINTS_OUT
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "It is a link or a device, not a file."
    if member.flag_bits & _ENCRYPTED:
        return "It is encrypted. Hand it in without a password."
    return ""


def _seconds(member: zipfile.ZipInfo) -> float:
    """A number that sorts as the member's date does; an invalid date sorts first."""
    number = 0
    for part in member.date_time:
        number = number * 100 + part
    with suppress(OverflowError):
        return float(number)
    return 0.0
