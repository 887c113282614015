"""What a chapter's source must keep to. Each rule reads the cells and yields its refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from course_utils.authoring.ids import duplicate_ids
from course_utils.authoring.leftover import leftovers
from course_utils.authoring.lengths import MOST_IN_CELL, MOST_IN_EXPERIMENTS, lines_shown
from course_utils.authoring.python import checked_names, syntax_problem
from course_utils.authoring.source import SourceCell
from course_utils.chapters import Chapter, chapter_of_exercise
from course_utils.errors import SourceError, UnknownNameError
from course_utils.lectures import CLAIMS, OWN, TOPICS
from course_utils.notebook import (
    BEGIN_SOLUTION,
    END_SOLUTION,
    marker_problem,
    solution_lines,
    strip_solutions,
)

__all__ = ["broken_rules"]

Cells: TypeAlias = Sequence[SourceCell]
_CODE = re.compile(r"(?<![\w`$])[TCO]\d{1,2}\b(?![`$])")
_CODES = {*TOPICS, *CLAIMS, *OWN}
Rule: TypeAlias = Callable[[Path, Cells, Chapter], Iterator[SourceError]]


def broken_rules(path: Path, cells: Cells, chapter: Chapter) -> list[SourceError]:
    """Every refusal of a source that could be read; empty where it is good."""
    return [problem for rule in _RULES for problem in rule(path, cells, chapter)]


def _not_empty(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    for cell in cells:
        if not cell.source.strip():
            yield cell.problem(path, "an empty cell; fill it or remove it")


def _opening(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    """A title first, without a table; one set-up cell, and no code before it."""
    first = cells[0]
    if first.role != "text" or not first.source.startswith("# "):
        yield first.problem(path, 'the first cell must be [markdown] and begin with "# Title"')
    for number, line in enumerate(first.source.splitlines()):
        if line.startswith("|"):
            yield first.problem(
                path, "a table under the title; the builder writes it from chapters.py", number
            )
            break
    setups = [cell for cell in cells if cell.role == "setup"]
    if not setups:
        yield first.problem(path, 'there is no set-up cell; add one: `# %% tags=["setup"]`')
        return
    for cell in setups[1:]:
        yield cell.problem(path, f"a second set-up cell; the first is cell {setups[0].number}")
    for cell in cells:
        if cell.kind == "code" and cell.number < setups[0].number and cell.role != "setup":
            yield cell.problem(path, "code before the set-up cell; move it below")


def _no_codes(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    """Topics and claims stand in prose by their words, not by our numbers."""
    for cell in cells:
        if cell.kind != "markdown":
            continue
        for number, line in enumerate(cell.source.splitlines()):
            code = next((each for each in _CODE.findall(line) if each in _CODES), None)
            if code:
                yield cell.problem(path, f"{code} is our number; say it in words", number)
                break


def _exercise_option(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    """exercise="…" stands on exercise and check cells, and names one of this chapter."""
    for cell in cells:
        needs = cell.role in ("exercise", "check")
        if needs and not cell.exercise:
            yield cell.problem(
                path, f'which exercise? add exercise="name" to this {cell.role} cell'
            )
        if cell.exercise and not needs:
            yield cell.problem(path, f'a {cell.role} cell takes no exercise="…"; remove it')
        for option in {"exercise": cell.exercise, "reveals": cell.reveals}.items():
            yield from _known_here(path, cell, chapter, *option)


def _known_here(
    path: Path, cell: SourceCell, chapter: Chapter, option: str, name: str
) -> Iterator[SourceError]:
    if not name or name in chapter.exercises:
        return
    try:
        home = chapter_of_exercise(name).stem
    except UnknownNameError as error:
        yield cell.problem(path, str(error))
    else:
        yield cell.problem(path, f'{option}="{name}" belongs to {home}, not to {chapter.stem}')


def _each_exercise_once(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    """Every exercise of the chapter has one exercise cell and, later, one check cell."""
    for name in chapter.exercises:
        asked = [cell for cell in cells if cell.role == "exercise" and cell.exercise == name]
        checked = [cell for cell in cells if cell.role == "check" and cell.exercise == name]
        for kind, found in (("exercise", asked), ("check", checked)):
            for cell in found[1:]:
                yield cell.problem(
                    path, f"a second {kind} cell for {name!r}; the first is cell {found[0].number}"
                )
        if not asked and not checked:
            yield SourceError(path, 1, 0, f"exercise {name!r} is not asked for; add its cells")
        elif not asked:
            yield checked[0].problem(path, f"a check of {name!r}, which no exercise cell asks for")
        elif not checked:
            yield asked[0].problem(path, f"exercise {name!r} has no check cell; add one below")
        elif checked[0].number < asked[0].number:
            yield checked[0].problem(
                path, f"the check of {name!r} stands before its exercise (cell {asked[0].number})"
            )


def _check_calls(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    for cell in cells:
        if cell.role != "check" or not cell.exercise:
            continue
        if checked_names(cell.source) != (cell.exercise, cell.exercise):
            wanted = f'check("{cell.exercise}", {cell.exercise})'
            yield cell.problem(path, f"a check cell holds this call and nothing else: {wanted}", 0)


def _markers(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    for cell in cells:
        if cell.role != "exercise":
            for number, line in enumerate(cell.source.splitlines()):
                if "BEGIN SOLUTION" in line or "END SOLUTION" in line:
                    yield cell.problem(
                        path,
                        f"a solution marker in a {cell.role} cell; exercise cells only",
                        number,
                    )
                    break
            continue
        found = marker_problem(cell.source)
        if found:
            yield cell.problem(path, found[1], found[0])
        elif BEGIN_SOLUTION not in cell.source:
            yield cell.problem(
                path, f"no answer; put it between {BEGIN_SOLUTION!r} and {END_SOLUTION!r}"
            )
        elif not solution_lines(cell.source):
            yield cell.problem(path, "the answer between the markers is empty; write it")


def _python(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    """Code parses, with the answer and with the stub in its place."""
    for cell in cells:
        if cell.kind != "code":
            continue
        found = syntax_problem(cell.source)
        if found:
            yield cell.problem(path, f"syntax error: {found[1]}", found[0])
        elif (
            cell.role == "exercise"
            and marker_problem(cell.source) is None
            and syntax_problem(strip_solutions(cell.source))
        ):
            yield cell.problem(
                path, "no valid Python with the stub in place of the answer; move the markers"
            )


def _defines(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    """The student's copy must show the name that the check will read."""
    for cell in cells:
        if cell.role == "exercise" and cell.exercise and not cell.source.isspace():
            stub = strip_solutions(cell.source)
            heads = (f"def {cell.exercise}(", f"class {cell.exercise}(", f"class {cell.exercise}:")
            if not any(line.startswith(heads) for line in stub.splitlines()):
                yield cell.problem(
                    path,
                    f"the stub does not define {cell.exercise!r}; keep its def or class outside",
                )


def _unique_ids(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    for cell, name, first in duplicate_ids(cells):
        yield cell.problem(path, f"id={name!r} is taken by cell {first.number}; choose another")


def _no_leftovers(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    for cell, line, answer in leftovers(cells):
        yield cell.problem(
            path,
            f"the answer to {answer.exercise!r} (cell {answer.number}) stays in the student copy; "
            f'write this line otherwise, or add reveals="{answer.exercise}" to the header',
            line,
        )


def _short_cells(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    """A cell shows what a student should read; the rest is the chapter's harness."""
    for cell in cells:
        asks = cell.role == "exercise"
        length = lines_shown(cell.source, asks) if cell.kind == "code" else 0
        if length > MOST_IN_CELL:
            yield cell.problem(
                path,
                f"a cell of {length} lines, and {MOST_IN_CELL} are the most (without blank lines "
                f"and what a stub asks); move what a student need not read into {_room(chapter)}",
            )


def _short_experiments(path: Path, cells: Cells, chapter: Chapter) -> Iterator[SourceError]:
    """Names the cell in which the chapter's experiments become too long."""
    lengths = [(cell, lines_shown(cell.source)) for cell in cells if cell.role == "experiment"]
    total = sum(length for _, length in lengths)
    so_far = 0
    for cell, length in lengths:
        so_far += length
        if so_far > MOST_IN_EXPERIMENTS:
            yield cell.problem(
                path,
                f"the experiment cells have {total} lines together, and {MOST_IN_EXPERIMENTS} are "
                f"the most: passed in this cell; move what a student need not read into "
                f"{_room(chapter)}",
            )
            return


def _room(chapter: Chapter) -> str:
    return f"course_utils/experiments/{chapter.stem}.py"


_RULES: tuple[Rule, ...] = (
    _not_empty,
    _opening,
    _no_codes,
    _exercise_option,
    _each_exercise_once,
    _check_calls,
    _markers,
    _python,
    _defines,
    _unique_ids,
    _no_leftovers,
    _short_cells,
    _short_experiments,
)
