"""Which stored outputs are kept: those that a fresh run confirms under the sanitizer.

Measured numbers, timings and the pictures drawn of them vary between runs. Where a cell's source is
unchanged and its fresh outputs say the same, the stored outputs stay, so that building twice gives
the same bytes.
"""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode

from course_utils.authoring.pictures import same_picture
from course_utils.authoring.sanitize import sanitize

__all__ = ["keep_stored", "same_outputs"]

_EMBEDDED = re.compile(r"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)")
_PICTURES = ("image/png", "image/jpeg")


def keep_stored(fresh: NotebookNode, stored: NotebookNode, varies: set[str]) -> int:
    """Put stored outputs in place of fresh ones that say the same.

    Args:
        fresh: the notebook just run; its outputs are replaced in place.
        stored: the notebook of an earlier build.
        varies: ids of cells whose pictures are not compared.

    Returns:
        How many code cells kept their stored outputs.
    """
    earlier = {cell.get("id"): cell for cell in stored.cells if cell.cell_type == "code"}
    kept = 0
    for cell in fresh.cells:
        old = earlier.get(cell.id)
        if cell.cell_type != "code" or old is None or old.source != cell.source:
            continue
        if not same_outputs(cell.outputs, old.outputs, pictures=cell.id not in varies):
            continue
        for output in old.outputs:
            if "execution_count" in output:
                output.execution_count = cell.execution_count
        cell.outputs = old.outputs
        kept += 1
    return kept


def same_outputs(a: list[NotebookNode], b: list[NotebookNode], *, pictures: bool = True) -> bool:
    """Whether two lists of outputs say the same: text sanitized, pictures by `distance`."""
    return len(a) == len(b) and all(
        _same_output(one, other, pictures) for one, other in zip(a, b, strict=True)
    )


def _same_output(a: NotebookNode, b: NotebookNode, pictures: bool) -> bool:
    if a.output_type != b.output_type:
        return False
    if a.output_type == "stream":
        return bool(a.name == b.name) and sanitize(a.text) == sanitize(b.text)
    if a.output_type == "error":
        return bool(a.ename == b.ename) and sanitize(a.evalue) == sanitize(b.evalue)
    if a.data.keys() != b.data.keys() or _about(a.metadata) != _about(b.metadata):
        return False
    return all(_same_data(kind, a.data[kind], b.data[kind], pictures) for kind in a.data)


def _same_data(kind: str, a: Any, b: Any, pictures: bool) -> bool:
    if kind in _PICTURES:
        return not pictures or same_picture(a, b)
    if not isinstance(a, str) or not isinstance(b, str):
        return bool(_about(a) == _about(b))
    if sanitize(a) != sanitize(b):
        return False
    inside = zip(_EMBEDDED.findall(a), _EMBEDDED.findall(b), strict=True)
    return not pictures or all(same_picture(one, other) for one, other in inside)


def _about(value: Any) -> Any:
    """JSON with measured values made equal: floats are dropped, texts sanitized, the rest exact."""
    if isinstance(value, dict):
        return {key: _about(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_about(each) for each in value]
    if isinstance(value, float):
        return "~#"
    return sanitize(value) if isinstance(value, str) else value
