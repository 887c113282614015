"""The files of a hand-in, in a folder or an archive alike: a path, a time, bytes when asked for."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course_utils.errors import SubmissionError
from course_utils.grading.intake.naming import clean_name

__all__ = ["Entry", "file_entry", "files_in", "ignored", "kind_of", "too_large"]

#: What tools leave behind, and what nbgrader makes itself of what was submitted.
_IGNORED = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}
#: Notebooks and zips below a folder, by how deep it lies: beyond that its other files are not read,
#: and whoever owns it fails alone. A class may lie one or two folders deep, a student deeper.
_MOST_BELOW = {1: 300_000, 2: 100_000}
_MOST_DEEPER = 20_000
_MOST_IN_ONE = 50_000  # in one folder that is not the outermost
_MOST_OTHERS = 50  # files of one folder that are no notebooks and are still told one by one
_STAMP = "timestamp.txt"
_TOO_MANY = (
    "This folder holds more files than any hand-in. Hand in the notebook alone, not a folder."
)


@dataclass(frozen=True)
class Entry:
    """One file that was handed in, not read yet.

    Attributes:
        path: below the root of the hand-in, with `/`; never absolute, never with `..`; its names
            are clean.
        time: when it was last changed, as a number that sorts.
        read: reads it whole; takes the most bytes allowed, raises SubmissionError beyond.
        problem: why it is not read; "" if it is.
        raw: the path as it was written: two that only look the same differ here.
        size: bytes, as far as that is known without reading.
        sure: it is a notebook, whatever it is called.
        many: it stands for more files than anybody hands in.
        points_out: its name leads out of the archive; whose it is, nobody can say.
    """

    path: PurePosixPath
    time: float
    read: Callable[[int], bytes]
    problem: str = ""
    raw: str = ""
    size: int = 0
    sure: bool = False
    many: bool = False
    points_out: bool = False

    @property
    def kind(self) -> str:
        """One of the words of `kind_of`."""
        return "notebook" if self.sure else kind_of(self.path.name)


def kind_of(name: str) -> str:
    """What a file is by its name.

    Returns:
        "notebook": `ch02.ipynb`, and as browsers save it: `ch02.ipynb.json`, `ch02.ipynb.txt`;
        "zip"; "perhaps" a notebook: no ending, `.json`, `.txt`; else "other".
    """
    lower = name.lower()
    if lower.endswith((".ipynb", ".ipynb.json", ".ipynb.txt")):
        return "notebook"
    if lower.endswith(".zip"):
        return "zip"
    if lower.endswith((".json", ".txt")) or "." not in lower:
        return "perhaps"
    return "other"


def files_in(folder: Path) -> Iterator[Entry]:
    """Every file below `folder`, sorted; no link is followed, hidden files are left out.

    A folder of more files than anybody hands in is given as one entry with a problem.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    for place, folders, names in os.walk(folder):
        parts = Path(place).relative_to(folder).parts
        lineage = [parts[:depth] for depth in range(1, len(parts) + 1)]
        if any(_overfull(above, counts) for above in lineage):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not ignored(name))
        seen = [name for name in sorted(names) if not ignored(name)]
        useful = [name for name in seen if kind_of(name) in ("notebook", "zip")]
        others = [name for name in seen if kind_of(name) not in ("notebook", "zip")]
        for above in lineage:
            counts[above] += len(useful)
        full = next((above for above in lineage if _overfull(above, counts)), None)
        if full is None and parts and len(useful) > _MOST_IN_ONE:
            full = parts
        if full is not None:
            folders.clear()
            yield _told(PurePosixPath(*map(clean_name, full)) / "(too many files)", _TOO_MANY)
            continue
        shown = [name for name in others[:_MOST_OTHERS] if name != _STAMP]
        for name in useful + shown + [name for name in others if name == _STAMP]:
            path = PurePosixPath(*map(clean_name, (*parts, name)))
            yield file_entry(Path(place, name), path, "/".join((*parts, name)))
        more = len(others) - _MOST_OTHERS
        if more > 0:
            yield _told(PurePosixPath(*map(clean_name, parts), f"({more:,} more files)"))


def _overfull(parts: tuple[str, ...], counts: Counter[tuple[str, ...]]) -> bool:
    return counts[parts] > _MOST_BELOW.get(len(parts), _MOST_DEEPER)


def _told(path: PurePosixPath, problem: str = "") -> Entry:
    """What stands for many files."""

    def read(limit: int) -> bytes:
        raise SubmissionError(_TOO_MANY)

    return Entry(path, 0.0, read, problem, str(path), many=bool(problem))


def ignored(name: str) -> bool:
    """Whether a file or folder of this name is no one's answer."""
    return name.startswith(".") or name in _IGNORED


def too_large(limit: int) -> SubmissionError:
    return SubmissionError(
        f"The file is larger than {limit // 1_000_000} MB. Clear the outputs "
        "(Edit, Clear Outputs of All Cells), save, and hand it in again."
    )


def file_entry(path: Path, below: PurePosixPath, raw: str = "") -> Entry:
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

    raw = raw or str(below)
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            return Entry(below, 0.0, read, "It is a link or a device, not a file.", raw)
        return Entry(below, found.st_mtime, read, "", raw, found.st_size)
    except OSError as error:
        return Entry(below, 0.0, read, f"It cannot be read ({error.strerror}).", raw)
