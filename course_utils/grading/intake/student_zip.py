"""The zip that a student handed in: opened once for everything that is read of it in a row."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from course_utils.errors import SubmissionError
from course_utils.grading.intake.archives import Archive
from course_utils.grading.intake.entries import Entry

__all__ = ["StudentZip"]

_LARGEST = 100_000_000
MOST_NOTEBOOKS = 500


class StudentZip:
    """A zip inside what was collected; its own zips are not looked into.

    Of all of them the one that was read last is open, and no other: what is read of one student is
    read in a row, and a class in zips needs the memory of one.

    Args:
        outer: the zip.
    """

    _opened: ClassVar[StudentZip | None] = None

    def __init__(self, outer: Entry) -> None:
        self.outer = outer
        self._archive: Archive | None = None

    def entries(self) -> list[Entry]:
        """Its files, with paths that begin with the zip's own.

        Raises:
            SubmissionError: it cannot be opened, or holds more notebooks than anybody hands in.
        """
        found = [
            Entry(
                self.outer.path / inner.path,
                inner.time,
                partial(self._read, number),
                inner.problem,
                f"{self.outer.raw}/{inner.raw}",
                inner.size,
            )
            for number, inner in self._open().numbered()
        ]
        if sum(each.kind == "notebook" for each in found) > MOST_NOTEBOOKS:
            raise SubmissionError(
                f"The zip holds more than {MOST_NOTEBOOKS} notebooks. Hand in the one that counts."
            )
        return found

    def _read(self, number: int, limit: int) -> bytes:
        return self._open().read(number, limit)

    def _open(self) -> Archive:
        if self._archive is None or StudentZip._opened is not self:
            if StudentZip._opened is not None:
                StudentZip._opened._close()
            self._archive = Archive(self.outer.read(_LARGEST), self.outer.path.name)
            StudentZip._opened = self
        return self._archive

    def _close(self) -> None:
        if self._archive is not None:
            self._archive.close()
        self._archive = None
