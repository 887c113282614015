"""One chapter, from its source to its two notebooks."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_utils.authoring.book import claims_of
from course_utils.authoring.compose import compose
from course_utils.authoring.execute import execute
from course_utils.authoring.keep import keep_stored
from course_utils.authoring.outputs import clean_outputs, output_problems, size_problem
from course_utils.authoring.rules import broken_rules
from course_utils.authoring.settings import Settings
from course_utils.authoring.source import SourceCell, read_source, refuse
from course_utils.authoring.storing import read_notebook
from course_utils.chapters import Chapter
from course_utils.checking.registry import exercise_file, exercise_of
from course_utils.errors import AuthorError, OracleError, SourceError

__all__ = ["MOST_CARDS", "Draft", "carry_outputs", "points_of", "read_draft", "run_draft"]

#: Whole cards of claims that one chapter may show.
MOST_CARDS = 4


@dataclass(frozen=True)
class Draft:
    """A chapter whose source is good: its cells, and the author's copy without outputs."""

    chapter: Chapter
    path: Path
    cells: Sequence[SourceCell]
    notebook: NotebookNode

    @property
    def code_cells(self) -> list[NotebookNode]:
        """The code cells of the notebook, in order."""
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]


def points_of(chapter: Chapter) -> dict[str, float]:
    """What each exercise of a chapter is worth.

    Raises:
        AuthorError: the file of an exercise is missing, cannot be imported or holds another one.
    """
    points = {}
    for name in chapter.exercises:
        where = f"course_utils/oracles/{chapter.stem}/{exercise_file(name)}.py"
        try:
            points[name] = float(exercise_of(chapter.stem, name).points)
        except OracleError as error:
            raise AuthorError(f"{error}; write it.") from error
        except Exception as error:
            raise AuthorError(
                f"{where} cannot be imported: {type(error).__name__}: {error}. Mend it."
            ) from error
    return points


def read_draft(chapter: Chapter, root: Path, settings: Settings) -> Draft:
    """Read, check and compose a chapter; nothing is run or written.

    Raises:
        SourceError: the source is refused; all its problems at once.
        AuthorError: the chapter's exercises are not written.
    """
    path = root / "solutions" / f"{chapter.stem}.py"
    cells = read_source(path)
    refuse(broken_rules(path, cells, chapter))
    return Draft(chapter, path, cells, compose(cells, chapter, points_of(chapter), settings))


def run_draft(
    draft: Draft,
    root: Path,
    *,
    stored: NotebookNode | None,
    on_cell: Callable[[], None],
    stopped: Callable[[], bool],
) -> tuple[int, Mapping[str, float]]:
    """Run the draft's notebook, clean its outputs, and keep stored ones that say the same.

    Args:
        draft: its notebook is changed in place.
        root: the checkout.
        stored: the notebook of an earlier build whose outputs may be kept, or None.
        on_cell: called after each code cell.
        stopped: True ends the run before the next cell.

    Returns:
        How many cells kept their stored outputs, and the seconds by cell id.

    Raises:
        SourceError: a cell raised, was not run, left an output that may not be stored, or a claim
            of the chapter has no card.
    """

    def refusal(cell: int, text: str) -> SourceError:
        return draft.cells[cell].problem(draft.path, text)

    metadata = copy.deepcopy(draft.notebook.metadata)
    seconds = execute(draft.notebook, root, refuse=refusal, on_cell=on_cell, stopped=stopped)
    draft.notebook.metadata = metadata  # the kernel writes its own version into it
    forbidden = {str(root.resolve()): "the checkout's path"}
    problems: list[SourceError] = []
    number = 0
    for cell, node in zip(draft.cells, draft.notebook.cells, strict=True):
        if node.cell_type != "code":
            continue
        number += 1
        node.metadata.pop("execution", None)
        if node.execution_count is None:
            problems.append(cell.problem(draft.path, "this cell was not run"))
        node.execution_count = number
        node.outputs = clean_outputs(node.outputs, number)
        problems += [
            cell.problem(draft.path, text) for text in output_problems(node.outputs, forbidden)
        ]
    problems += _claim_problems(draft)
    too_large = size_problem(draft.notebook)
    if too_large:
        problems.append(SourceError(draft.path, 1, 0, too_large))
    refuse(problems)
    if stored is None:
        return 0, seconds
    varies = {
        node.id for cell, node in zip(draft.cells, draft.notebook.cells, strict=True) if cell.varies
    }
    return keep_stored(draft.notebook, stored, varies), seconds


def carry_outputs(draft: Draft, root: Path) -> bool:
    """Put the stored outputs into the draft without running it, if no code has changed.

    Returns:
        Whether that could be done: False where a code cell is new, gone, moved or different, or was
        never run.
    """
    stored = read_notebook(root / "solutions" / f"{draft.chapter.stem}.ipynb")
    if stored is None:
        return False
    old = [cell for cell in stored.cells if cell.cell_type == "code"]
    if [cell.source for cell in old] != [cell.source for cell in draft.code_cells]:
        return False
    if any(cell.execution_count is None for cell in old):
        return False
    for node, before in zip(draft.code_cells, old, strict=True):
        node.outputs, node.execution_count = before.outputs, before.execution_count
    return True


def _claim_problems(draft: Draft) -> list[SourceError]:
    """Each claim of the chapter has its card, and each card is one of the chapter's claims.

    A claim that means several things has a card for each: they differ in their statement.
    """
    found = claims_of(draft.notebook)
    shown = [(card.record["id"], card.record["statement"]) for card in found]
    cards = [name for name, _ in shown]
    promised = draft.chapter.claims
    texts = [
        f"claim {name} of this chapter shows no card; end its experiment with `.card()`"
        for name in promised
        if name not in cards
    ]
    texts += [
        f"the card of {name} stands in a chapter that does not list it; see chapters.py"
        for name in dict.fromkeys(cards)
        if name not in promised
    ]
    texts += [
        f"claim {each[0]} has {shown.count(each)} cards that state the same; show one, or state "
        "what each of them means"
        for each in dict.fromkeys(shown)
        if shown.count(each) > 1
    ]
    whole = sum(not each.short for each in found)
    if whole > MOST_CARDS:
        texts.append(
            f"{whole} whole cards of claims; show at most {MOST_CARDS} and give the others "
            "`.card(short=True)`: the book of claims has all of every card"
        )
    return [SourceError(draft.path, 1, 0, text) for text in texts]
