"""Try one answer: the engine's own run and verdict; the references are worked out once."""

from __future__ import annotations

import io
import linecache
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from course_utils.checking.judging import draw_cases, verdict
from course_utils.checking.running import misfit_of_answer, run
from course_utils.checking.types import Case, Finding, Inputs, Oracle, Report, Result
from tests.soundness.subjects import Subject

__all__ = ["Bench", "Verdict", "defined"]

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
class Verdict:
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


def _verdict(result: Result, seconds: float) -> Verdict:
    findings = [finding for finding in result.findings if finding.kind != "remark"]
    first = findings[0] if findings else Finding("remark", "")
    mistakes = tuple(dict.fromkeys(f.mistake for f in findings if f.mistake))
    specific = bool(mistakes) or first.kind in _SPECIFIC or first.message.startswith("With every")
    kind = "" if first.kind == "remark" else first.kind
    return Verdict(
        result.passed, result.points, kind, mistakes, specific, first.message, round(seconds, 4)
    )


def _once(function: Callable[[Inputs], Any]) -> Callable[[Inputs], Any]:
    """The function with its results kept by the identity of the inputs, which must stay alive."""
    kept: dict[int, Any] = {}

    def look(inputs: Inputs) -> Any:
        if id(inputs) not in kept:
            kept[id(inputs)] = function(inputs)
        return kept[id(inputs)]

    return look


class Bench:
    """An exercise, ready to try many answers on the same cases.

    Args:
        subject: what is measured.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._drawn: dict[int, tuple[Oracle, list[Case]]] = {}

    def drawn(self, seed: int) -> tuple[Oracle, list[Case]]:
        """The oracle with its answers kept, and the cases of one seed."""
        if seed not in self._drawn:
            oracle = self.subject.oracle
            self._drawn[seed] = (
                replace(
                    oracle,
                    expect=_once(oracle.expect),
                    second=_once(oracle.second),
                    mistakes=tuple(replace(m, expect=_once(m.expect)) for m in oracle.mistakes),
                ),
                draw_cases(self.subject.exercise.name, oracle, seed),
            )
        return self._drawn[seed]

    def try_answer(self, answer: Any, seed: int, seconds: float | None = None) -> Verdict:
        """What `judge` says of the answer; with `seconds` under a shorter limit."""
        exercise = self.subject.exercise
        start = time.perf_counter()
        misfit = misfit_of_answer(exercise, answer)
        if misfit is not None:
            kind, message = misfit
            return Verdict(False, 0.0, kind, (), True, message)
        oracle, cases = self.drawn(seed)
        limited = replace(exercise, seconds=min(exercise.seconds, seconds or exercise.seconds))
        reports = run(limited, answer, [case.inputs for case in cases])
        return _verdict(verdict(exercise, oracle, cases, reports), time.perf_counter() - start)

    def try_reports(self, reports: Sequence[Report], seed: int) -> Verdict:
        """The verdict on reports that no answer made."""
        oracle, cases = self.drawn(seed)
        return _verdict(verdict(self.subject.exercise, oracle, cases, reports), 0.0)


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
