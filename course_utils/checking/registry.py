"""Find an exercise or its oracle by name.

Looked up by name at run time, so that a worker of the grader can hold the exercises without the
oracles, and so that this package depends on neither.
"""

from __future__ import annotations

from importlib import import_module

from course_utils.chapters import chapter_of_exercise
from course_utils.checking.types import Exercise, Oracle
from course_utils.errors import OracleError

__all__ = ["exercise_named", "oracle_named"]


def exercise_named(name: str) -> Exercise:
    """The exercise `name`.

    Raises:
        UnknownNameError: no chapter asks for it.
    """
    stem = chapter_of_exercise(name).stem
    found: dict[str, Exercise] = import_module(f"course_utils.exercises.{stem}").EXERCISES
    if name not in found:
        raise OracleError(f"course_utils/exercises/{stem}.py lacks {name!r} in EXERCISES.")
    return found[name]


def oracle_named(name: str) -> Oracle:
    """The oracle of the exercise `name`.

    Raises:
        UnknownNameError: no chapter asks for it.
    """
    stem = chapter_of_exercise(name).stem
    found: dict[str, Oracle] = import_module(f"course_utils.oracles.{stem}").ORACLES
    if name not in found:
        raise OracleError(f"course_utils/oracles/{stem}.py lacks {name!r} in ORACLES.")
    return found[name]
