"""The course's whole folder, handed in: `notebooks/`, `solutions/` and `work/` are no students."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from course_utils.chapters import CHAPTERS
from course_utils.grading.intake.chapter_detection import without_copy

__all__ = ["START", "Checkouts", "checkouts_in"]

START = "START"  # the notebook that no exercise is in
_FOLDERS = {"notebooks", "solutions", "work"}
_STEMS = {START, *(each.stem for each in CHAPTERS)}


@dataclass(frozen=True)
class Checkouts:
    """Where the course's own folders lie among what was handed in.

    Attributes:
        roots: the folders that hold them; `()` is the outermost one.
        one_name: they all have the same name, below somebody's: `ada/unrolled-main`.
    """

    roots: frozenset[tuple[str, ...]]
    one_name: bool = False

    def places(self, path: PurePosixPath) -> set[int]:
        """The places in a path where the course's own names stand, which are nobody's."""
        found = {
            depth
            for depth in range(len(path.parts) - 1)
            if path.parts[depth].casefold() in _FOLDERS and path.parts[:depth] in self.roots
        }
        return found | {depth - 1 for depth in found} if self.one_name else found


def checkouts_in(paths: Iterable[PurePosixPath]) -> Checkouts:
    """The course's folders among these paths of notebooks."""
    roots = frozenset(
        path.parts[:-2]
        for path in paths
        if len(path.parts) > 1
        and path.parts[-2].casefold() in _FOLDERS
        and without_copy(path.name.partition(".")[0]) in _STEMS
    )
    deep = [root[-1] for root in roots if len(root) > 1]
    return Checkouts(roots, len(deep) == len(roots) > 1 and len(set(deep)) == 1)
