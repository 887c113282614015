"""Whether what is stored is what the sources give, without running anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_utils import chapters as course
from course_utils.authoring.book import book_files, missing_solutions, pictures_in
from course_utils.authoring.chapter import Draft, read_draft
from course_utils.authoring.compose import student_copy
from course_utils.authoring.sanitize import nbval_rules
from course_utils.authoring.settings import read_settings
from course_utils.authoring.storing import notebook_text, read_notebook

__all__ = ["Stale", "check_student_copies"]

_MEND = "run `unrolled build`"


@dataclass(frozen=True)
class Stale:
    """A generated file that the sources no longer give.

    Attributes:
        path: relative to the checkout.
        reason: what differs, and what to do.
    """

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def check_student_copies(root: Path) -> list[Stale]:
    """Every generated file that is not what the sources give; empty where all is well.

    Student copies and `solutions/sanitize.cfg` are compared byte for byte. Of the stored solutions
    the cells' sources, ids and metadata are compared, and that each code cell was run. The book of
    claims must be what the stored solutions give.

    Args:
        root: the checkout.

    Raises:
        SourceError: a source is refused.
        AuthorError: the setting of the repository or a chapter's exercises are missing.
    """
    root = Path(root)
    settings = read_settings(root)
    found: list[Stale] = []
    for chapter in course.CHAPTERS:
        draft = read_draft(chapter, root, settings)
        name = f"{chapter.stem}.ipynb"
        copy = notebook_text(student_copy(draft.notebook))
        found += _file(root, Path("notebooks") / name, copy)
        found += _solution(root, Path("solutions") / name, draft)
    found += _file(root, Path("solutions/sanitize.cfg"), nbval_rules())
    found += _orphans(root)
    if not missing_solutions(root):
        files = book_files(root)
        for path, data in files.items():
            found += _file(root, path, data)
        found += [
            Stale(path.relative_to(root), f"is of no claim that is shown; {_MEND}")
            for path in pictures_in(root)
            if path.relative_to(root) not in files
        ]
    return found


def _file(root: Path, path: Path, expected: str | bytes) -> Iterator[Stale]:
    try:
        there = (root / path).read_bytes()
    except FileNotFoundError:
        yield Stale(path, f"does not exist; {_MEND}")
        return
    if there != (expected.encode() if isinstance(expected, str) else expected):
        yield Stale(path, f"is not what the source gives; {_MEND}")


def _solution(root: Path, path: Path, draft: Draft) -> Iterator[Stale]:
    stored = read_notebook(root / path)
    if stored is None:
        yield Stale(path, f"does not exist or cannot be read; {_MEND}")
        return
    if stored.metadata != draft.notebook.metadata:
        yield Stale(path, f"has other notebook metadata; {_MEND}")
    if [cell.get("id") for cell in stored.cells] != [cell.id for cell in draft.notebook.cells]:
        yield Stale(path, f"has other cells than the source; {_MEND}")
        return
    for old, new in zip(stored.cells, draft.notebook.cells, strict=True):
        if old.source != new.source or old.metadata != new.metadata:
            yield Stale(path, f"cell {new.id!r} is not that of the source; {_MEND}")
            return
    yield from _unexecuted(path, stored)


def _unexecuted(path: Path, stored: NotebookNode) -> Iterator[Stale]:
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        if cell.execution_count != number:
            yield Stale(path, f"cell {cell.id!r} was not run in its turn; {_MEND}")
            return


def _orphans(root: Path) -> Iterator[Stale]:
    known = {f"{chapter.stem}.ipynb" for chapter in course.CHAPTERS}
    for folder in ("notebooks", "solutions"):
        for path in sorted((root / folder).glob("*.ipynb")):
            if path.name not in known:
                yield Stale(
                    path.relative_to(root), "belongs to no chapter; remove it or see chapters.py"
                )
