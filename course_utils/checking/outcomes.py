"""What is right on a case, twice, and what each known mistake would give there.

A reference is an answer: what is expected is what the probe reports of it, in float64. A known
mistake is the same answer with one edit in its text.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from course_utils.checking.limits import Deadline, TimeUp
from course_utils.checking.probe_registry import probe_named
from course_utils.checking.probing import Misfit, wide
from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Mistake,
    Outputs,
    ProbeResult,
    Reference,
    takes_case,
)
from course_utils.errors import OracleError

__all__ = ["Expected", "Outcomes", "RaisedError", "edited", "mistaken_answer"]

Expected = Outputs | ExpectedError


class RaisedError(ExpectedError):
    """What became of a mistake that gives no values.

    Args:
        problem: the exception's text, or the misfit's message.
        kind: the exception's class, or the misfit's kind.
        misfit: which of the two.
    """

    def __init__(self, problem: str, kind: str, misfit: bool) -> None:
        super().__init__(problem=problem, kind=kind)
        self.misfit = misfit

    def like(self, result: ProbeResult) -> bool:
        """Whether an answer failed as well: by an exception, or by a misfit of the same kind."""
        if self.misfit:
            return result.misfit is not None and result.misfit[0] == self.kind
        return result.thrown is not None

    def came(self, result: ProbeResult) -> bool:
        """Whether it failed in the same way: of one kind, in the same words but for numbers."""
        if result.thrown is not None:
            kind, message = result.thrown.kind, result.thrown.message
        elif result.misfit is not None:
            kind, message = result.misfit
        else:
            return False
        return kind == self.kind and _no_numbers(message) == _no_numbers(self.problem)


def _no_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text)


class Outcomes:
    """The outcomes of one exercise, each worked out once per case.

    Args:
        exercise: brings references, mistakes, and how their outputs come about.
        viewed: what a probe reports as the exercise's view makes it, which is what is compared;
            else as it was reported.
        deadline: when to stop, for what came from elsewhere may make each comparison slow: then no
            mistake has anything to say, and nothing is known to be right.
    """

    def __init__(
        self, exercise: Exercise, viewed: bool = True, deadline: Deadline | None = None
    ) -> None:
        self.exercise, self._viewed, self._deadline = exercise, viewed, deadline
        self._known: dict[tuple[str, int], Expected | None] = {}
        self._cases: dict[int, Case] = {}  # kept alive: they are known by their identity

    def right(self, case: Case) -> Expected:
        """What the first reference gives.

        Raises:
            OracleError: it gives nothing.
            TimeUp: the deadline is past.
        """
        if self._late:
            raise TimeUp
        first = self.exercise.references[0]
        found = self._once("right", case, lambda: self._of(first, case, exact=True))
        if found is None:
            raise OracleError(f"the first reference of {self.exercise.name} has no opinion")
        return found

    def second(self, case: Case) -> Expected | None:
        """What the second reference gives; None where it has no opinion."""
        second = self.exercise.references[1]
        return self._once("second", case, lambda: self._of(second, case, exact=True))

    def mistaken(self, mistake: Mistake, case: Case) -> Expected | None:
        """What a student gives who made this mistake; None where it says nothing."""
        if self._late:
            return None

        def work_out() -> Expected | None:
            if mistake.outputs is not None:
                try:
                    return mistake.outputs(case.inputs, case.setup)
                except ExpectedError as error:
                    return error
            return self._of(mistaken_answer(self.exercise, mistake), case, exact=False)

        return self._once(mistake.id, case, work_out)

    @property
    def _late(self) -> bool:
        return self._deadline is not None and self._deadline.up

    def _once(
        self, what: str, case: Case, work_out: Callable[[], Expected | None]
    ) -> Expected | None:
        key = (what, id(case))
        if key not in self._known:
            self._cases[id(case)] = case
            self._known[key] = work_out()
        return self._known[key]

    def _of(self, reference: Reference, case: Case, exact: bool) -> Expected | None:
        """The outputs of a reference, or of one with a mistake, which may fail in any way."""
        reported: Outputs | None = None
        try:
            with np.errstate(all="ignore"):
                if takes_case(reference):
                    found: Expected | None = reference(case.inputs, case.setup)
                elif self.exercise.outcome is not None:
                    found = self.exercise.outcome(reference, case.inputs, case.setup)
                else:
                    probe = probe_named(self.exercise.probe)
                    inputs, setup = wide(case.inputs), wide(case.setup)
                    found = reported = probe(reference, inputs, setup, self.exercise.question)
        except ExpectedError as error:
            return error
        except Misfit as misfit:
            if exact:
                raise
            return RaisedError(misfit.message, misfit.kind, misfit=True)
        except Exception as error:  # a wrong function may fail in any way
            if exact:
                raise
            return RaisedError(str(error), type(error).__name__, misfit=False)
        if reported is not None and self._viewed:  # else it is said as it is compared
            return self.exercise.view(case.inputs, case.setup, reported)
        return found


def mistaken_answer(exercise: Exercise, mistake: Mistake) -> Reference:
    """The answer of a student who made this mistake.

    Raises:
        OracleError: the mistake is known by its outputs alone, or its old text does not occur in
            the reference exactly once.
    """
    if mistake.answer is not None:
        return mistake.answer
    if mistake.outputs is not None:
        raise OracleError(f"{mistake.id} of {exercise.name} is no answer: it gives outputs")
    try:
        return edited(exercise.references[0], mistake.old, mistake.new)
    except OracleError as error:
        raise OracleError(f"{mistake.id} of {exercise.name}: {error}") from error


@cache
def edited(reference: Reference, old: str, new: str) -> Reference:
    """A function or class with one edit in its text, among the names of its own file.

    Raises:
        OracleError: the old text does not occur exactly once, or what comes out is no Python.
    """
    text = textwrap.dedent(inspect.getsource(reference))
    count = text.count(old) if old else 0
    if count != 1:
        raise OracleError(f"{old!r} occurs {count} times in {reference.__name__}, not once")
    names: dict[str, Any] = dict(vars(inspect.getmodule(reference)))
    try:
        exec(
            compile(text.replace(old, new), f"<{reference.__name__} with a mistake>", "exec"), names
        )
    except SyntaxError as error:
        raise OracleError(f"{reference.__name__} with {new!r} is no Python: {error}") from error
    changed: Reference = names[reference.__name__]
    return changed
