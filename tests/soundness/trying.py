"""Try one answer: the engine's own run and verdict; the references are worked out once."""

from __future__ import annotations

import io
import linecache
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from course_utils.checking.judging import draw_cases, verdict, verdict_on_viewed
from course_utils.checking.outcomes import Outcomes
from course_utils.checking.running import misfit_of_answer, run
from course_utils.checking.types import Case, Finding, ProbeResult, Result
from tests.soundness.subjects import Subject

__all__ = ["Bench", "Tried", "defined"]

#: Findings that say what is wrong even where they name no known mistake.
_SPECIFIC = frozenset(
    {
        "count",
        "changed-input",
        "dtype",
        "exception",
        "missing",
        "no-error",
        "none",
        "not-finite",
        "not-written",
        "other-error",
        "ready-operation",
        "shape",
        "stopped",
        "type",
        "wrong-kind",
    }
)


@dataclass(frozen=True)
class Tried:
    """What one check said, as plain values.

    Attributes:
        passed: whether the answer passed.
        points: what it earned.
        kind: the first finding's kind, or "".
        mistakes: the known mistakes that the findings name, in order.
        specific: a finding names a mistake, an error, a shape or the term that is wrong.
        message: the first finding's message.
        seconds: how long it took.
    """

    passed: bool
    points: float
    kind: str = ""
    mistakes: tuple[str, ...] = ()
    specific: bool = False
    message: str = ""
    seconds: float = 0.0


def _tried(result: Result, seconds: float) -> Tried:
    findings = [finding for finding in result.findings if finding.kind != "remark"]
    first = findings[0] if findings else Finding("remark", "")
    mistakes = tuple(dict.fromkeys(f.mistake for f in findings if f.mistake))
    specific = bool(mistakes) or first.kind in _SPECIFIC or first.message.startswith("With every")
    kind = "" if first.kind == "remark" else first.kind
    return Tried(
        result.passed, result.points, kind, mistakes, specific, first.message, round(seconds, 4)
    )


class Bench:
    """An exercise, ready to try many answers on the same cases.

    Args:
        subject: what is measured.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._drawn: dict[int, tuple[Outcomes, list[Case]]] = {}

    def drawn(self, seed: int) -> tuple[Outcomes, list[Case]]:
        """The outcomes, which are worked out once, and the cases of one seed."""
        if seed not in self._drawn:
            exercise = self.subject.exercise
            self._drawn[seed] = Outcomes(exercise), draw_cases(exercise, seed)
        return self._drawn[seed]

    def try_answer(self, answer: Any, seed: int, seconds: float | None = None) -> Tried:
        """What `judge` says of the answer; with `seconds` under a shorter limit."""
        question = self.subject.exercise.question
        start = time.perf_counter()
        misfit = misfit_of_answer(question, answer)
        if misfit is not None:
            kind, message = misfit
            return Tried(False, 0.0, kind, (), True, message)
        outcomes, cases = self.drawn(seed)
        limited = replace(question, seconds=min(question.seconds, seconds or question.seconds))
        results = run(limited, answer, [(case.inputs, case.setup) for case in cases])
        return _tried(verdict(outcomes, cases, results), time.perf_counter() - start)

    def passes(self, answer: Any, seed: int, seconds: float | None = None) -> bool:
        """Whether `judge` passes the answer: it is asked for one case after the other, as only an
        answer that is right in all of them passes."""
        question = self.subject.exercise.question
        outcomes, cases = self.drawn(seed)
        limited = replace(question, seconds=min(question.seconds, seconds or question.seconds))
        return misfit_of_answer(question, answer) is None and all(
            verdict(outcomes, [case], run(limited, answer, [(case.inputs, case.setup)])).passed
            for case in cases
        )

    def try_results(self, results: Sequence[ProbeResult], seed: int) -> Tried:
        """The verdict on results that no answer made."""
        return _tried(verdict(*self.drawn(seed), results), 0.0)

    def try_viewed(self, results: Sequence[ProbeResult], seed: int) -> Tried:
        """The verdict on results in the words of the exercise's view."""
        return _tried(verdict_on_viewed(*self.drawn(seed), results), 0.0)


@contextmanager
def defined(subject: Subject, source: str) -> Iterator[Any]:
    """The answer that a cell defines, beside the chapter's set-up and its other solutions.

    It stands in a module named `__main__`, as in a notebook, and its lines can be read by the
    engine. What it registers with Keras is taken back at the end.

    Args:
        subject: the exercise; its own solution is not run.
        source: the cell.

    Yields:
        The object under the exercise's name, or the exception that the cell raised.
    """
    name = subject.exercise.name
    module = ModuleType("__main__")
    before = sys.modules["__main__"]
    keras = sys.modules.get("keras")
    registered = dict(keras.saving.get_custom_objects()) if keras else {}
    sys.modules["__main__"] = module
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            others = [text for other, text in subject.sources.exercises.items() if other != name]
            _execute(subject.sources.setup, module, "set-up")
            for number, text in enumerate(others):
                _execute(text, module, f"solution {number}")
            try:
                _execute(source, module, name)
                answer = getattr(module, name, None)
            except Exception as error:  # noqa: BLE001 - a mutant may fail in any way
                answer = error
        yield answer
    finally:
        sys.modules["__main__"] = before
        keras = sys.modules.get("keras")
        if keras:
            objects = keras.saving.get_custom_objects()
            for key in set(objects) - set(registered):
                del objects[key]


def _execute(source: str, module: ModuleType, about: str) -> None:
    file = f"<cell of {about}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), vars(module))
