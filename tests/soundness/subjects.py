"""What is measured: an exercise, its solution's cell and its bank of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from course_utils.chapters import CHAPTERS, chapter_of_exercise
from course_utils.checking.outcomes import mistaken_answer
from course_utils.checking.registry import exercise_file, exercise_named
from course_utils.checking.types import Exercise, Reference
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
    """One exercise, with everything that can be tried on it.

    Attributes:
        exercise: what is asked, with its references and mistakes.
        sources: the chapter's cells.
        right: style → a right answer.
        wrong: the id of a mistake, or "id/style" → an answer that is written differently.
        as_answer: makes an answer of a reference that is none: a cell's equation.
    """

    exercise: Exercise
    sources: Sources
    right: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, Any] = field(default_factory=dict)
    as_answer: Callable[[Reference], Any] | None = None

    @property
    def mistaken(self) -> dict[str, Any]:
        """All wrong answers: those of the bank, and each edit as a student's answer, "id/edit".

        Of references that are no answers, and that the bank cannot make one of, there is none.
        """
        made = dict(self.wrong)
        if self.exercise.outcome is not None and self.as_answer is None:
            return made
        for mistake in self.exercise.mistakes:
            if mistake.outputs is None:
                answer = mistaken_answer(self.exercise, mistake)
                if self.as_answer is not None and mistake.answer is None:
                    answer = self.as_answer(answer)
                made[f"{mistake.id}/edit"] = answer
        return made


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
    """The exercise `name` with its cells and bank.

    Raises:
        UnknownNameError: no chapter asks for it.
        AuthorError: its chapter has no source, or the source lacks the exercise.
    """
    stem = chapter_of_exercise(name).stem
    sources = sources_of(stem)
    if name not in sources.exercises:
        raise AuthorError(f'{stem}.py has no cell with tags=["exercise"] exercise="{name}".')
    bank = import_module(f"tests.bank.{stem}.{exercise_file(name)}")
    return Subject(
        exercise_named(name),
        sources,
        bank.RIGHT,
        bank.WRONG,
        getattr(bank, "as_answer", None),
    )
