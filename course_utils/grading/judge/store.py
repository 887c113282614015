"""The graded submissions of a class, `verdicts/<student>/<chapter>.json`: what all is made from."""

from __future__ import annotations

import fcntl
import json
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from weakref import WeakSet

from course_utils.errors import GradingError
from course_utils.grading.atomic_write import SUFFIX, plainly, write_whole
from course_utils.grading.intake.naming import safe_name, with_digest
from course_utils.grading.types import GradedSubmission

__all__ = [
    "Store",
    "chapter_file",
    "graded_in",
    "read_left_aside",
    "read_refused",
    "students_in",
]

_VERDICTS, _LOCK, _REFUSED, _ASIDE = "verdicts", ".lock", "refused.json", "left_aside.json"
_NO_CHAPTER = "unknown"
_OPEN: WeakSet[Store] = WeakSet()
_LARGEST = 50_000_000  # bytes of one verdict: what a student printed is cut long before


class Store:
    """Writes verdicts into the folder `out`; alone, as long as it is open.

    Args:
        out: the output folder; made if it is not there.

    Attributes:
        problems: (file, sentence) of each stored verdict that could not be read.

    Raises:
        GradingError: another run writes there now, or the folder cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self.out = Path(out)
        self.problems: list[tuple[str, str]] = []
        root = self.out / _VERDICTS
        with plainly(root):
            root.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.out / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with its process
            except BlockingIOError as error:
                os.close(self._lock)
                raise GradingError(
                    f"Another run is writing into {self.out}. Wait for its end, or name another "
                    "folder with --out."
                ) from error
            except OSError:
                os.close(self._lock)
                raise
        _OPEN.add(self)
        self._folders = {entry.name.casefold(): entry.name for entry in os.scandir(root)}
        for left in sorted(root.rglob(f".*{SUFFIX}")):  # by a run that was killed
            left.unlink(missing_ok=True)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the next run in."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __iter__(self) -> Iterator[GradedSubmission]:
        """Every stored verdict, one at a time, by student and chapter."""
        return graded_in(self.out, self.problems)

    def has(self, student: str, chapter: str, key: str) -> bool:
        """Whether this very work was graded already; an unreadable verdict was not."""
        graded = self.read(student, chapter)
        return graded is not None and graded.key == key

    def read(self, student: str, chapter: str) -> GradedSubmission | None:
        """The student's verdict on a chapter; None where there is none that can be read."""
        path = self.path(student, chapter)
        graded = _read(path, self.problems) if path.exists() else None
        return graded if graded is not None and graded.student == student else None

    def write(self, graded: GradedSubmission) -> None:
        """Store a verdict, whole or not at all, in place of an older one.

        Raises:
            GradingError: the disk is full or cannot be written, or a number is not finite.
        """
        if not _finite(graded):
            raise GradingError(f"The verdict on {graded.name} holds a number that is not finite.")
        path = self.path(graded.student, graded.chapter)
        # half a character, alone, becomes its JSON escape: what is read is what was written
        write_whole(path, graded.to_json().encode("utf-8", "backslashreplace"))
        self._folders[path.parent.name.casefold()] = path.parent.name

    def path(self, student: str, chapter: str) -> Path:
        """Where the verdict on a student's chapter lies, or would: no other student's place."""
        folder = safe_name(student)
        if folder != student or self._folders.get(folder.casefold(), folder) != folder:
            folder = with_digest(student)
        return self.out / _VERDICTS / folder / f"{chapter_file(chapter)}.json"

    def refuse(self, refused: Sequence[tuple[str, str]]) -> None:
        """Keep what belongs to nobody and was not graded: (name, why) of each file."""
        self._note(_REFUSED, refused)

    def leave_aside(self, aside: Sequence[tuple[str, str]]) -> None:
        """Keep what the last run did not look at as an answer: (name, why) of each file."""
        self._note(_ASIDE, aside)

    def _note(self, file: str, lines: Sequence[tuple[str, str]]) -> None:
        data = [{"name": name, "problem": problem} for name, problem in sorted(lines)]
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
        write_whole(self.out / file, text.encode("utf-8", "backslashreplace"))


def _forget() -> None:
    """In a forked child: let go of the locks, which would hold as long as the child lives."""
    for store in list(_OPEN):
        store.close()


os.register_at_fork(after_in_child=_forget)


def graded_in(
    out: Path, problems: list[tuple[str, str]] | None = None
) -> Iterator[GradedSubmission]:
    """Every verdict below an output folder, one at a time, by folder and chapter."""
    for _, submissions in students_in(out, problems):
        yield from submissions


def chapter_file(chapter: str) -> str:
    """The name, without ending, of the files of a chapter; "" has one too."""
    name = safe_name(chapter) if chapter else _NO_CHAPTER
    return name if name == chapter or not chapter else with_digest(chapter)


def students_in(
    out: Path, problems: list[tuple[str, str]] | None = None
) -> Iterator[tuple[str, list[GradedSubmission]]]:
    """(folder, verdicts) of each student, one at a time; each folder is one student's.

    Args:
        out: the output folder.
        problems: (file, sentence) of each verdict that cannot be read is appended.
    """
    told: list[tuple[str, str]] = [] if problems is None else problems
    root = Path(out) / _VERDICTS
    if not root.is_dir():
        raise GradingError(f"{out} holds no verdicts: grade a class first, with --out {out}.")
    for folder in sorted(each.name for each in os.scandir(root) if each.is_dir()):
        files = sorted(path for path in (root / folder).glob("*.json"))
        submissions = [found for path in files if (found := _read(path, told)) is not None]
        if submissions:
            yield folder, submissions


def read_refused(out: Path) -> list[tuple[str, str]]:
    """(name, why) of each file that was refused and is nobody's."""
    return _noted(Path(out) / _REFUSED)


def read_left_aside(out: Path) -> list[tuple[str, str]]:
    """(name, why) of each file that the last run left aside."""
    return _noted(Path(out) / _ASIDE)


def _noted(path: Path) -> list[tuple[str, str]]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = json.loads(path.read_bytes())
        return [(str(each["name"]), str(each["problem"])) for each in data]
    return []


def _read(path: Path, problems: list[tuple[str, str]]) -> GradedSubmission | None:
    """A stored verdict; None, and a problem, where it cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise GradingError("it is larger than any verdict")
        graded = GradedSubmission.from_json(path.read_bytes())
        if not _finite(graded):
            raise GradingError("it holds a number that is not finite")
        return graded
    except (GradingError, OSError, RecursionError, TypeError) as error:
        place = "/".join(path.parts[-3:])
        problems.append((place, f"{place} cannot be read and counts as not graded: {error}"))
        return None


def _finite(graded: GradedSubmission) -> bool:
    """Whether every number is one: JSON has no word for the others."""
    numbers = [graded.seconds]
    for exercise in graded.exercises:
        numbers += [exercise.seconds, exercise.result.points, exercise.result.max_points]
    return all(map(math.isfinite, numbers))
