"""In the grader's child the ready operations are not watched, they are gone.

In a notebook `checking.detect_ready_operations` sees which functions are entered; code that fights
back could blind it. Here the body of every forbidden function is replaced before any of the
student's code runs: who calls it gets an error and leaves a note, by whatever name or reference it
was reached.
"""

from __future__ import annotations

import gc
import os
import sys
import types
from collections.abc import Iterable
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from course_utils.checking.detect_ready_operations import READY, public_name

__all__ = ["ReadyOperationError", "block", "ready_functions", "refuse", "source_files"]

_notes: list[str] = []


class ReadyOperationError(Exception):
    """A ready operation was called where the exercise is to build it."""


@cache
def ready_functions() -> dict[str, tuple[types.FunctionType, ...]]:
    """Every forbidden function that is loaded, by kind. Asked once, before `gc.freeze`."""
    functions = [each for each in gc.get_objects() if type(each) is types.FunctionType]
    return {
        kind: tuple(
            each
            for each in functions
            for ending, names in rows
            if each.__code__.co_filename.replace("\\", "/").endswith(ending)
            and (names is None or each.__code__.co_name in names)
        )
        for kind, rows in READY.items()
    }


def source_files(kinds: Iterable[str]) -> tuple[str, ...]:
    """The files that hold the forbidden functions, and their compiled copies: to be left empty.

    Also files that nothing has imported yet.
    """
    kinds = list(kinds)
    found = {
        function.__code__.co_filename for kind in kinds for function in ready_functions()[kind]
    }
    for folder in filter(os.path.isdir, sys.path):
        for kind in kinds:
            names = (f"{folder}/{ending}" for ending, _ in READY[kind])
            found |= {name for name in names if os.path.isfile(name)}
    return tuple(sorted(found | {copy for file in found for copy in _compiled(file)}))


def _compiled(file: str) -> list[str]:
    folder = str(Path(cache_from_source(file)).parent)
    start = Path(file).stem + "."  # simple_rnn.cpython-311.pyc, simple_rnn.cpython-311.opt-1.pyc
    return [f"{folder}/{each}" for each in _listed(folder) if each.startswith(start)]


@cache
def _listed(folder: str) -> tuple[str, ...]:
    return tuple(os.listdir(folder)) if os.path.isdir(folder) else ()


def block(kinds: Iterable[str]) -> list[str]:
    """Replace the body of each forbidden function.

    Args:
        kinds: keys of `checking.detect_ready_operations.READY`.

    Returns:
        A list that fills with the public names of the functions that are called.
    """
    for kind in kinds:
        for function in ready_functions()[kind]:
            function.__code__ = _refusing(function)
    return _notes


def refuse(file: str, name: str, arguments: tuple[Any, ...]) -> None:
    """Note the call, and refuse it."""
    public = public_name(arguments[0] if arguments else None, file, name)
    if public not in _notes:
        _notes.append(public)
    raise ReadyOperationError(f"{public} is not to be used here: build it yourself.")


def _refusing(function: types.FunctionType) -> types.CodeType:
    """Code that refuses, with the free variables of a function: Python insists on their number."""
    code = function.__code__
    free = code.co_freevars
    lines = [
        "def outer():",
        *(f"    {name} = None" for name in free),
        "    def refused(*arguments, **keywords):",
        f"        ({', '.join(free)}{',' if free else ''})",
        "        from course_utils.grading.inside.block_ready_operations import refuse",
        f"        refuse({code.co_filename!r}, {code.co_name!r}, arguments)",
        "    return refused",
    ]
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)
    made: types.CodeType = scope["outer"]().__code__
    return made
