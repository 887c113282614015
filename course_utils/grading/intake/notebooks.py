"""The code cells of a notebook, read from whatever a student's tools made of it.

Not by nbformat: it insists on what such tools lose (metadata, ids, outputs) and copies a notebook
several times over. Only the sources are wanted, and where they stand has changed once: up to
format 3 under `worksheets`, as `input`; since format 4 under `cells`, as `source`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from course_utils.chapters import CHAPTERS
from course_utils.errors import SubmissionError

__all__ = ["LARGEST", "cell_names", "chapter_in_metadata", "open_notebook", "read_cells", "sources"]

#: Bytes. A chapter with all its figures has less than 3 million.
LARGEST = 30_000_000
_MOST_CELLS = 10_000
#: Opening brackets: each becomes a Python object of some 64 bytes and more.
_MOST_PARTS = 2_000_000
_EXERCISES = {name for each in CHAPTERS for name in each.exercises}
_DEFINED = re.compile(r"^[ \t]*(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_TEXT_CELL = "unrolled-text-cell"  # as `inside.ipython_syntax` reads it
_DOWNLOAD = "Save the notebook again in Jupyter (File, Save Notebook) and hand that file in."


def read_cells(data: bytes) -> list[str]:
    """The sources of the code cells, in order.

    Args:
        data: the bytes of an .ipynb file, of any notebook format since 2.

    Raises:
        SubmissionError: it is no notebook; the message is for student and instructor.
    """
    return sources(open_notebook(data))


def open_notebook(data: bytes) -> dict[str, Any]:
    """The notebook as parsed JSON, with a list of cells somewhere.

    Raises:
        SubmissionError: it is no notebook, or larger than any notebook of the course can be.
    """
    if len(data) > LARGEST:
        raise SubmissionError(
            f"The file is larger than {LARGEST // 1_000_000} MB. Clear the outputs "
            "(Edit, Clear Outputs of All Cells), save, and hand it in again."
        )
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise SubmissionError(f"The file is empty. {_DOWNLOAD}")
    if data.count(b"{") + data.count(b"[") > _MOST_PARTS:
        raise SubmissionError(
            "The file holds more parts than any notebook. Clear the outputs, save, and hand it in "
            "again."
        )
    try:
        notebook = json.loads(data)  # finds out about UTF-8, -16, -32 and a byte-order mark
    except UnicodeDecodeError as error:
        raise SubmissionError(f"The file is not UTF-8, as notebooks are. {_DOWNLOAD}") from error
    except RecursionError as error:
        raise SubmissionError(f"The file is nested too deep for a notebook. {_DOWNLOAD}") from error
    except json.JSONDecodeError as error:
        raise SubmissionError(
            f"The file is not a notebook: it stops being JSON at line {error.lineno}. {_DOWNLOAD}"
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise SubmissionError(f"The file holds what no notebook holds. {_DOWNLOAD}") from error
    if not isinstance(notebook, dict) or not isinstance(_cells_of(notebook), list):
        raise SubmissionError(f"The file is JSON but not a notebook: it has no cells. {_DOWNLOAD}")
    return notebook


def sources(notebook: dict[str, Any]) -> list[str]:
    """The sources of the code cells of an opened notebook.

    Text cells that seem to hold an answer come last, each under a magic that says what it is: they
    are not run, but named where the answer is missing.

    Raises:
        SubmissionError: there are more than 10,000.
    """
    found = [_text(cell) for cell in _code_cells(notebook)]
    found += [f"%%{_TEXT_CELL}\n{text}" for text in _answers_in_text(notebook)]
    if len(found) > _MOST_CELLS:
        raise SubmissionError(f"The notebook has more than {_MOST_CELLS:,} code cells.")
    return found


def chapter_in_metadata(notebook: dict[str, Any]) -> str:
    """The chapter that the course wrote into the notebook's metadata, or ""."""
    marks = _mapping(_mapping(notebook.get("metadata")).get("unrolled"))
    chapter = marks.get("chapter")
    return chapter if isinstance(chapter, str) else ""


def cell_names(notebook: dict[str, Any]) -> Iterator[str]:
    """What the cells are called: their ids, nbgrader's names, the exercises they belong to."""
    for cell in _code_cells(notebook):
        metadata = _mapping(cell.get("metadata"))
        names = (
            cell.get("id"),
            metadata.get("id"),
            _mapping(metadata.get("nbgrader")).get("grade_id"),
            _mapping(metadata.get("unrolled")).get("exercise"),
        )
        yield from (name for name in names if isinstance(name, str))


def _cells_of(notebook: dict[str, Any]) -> list[Any] | None:
    if isinstance(notebook.get("cells"), list):
        return list(notebook["cells"])
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return None
    parts = [_mapping(sheet).get("cells") for sheet in sheets]
    return [cell for part in parts if isinstance(part, list) for cell in part]


def _code_cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in _cells_of(notebook) or []:
        if isinstance(cell, dict) and cell.get("cell_type", "code") == "code":
            yield cell


def _answers_in_text(notebook: dict[str, Any]) -> Iterator[str]:
    """The sources of text and raw cells that define a function or a class of the course."""
    for cell in _cells_of(notebook) or []:
        if isinstance(cell, dict) and cell.get("cell_type", "code") != "code":
            text = _text(cell)
            if _EXERCISES & set(_DEFINED.findall(text)):
                yield text


def _text(cell: dict[str, Any]) -> str:
    """A source as one string: it may be a list of lines; half characters are made whole."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
