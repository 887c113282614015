"""A chapter's source, read: cells with their headers and the lines where they stand.

jupytext reads the cells; since it keeps no line numbers, the file is cut at its headers first and
each piece is read alone. A line that starts with `# %%` therefore always begins a cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jupytext

from course_utils.errors import SourceError
from course_utils.notebook import ROLES

__all__ = ["EXTRA_TAGS", "SourceCell", "read_source", "refuse"]

#: Tags that a cell may carry beside its role.
EXTRA_TAGS = ("raises-exception",)

_OPTIONS = {
    "tags": "a list of one role",
    "exercise": "a name",
    "id": "a name",
    "varies": "true",
    "reveals": "a name",
}
_HEADER = re.compile(r"# ?%%(?!%)")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EXAMPLE = '`# %% tags=["check"] exercise="name"`'
#: What jupytext itself notes about a cell's surroundings.
_LAYOUT = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")


@dataclass(frozen=True)
class SourceCell:
    """One cell of a source.

    Attributes:
        number: 1-based place in the file.
        line: 1-based line of its header.
        role: one of `ROLES`, or "text" for Markdown.
        source: the cell's text, magics as they run.
        exercise: the exercise that an exercise or check cell is about, or "".
        id: the id that the header gives, or "".
        tags: the other tags: `EXTRA_TAGS`.
        varies: pictures of this cell are not compared between builds.
        reveals: the exercise whose answer this cell shows on purpose, or "".
    """

    number: int
    line: int
    role: str
    source: str
    exercise: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()
    varies: bool = False
    reveals: str = ""

    @property
    def kind(self) -> Literal["markdown", "code"]:
        """The cell's type in the notebook."""
        return "markdown" if self.role == "text" else "code"

    def problem(self, path: Path, text: str, line: int | None = None) -> SourceError:
        """A refusal of this cell.

        Args:
            path: the source file.
            text: what is wrong and what to do.
            line: 0-based line within the cell; None is the header.
        """
        return SourceError(path, self.line + (0 if line is None else 1 + line), self.number, text)


def refuse(problems: Sequence[SourceError]) -> None:
    """Raise all problems of one source as one `SourceError`, in the order of the file.

    The error's path, line and cell are the first one's; the others follow in its text, a line each.
    """
    if not problems:
        return
    first, *others = sorted(problems, key=lambda each: (each.line, each.cell))
    if not others:
        raise first
    text = "\n".join([first.problem, *map(str, others)])
    raise SourceError(first.path, first.line, first.cell, text)


def read_source(path: Path) -> list[SourceCell]:
    """Read a chapter's source.

    Args:
        path: a Python file in the percent format.

    Returns:
        Its cells, headers understood.

    Raises:
        SourceError: no such file, not UTF-8, text before the first cell, or headers that cannot be
            understood: all of them at once.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise SourceError(path, 1, 0, "this source does not exist; write it") from error
    except UnicodeDecodeError as error:
        raise SourceError(path, 1, 0, f"not UTF-8 ({error.reason}); save it as UTF-8") from error
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    if not starts:
        raise SourceError(path, 1, 0, f"no cell; begin one with a header like {_EXAMPLE}")
    problems = _before_first(path, lines[: starts[0]])
    cells: list[SourceCell] = []
    for number, (start, end) in enumerate(
        zip(starts, [*starts[1:], len(lines)], strict=True), start=1
    ):
        try:
            cells.append(_read_cell(path, number, start + 1, lines[start:end]))
        except SourceError as error:
            problems.append(error)
    refuse(problems)
    return cells


def _before_first(path: Path, lines: Sequence[str]) -> list[SourceError]:
    """Only comments (a jupytext header among them) may stand before the first cell."""
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            return [
                SourceError(path, number, 0, f"text before the first cell; begin with {_EXAMPLE}")
            ]
    return []


def _read_cell(path: Path, number: int, line: int, lines: Sequence[str]) -> SourceCell:
    def bad(text: str) -> SourceError:
        return SourceError(path, line, number, text)

    cells = jupytext.reads("\n".join(lines) + "\n", fmt="py:percent").cells
    if len(cells) != 1:
        raise bad("an indented `# %%` would begin a second cell here; write that comment otherwise")
    cell = cells[0]
    options = {key: value for key, value in cell.metadata.items() if key not in _LAYOUT}
    unread = options.pop("incorrectly_encoded_metadata", None) or options.pop("title", None)
    if unread:
        raise bad(f"{unread!r} in the header is not understood; write it like {_EXAMPLE}")
    for key in options:
        if key not in _OPTIONS:
            raise bad(f"unknown option {key!r} in the header; there are {', '.join(_OPTIONS)}")
    if cell.cell_type not in ("markdown", "code"):
        raise bad(f"a {cell.cell_type} cell has no place in a chapter; make it [markdown] or code")
    markdown = cell.cell_type == "markdown"
    role, tags = _role(options.get("tags"), markdown, bad)
    varies = options.get("varies", False)
    if not isinstance(varies, bool):
        raise bad(f"varies={varies!r}; write varies=true or leave it out")
    words = {key: _word(options, key, bad) for key in ("exercise", "id", "reveals")}
    if words["id"] and not _ID.fullmatch(words["id"]):
        raise bad(f"id={words['id']!r}; use up to 64 letters, digits, - and _")
    return SourceCell(number, line, role, cell.source, tags=tags, varies=varies, **words)


def _word(options: Mapping[str, Any], key: str, bad: Any) -> str:
    value = options.get(key, "")
    if not isinstance(value, str) or (key in options and not value):
        raise bad(f'{key}={value!r}; write {key}="name"')
    return value


def _role(tags: Any, markdown: bool, bad: Any) -> tuple[str, tuple[str, ...]]:
    """The one role among a header's tags, and the other tags."""
    listed = [] if tags is None else tags
    if not isinstance(listed, list) or not all(isinstance(tag, str) for tag in listed):
        raise bad(f'tags={tags!r}; write tags=["experiment"]')
    unknown = [tag for tag in listed if tag not in ROLES and tag not in EXTRA_TAGS]
    if unknown:
        raise bad(f"unknown tag {unknown[0]!r}; the roles are {', '.join(ROLES)}")
    roles = [tag for tag in listed if tag in ROLES]
    if markdown:
        if listed:
            raise bad(f"a [markdown] cell takes no tags, but has {listed[0]!r}; remove it")
        return "text", ()
    if len(roles) != 1:
        said = f"{len(roles)} roles" if roles else "no role"
        raise bad(f'{said}; give the cell one of {", ".join(ROLES)}: tags=["experiment"]')
    return roles[0], tuple(tag for tag in listed if tag in EXTRA_TAGS)
