"""From cells to notebooks: the author's copy, not yet run, and the student's copy.

Every cell carries `metadata.unrolled = {"role", "exercise"}`; cells that nbgrader must know carry
its schema-3 metadata:

| role       | nbgrader                                  |                                   |
|------------|-------------------------------------------|-----------------------------------|
| exercise   | solution                                  | the student's; the answer goes    |
| check      | grade, locked, points                     | restored and scored by autograde  |
| setup      | locked                                    | restored by autograde             |
| experiment | locked                                    | restored by autograde             |
| predict    | none                                      | the student's, never scored       |
| repair     | none                                      | the student's, never scored       |
| text       | none                                      |                                   |
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.authoring.heading import heading, onward
from course_utils.authoring.ids import ids_of
from course_utils.authoring.settings import Settings
from course_utils.authoring.source import SourceCell
from course_utils.chapters import Chapter
from course_utils.notebook import strip_solutions

__all__ = ["compose", "student_copy"]

_SCHEMA = 3
#: Fixed, so that no build records which Python it ran on.
_METADATA: dict[str, Any] = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def compose(
    cells: Sequence[SourceCell], chapter: Chapter, points: Mapping[str, float], settings: Settings
) -> NotebookNode:
    """The author's copy, without outputs.

    Args:
        cells: a source without broken rules.
        chapter: whose source it is.
        points: what each exercise is worth.
        settings: where the badge and the install on Colab point.
    """
    made = [_cell(cell, name, points) for cell, name in zip(cells, ids_of(cells), strict=True)]
    made[0].source = _with_badge(made[0].source, settings.badge(chapter.stem))
    made[0].source += f"\n\n{heading(chapter)}"
    last = made[-1]
    if last.cell_type == "markdown" and onward(chapter):
        last.source += f"\n\n{onward(chapter)}"
    for cell, node in zip(cells, made, strict=True):
        if cell.role == "setup":
            node.source = settings.colab_lines() + node.source
    metadata = copy.deepcopy(_METADATA) | {"unrolled": {"chapter": chapter.stem}}
    notebook: NotebookNode = new_notebook(cells=made, metadata=metadata)
    return notebook


def student_copy(notebook: NotebookNode) -> NotebookNode:
    """The same notebook with stubs for answers and without outputs; the argument stays as it is."""
    student = copy.deepcopy(notebook)
    for cell in student.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if cell.metadata["unrolled"]["role"] == "exercise":
            cell.source = strip_solutions(cell.source)
    return student


def _cell(cell: SourceCell, name: str, points: Mapping[str, float]) -> NotebookNode:
    marks = {"role": cell.role}
    if cell.exercise:
        marks["exercise"] = cell.exercise
    metadata: dict[str, Any] = {"unrolled": marks}
    if cell.kind == "markdown":
        prose: NotebookNode = new_markdown_cell(cell.source, id=name, metadata=metadata)
        return prose
    metadata["tags"] = [cell.role, *cell.tags]
    nbgrader = _nbgrader(cell, name, points)
    if nbgrader:
        metadata["nbgrader"] = nbgrader
    if cell.role in ("setup", "check"):
        metadata |= {"deletable": False, "editable": False}
    elif cell.role == "exercise":
        metadata["deletable"] = False
    code: NotebookNode = new_code_cell(cell.source, id=name, metadata=metadata)
    return code


def _nbgrader(cell: SourceCell, name: str, points: Mapping[str, float]) -> dict[str, Any] | None:
    if cell.role in ("predict", "repair"):
        return None
    marks: dict[str, Any] = {
        "grade": cell.role == "check",
        "grade_id": name,
        "locked": cell.role != "exercise",
        "schema_version": _SCHEMA,
        "solution": cell.role == "exercise",
        "task": False,
    }
    if cell.role == "check":
        marks["points"] = points[cell.exercise]
    return marks


def _with_badge(title_cell: str, badge: str) -> str:
    title, _, rest = title_cell.partition("\n")
    return f"{title}\n\n{badge}\n\n{rest.lstrip()}".rstrip()
