"""What a student's process said, taken apart with suspicion: exact types, bounded sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checking.types import FindingKind, ProbeResult, Thrown
from course_utils.errors import WireError
from course_utils.grading.inside.wire import FROM_SANDBOX, decode

__all__ = ["UNNAMED", "Answered", "answered_of", "harmless", "read_answer"]

_TEXT = 2_000  # characters of one text that are kept
_CELLS = 3  # cells of one answer
_MOST_CELLS = 10_000  # of a notebook
_ITEMS = 10_000  # entries of one list or dict
_MOST_LINES = 1 << 20
#: What a misfit may be where there is no answer to run, and where it gave nothing to compare.
_NO_ANSWER: tuple[FindingKind, ...] = ("missing", "wrong-kind", "stopped", "type")
_NO_OUTPUTS: tuple[FindingKind, ...] = ("none", "type", "count", "shape", "dtype", "stopped")
#: What a ready operation is called whose name the engine would never give.
UNNAMED = "an operation without a public name"
_CLIPPING = "the clipping by norm of keras.optimizers"
_PUBLIC = re.compile(
    r"(course_utils|keras|numpy|scipy|tensorflow|tf|tf_keras|torch)"
    r"(\.[A-Za-z_][A-Za-z0-9_]{0,59}){1,8}"
)
_UNPRINTABLE = {
    **dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}),
    **dict.fromkeys({0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}),
}


@dataclass(frozen=True)
class Answered:
    """A reply of `child.answer_request`, checked.

    Attributes:
        results: one per case, or none where there was no answer to run.
        misfit: (kind, message) where there is no answer.
        thrown: what the statements that the answer needs raised.
        cell: the number of the code cell meant; 0 for none.
        cells: the numbers of the cells that define the answer, in their order.
        printed: what those statements printed.
    """

    results: tuple[ProbeResult, ...]
    misfit: tuple[str, str] | None
    thrown: Thrown | None
    cell: int
    cells: tuple[int, ...]
    printed: str


def read_answer(frame: bytes, count: int = _MOST_CELLS) -> Answered:
    """Decode and check a reply.

    Args:
        frame: what came.
        count: how many code cells the notebook has.

    Raises:
        WireError: it is malformed, too large, or holds anything that does not belong there.
    """
    return answered_of(decode(frame, FROM_SANDBOX), count)


def answered_of(value: Any, count: int = _MOST_CELLS) -> Answered:
    """Check what a reply holds.

    Args:
        value: the reply.
        count: how many code cells the notebook has.

    Raises:
        WireError: it holds anything that does not belong there.
    """
    said = _fields(value, "results", "misfit", "thrown", "cell", "cells", "printed")
    if type(said["results"]) is not list:
        raise WireError(f"expected a list of results, got {type(said['results']).__name__}")
    return Answered(
        tuple(_probe_result(each) for each in said["results"]),
        _misfit(said["misfit"], _NO_ANSWER),
        _thrown(said["thrown"]),
        _number(said["cell"], count),
        _cells(said["cells"], count),
        _text(said["printed"]),
    )


def _fields(value: Any, *names: str) -> dict[str, Any]:
    if type(value) is not dict or set(value) != set(names):
        raise WireError(f"expected a dict with the keys {', '.join(names)}")
    return value


def harmless(text: str, most: int = _TEXT) -> str:
    """The first characters of a text, of those that any page or terminal can show.

    Lone surrogates cannot be written to a file; control characters could paint a terminal, and
    marks of writing direction could make a sentence read as another one.
    """
    return text[:most].translate(_UNPRINTABLE).encode("utf-8", "replace").decode("utf-8")


def _text(value: Any, most: int = _TEXT) -> str:
    if type(value) is not str:
        raise WireError(f"expected a str, got {type(value).__name__}")
    return harmless(value, most)


def _number(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise WireError(f"expected an int of 0 to {most}, got {type(value).__name__}")
    return value


def _cells(value: Any, count: int) -> tuple[int, ...]:
    """Few and in order, for which of its cells are shown is the answer's choice."""
    if type(value) is not list or len(value) > _CELLS:
        raise WireError(f"expected a list of at most {_CELLS} cells")
    cells = tuple(_number(each, count) for each in value)
    if 0 in cells or list(cells) != sorted(set(cells)):
        raise WireError("expected the numbers of cells, in their order")
    return cells


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) not in (list, tuple) or len(value) > 200:
        raise WireError("expected a list of at most 200 str")
    return tuple(_text(each) for each in value)


def _ready(value: Any) -> tuple[str, ...]:
    """Names that the engine can give to a ready operation; those that it cannot count as one."""
    names = dict.fromkeys(_texts(value))
    agreed = [name for name in names if name == _CLIPPING or _PUBLIC.fullmatch(name)]
    return tuple(agreed if len(agreed) == len(names) else [*agreed, UNNAMED])


def _misfit(value: Any, kinds: tuple[FindingKind, ...]) -> tuple[str, str] | None:
    if value is None:
        return None
    texts = _texts(value)
    if len(texts) != 2 or texts[0] not in kinds:
        raise WireError("expected (kind, message) for a misfit, of a known kind")
    return texts[0], texts[1]


def _thrown(value: Any) -> Thrown | None:
    if value is None:
        return None
    said = _fields(value, "kind", "message", "kinds", "line", "text", "function")
    return Thrown(
        _text(said["kind"], 200),
        _text(said["message"]),
        _texts(said["kinds"]),
        _number(said["line"], _MOST_LINES),
        _text(said["text"]),
        _text(said["function"], 200),
    )


def _probe_result(value: Any) -> ProbeResult:
    said = _fields(value, "outputs", "thrown", "misfit", "changed", "ready", "stopped", "printed")
    if type(said["stopped"]) is not bool:
        raise WireError(f"expected a bool for stopped, got {type(said['stopped']).__name__}")
    outputs = said["outputs"]
    return ProbeResult(
        None if outputs is None else _plain_dict(outputs, 0),
        _thrown(said["thrown"]),
        _misfit(said["misfit"], _NO_OUTPUTS),
        _texts(said["changed"]),
        _ready(said["ready"]),
        said["stopped"],
        _text(said["printed"], 2 * _TEXT),
    )


def _plain_dict(value: Any, depth: int) -> dict[str, Any]:
    if type(value) is not dict or len(value) > _ITEMS:
        raise WireError(f"expected a dict of outputs, got {type(value).__name__}")
    return {_text(key, 200): _plain(each, depth + 1) for key, each in value.items()}


def _plain(value: Any, depth: int) -> Any:
    """Arrays, numbers, texts, and lists and dicts of them: what `decode` lets through, bounded."""
    if depth > 6:
        raise WireError("outputs are nested too deep")
    if type(value) is dict:
        return _plain_dict(value, depth)
    if type(value) in (list, tuple):
        if len(value) > _ITEMS:
            raise WireError("a list of outputs is too long")
        return type(value)(_plain(each, depth + 1) for each in value)
    if type(value) is str:
        return _text(value)
    if type(value) is int and value.bit_length() > 1024:
        raise WireError("a whole number of outputs is too large")
    if value is None or type(value) in (bool, int, float, np.ndarray):
        return value
    if isinstance(value, np.generic):
        return value
    raise WireError(f"a {type(value).__name__} does not belong into outputs")
