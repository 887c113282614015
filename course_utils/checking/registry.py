"""Find an exercise or a probe by name.

Looked up by name at run time, so that a worker of the grader can hold the probes without the
oracles, and so that this package depends on neither.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module

from course_utils.chapters import chapter_of_exercise
from course_utils.checking.types import Exercise, Probe
from course_utils.errors import OracleError

__all__ = ["exercise_file", "exercise_named", "exercise_of", "probe_named"]

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


@cache
def probe_named(name: str) -> Probe:
    """The probe `name`: the function `probe` of that file of `course_utils/probes/`.

    Raises:
        OracleError: there is none.
    """
    if not name.isidentifier():
        raise OracleError(f"{name!r} is no name of a probe")
    try:
        found: Probe = import_module(f"course_utils.probes.{name}").probe
    except (ModuleNotFoundError, AttributeError) as error:
        raise OracleError(f"course_utils/probes/{name}.py defines no `probe` ({error})") from error
    return found
