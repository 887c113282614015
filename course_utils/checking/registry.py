"""Find an exercise by name, at run time, so that this package does not depend on the oracles."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module

from course_utils.chapters import chapter_of_exercise
from course_utils.checking.types import Exercise
from course_utils.errors import OracleError

__all__ = ["exercise_file", "exercise_named", "exercise_of"]

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def exercise_file(name: str) -> str:
    """The file that holds an exercise, without its ending: "LSTMCell" → "lstm_cell"."""
    return _WORDS.sub("_", name).lower()


@cache
def exercise_named(name: str) -> Exercise:
    """The exercise `name`.

    Raises:
        UnknownNameError: no chapter asks for it.
        OracleError: its file is missing, or holds something else.
    """
    return exercise_of(chapter_of_exercise(name).stem, name)


def exercise_of(stem: str, name: str) -> Exercise:
    """The exercise `name` of the chapter with this stem.

    Raises:
        OracleError: its file is missing, or holds something else.
    """
    where = f"course_utils.oracles.{stem}.{exercise_file(name)}"
    path = f"{where.replace('.', '/')}.py"
    try:
        found = getattr(import_module(where), "EXERCISE", None)
    except ModuleNotFoundError as error:
        if error.name and f"{where}.".startswith(f"{error.name}."):
            raise OracleError(f"{path} does not exist") from error
        raise
    if not isinstance(found, Exercise) or found.name != name:
        raise OracleError(f"{path} defines no EXERCISE {name!r}")
    return found
