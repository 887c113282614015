"""Build chapters: source → executed solution → student copy, several at a time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from course_utils import chapters as course
from course_utils.authoring.book import write_book
from course_utils.authoring.chapter import Draft, carry_outputs, read_draft, run_draft
from course_utils.authoring.compose import student_copy
from course_utils.authoring.sanitize import nbval_rules
from course_utils.authoring.settings import Settings, read_settings
from course_utils.authoring.storing import notebook_text, read_notebook, write_text
from course_utils.chapters import Chapter
from course_utils.errors import AuthorError

__all__ = ["Built", "build"]


@dataclass(frozen=True)
class Built:
    """What came of one chapter.

    Attributes:
        stem: the chapter.
        problem: why it was not built, or None. Nothing of the chapter was written then.
        written: the files whose bytes are new.
        executed: the solution was run; False with `execute=False`.
        stale: the stored solution does not fit the source: code changed and `execute=False`.
        cells: how many code cells it has.
        kept: how many of them kept their stored outputs.
        slowest: id and seconds of the cell that took longest, or ("", 0).
        seconds: how long the whole run took.
    """

    stem: str
    problem: AuthorError | None = None
    written: tuple[Path, ...] = ()
    executed: bool = False
    stale: bool = False
    cells: int = 0
    kept: int = 0
    slowest: tuple[str, float] = ("", 0.0)
    seconds: float = 0.0


def build(
    chapters: Sequence[str] | None = None,
    *,
    root: Path,
    jobs: int | None = None,
    fresh: bool = False,
    execute: bool = True,
    progress: bool | None = None,
) -> list[Built]:
    """Build chapters: run each source, store the solution and the student's copy.

    A chapter that is refused or fails costs no other chapter anything: see `Built.problem`. When
    every chapter of the course has its solution, the book of claims is written too.

    Args:
        chapters: stems, short names or numbers; None is all of them.
        root: the checkout: the folder of `solutions/`, `notebooks/` and pyproject.toml.
        jobs: how many chapters run at a time; None is the number of cores. Chapters that run side
            by side slow each other down, so that a timing shown in one is then larger.
        fresh: store the new outputs even where the stored ones say the same.
        execute: False runs nothing: the student's copy is written, and the solution as well if only
            prose has changed.
        progress: show a bar per chapter; None shows it on a terminal only.

    Returns:
        One `Built` per chapter, in the order of the course.

    Raises:
        UnknownNameError: no chapter has this name.
        AuthorError: pyproject.toml lacks the setting of the repository.
    """
    root = Path(root)
    wanted = {course.chapter(name).stem for name in chapters} if chapters is not None else None
    chosen = [each for each in course.CHAPTERS if wanted is None or each.stem in wanted]
    settings = read_settings(root)
    write_text(root / "solutions" / "sanitize.cfg", nbval_rules())
    run = _Run(root, settings, fresh, execute, progress)
    workers = max(1, min(jobs or os.cpu_count() or 1, len(chosen) or 1))
    with ThreadPoolExecutor(workers, thread_name_prefix="build") as pool:
        try:
            built = list(pool.map(run.chapter, chosen, range(len(chosen))))
        except KeyboardInterrupt:
            run.stop.set()  # running cells finish, no further one begins
            raise
    write_book(root)
    return built


class _Run:
    """One call of `build`, for threads to share; each chapter's work is done in its kernel."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        fresh: bool,
        execute: bool,
        progress: bool | None,
    ) -> None:
        self.root, self.settings, self.fresh, self.execute = root, settings, fresh, execute
        self.hide = None if progress is None else not progress
        self.stop = threading.Event()

    def chapter(self, chapter: Chapter, row: int) -> Built:
        start = time.perf_counter()
        try:
            draft = read_draft(chapter, self.root, self.settings)
            if not self.execute:
                return self._unexecuted(draft, start)
            return self._executed(draft, row, start)
        except AuthorError as problem:
            return Built(chapter.stem, problem, seconds=time.perf_counter() - start)

    def _executed(self, draft: Draft, row: int, start: float) -> Built:
        stem = draft.chapter.stem
        solution = self.root / "solutions" / f"{stem}.ipynb"
        stored = None if self.fresh else read_notebook(solution)
        total = len(draft.code_cells)
        with tqdm(total=total, desc=stem, unit="cell", position=row, disable=self.hide) as bar:
            kept, seconds = run_draft(
                draft, self.root, stored=stored, on_cell=bar.update, stopped=self.stop.is_set
            )
        slowest = max(seconds.items(), key=lambda each: each[1], default=("", 0.0))
        return Built(
            stem,
            written=self._write(draft, with_solution=True),
            executed=True,
            cells=total,
            kept=kept,
            slowest=slowest,
            seconds=time.perf_counter() - start,
        )

    def _unexecuted(self, draft: Draft, start: float) -> Built:
        carried = carry_outputs(draft, self.root)
        return Built(
            draft.chapter.stem,
            written=self._write(draft, with_solution=carried),
            stale=not carried,
            cells=len(draft.code_cells),
            kept=len(draft.code_cells) if carried else 0,
            seconds=time.perf_counter() - start,
        )

    def _write(self, draft: Draft, *, with_solution: bool) -> tuple[Path, ...]:
        name = f"{draft.chapter.stem}.ipynb"
        texts = {self.root / "notebooks" / name: notebook_text(student_copy(draft.notebook))}
        if with_solution:
            texts[self.root / "solutions" / name] = notebook_text(draft.notebook)
        return tuple(path for path, text in texts.items() if write_text(path, text))
