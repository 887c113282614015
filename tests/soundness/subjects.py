"""What is measured: an exercise with its oracle, its solution's cell and its bank of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from course_utils.chapters import CHAPTERS, chapter_of_exercise
from course_utils.checking.types import Exercise, Oracle
from course_utils.errors import AuthorError

__all__ = ["Sources", "Subject", "all_names", "load", "sources_of"]

_SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"


@dataclass(frozen=True)
class Sources:
    """The code cells of a chapter that an answer needs around it.

    Attributes:
        setup: the set-up cell.
        exercises: the exercise cells by exercise, in the chapter's order.
    """

    setup: str
    exercises: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """One exercise, with everything that can be tried on it."""

    exercise: Exercise
    oracle: Oracle
    sources: Sources
    right: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, Any] = field(default_factory=dict)


def all_names() -> list[str]:
    """Every exercise of the course, in its order."""
    return [name for chapter in CHAPTERS for name in chapter.exercises]


@cache
def sources_of(stem: str) -> Sources:
    """Read the code cells of `solutions/<stem>.py`.

    Raises:
        AuthorError: there is no such file, or no set-up cell in it.
    """
    import jupytext

    path = _SOLUTIONS / f"{stem}.py"
    if not path.is_file():
        raise AuthorError(f"There is no {path.name} in solutions/: write the chapter's source.")
    setup: list[str] = []
    exercises: dict[str, str] = {}
    for cell in jupytext.read(path, fmt="py:percent").cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and "setup" in tags:
            setup.append(cell.source)
        elif cell.cell_type == "code" and "exercise" in tags:
            exercises[cell.metadata["exercise"]] = cell.source
    if not setup:
        raise AuthorError(f'{path.name} has no cell with tags=["setup"]: mark its first code cell.')
    return Sources("\n".join(setup), exercises)


@cache
def load(name: str) -> Subject:
    """The exercise `name` with its oracle, cells and bank.

    Raises:
        UnknownNameError: no chapter asks for it.
        AuthorError: its chapter has no source, or the source lacks the exercise.
    """
    stem = chapter_of_exercise(name).stem
    sources = sources_of(stem)
    if name not in sources.exercises:
        raise AuthorError(f'{stem}.py has no cell with tags=["exercise"] exercise="{name}".')
    bank = import_module(f"tests.bank.{stem}")
    return Subject(
        import_module(f"course_utils.exercises.{stem}").EXERCISES[name],
        import_module(f"course_utils.oracles.{stem}").ORACLES[name],
        sources,
        bank.RIGHT.get(name, {}),
        bank.WRONG.get(name, {}),
    )
