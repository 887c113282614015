"""The student's verbs: check an answer, ask whether it is solved, commit to a prediction."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from course_utils.cards.display import waiting
from course_utils.checking.judging import judge
from course_utils.checking.registry import exercise_named
from course_utils.checking.showing import show_failure, show_note, show_result
from course_utils.checking.types import Exercise, Result
from course_utils.checking.wording import TRAINED
from course_utils.errors import UnknownNameError

__all__ = ["Prediction", "check", "predict", "solved"]

#: The answer last judged under each name, and whether it passed. Holds the answer itself, so that
#: a new function at the old address is not taken for it.
_seen: dict[str, tuple[Any, bool]] = {}


def check(name: str, answer: Any = None) -> float:
    """Check your answer to the exercise `name` and show what is right or wrong.

    Args:
        name: the exercise's name, as the stub has it.
        answer: your function or class; left out, the one of that name in the notebook.

    Returns:
        The points earned: a float, from 0 to what the exercise is worth.
    """
    if answer is None:
        answer = sys._getframe(1).f_globals.get(name)
    try:
        with _waiting(exercise_named(name)):
            result = judge(name, answer)
    except UnknownNameError as error:
        return show_failure(f"Nothing to check: {error}")
    except Exception as error:
        if os.environ.get("UNROLLED_DEBUG"):
            raise
        return show_failure(
            f"The check of {name} itself failed ({type(error).__name__}: {error}). This is a fault "
            "of the course, not of your answer: please report it with this line."
        )
    _seen[name] = (answer, result.passed)
    return show_result(result)


def _waiting(exercise: Exercise) -> AbstractContextManager[None]:
    """A line while a check trains what the student has built; nothing where it does not."""
    if exercise.seconds <= TRAINED:
        return nullcontext()
    return waiting(f"The check trains what {exercise.name} builds: some ten seconds …")


def solved(*names: str) -> bool:
    """Whether each of these exercises has a right answer; if not, say which one is missing.

    Meant for experiments: `if solved("elman_step"):`. Looks at the answer that the notebook holds
    now; one that was not checked yet is checked quietly.
    """
    namespace = sys._getframe(1).f_globals
    missing = [name for name in names if not _passes(name, namespace.get(name))]
    if missing:
        listed = " and ".join(missing)
        show_note(
            "waiting",
            f"This cell needs {listed}. Write it above, run its check until it is right, and run "
            "this cell again.",
        )
    return not missing


def _passes(name: str, answer: Any) -> bool:
    exercise_named(name)
    if answer is None:
        return False
    if name in _seen and _seen[name][0] is answer:
        return _seen[name][1]
    result: Result = judge(name, answer)
    _seen[name] = (answer, result.passed)
    return result.passed


@dataclass
class Prediction:
    """A question that was asked before the experiment, and what the student committed to."""

    key: str
    question: str
    choices: Mapping[str, str] = field(default_factory=dict)
    choice: str | float | None = None

    def _committed(self) -> str:
        if self.choice is None or self.choice == "":
            return ""
        if self.choices:
            return f"{self.choice}) {self.choices[str(self.choice)]}"
        return str(self.choice)

    def reveal(self, answer: str | float, because: str = "") -> None:
        """Show what was measured beside what was predicted.

        Args:
            answer: the key of the right choice, or the number that was measured.
            because: one or two sentences; mark numbers that may differ with `~`.
        """
        measured = f"{answer}) {self.choices[str(answer)]}" if self.choices else str(answer)
        mine = self._committed() or "no prediction"
        lines = [f"You said: {mine}", f"Measured: {measured}"]
        if because:
            lines.append(because)
        show_note("right" if self.choice == answer else "waiting", self.question, lines)


def predict(
    key: str,
    question: str,
    choices: Mapping[str, str] | None = None,
    choice: str | float | None = None,
) -> Prediction:
    """Commit to an answer before you see what happens. Costs no points.

    Args:
        key: a short name for the question.
        question: what is asked.
        choices: letter → answer; None where a number is asked for.
        choice: your letter or number; None while you have not decided.

    Returns:
        The prediction; a later cell calls its `reveal`.
    """
    prediction = Prediction(key, question, dict(choices or {}), choice)
    if prediction.choices and choice not in (None, "", *prediction.choices):
        known = ", ".join(prediction.choices)
        note = f"There is no choice {choice!r}: write one of {known}."
        prediction.choice = None
    elif choice in (None, ""):
        note = (
            "Write your choice into the call, as in choice="
            + (f'"{next(iter(prediction.choices))}"' if prediction.choices else "3.5")
            + ", and run this cell."
        )
    else:
        note = f"Committed: {prediction._committed()}"
    options = [f"{letter}) {words}" for letter, words in prediction.choices.items()]
    show_note("waiting", question, [*options, note], "prediction")
    return prediction
