"""Run a probe beside the answer, and report what happened as plain values. Judges nothing."""

from __future__ import annotations

import inspect
import io
import linecache
import re
import traceback
import warnings
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import numpy as np

from course_utils.checking.detect_ready_operations import watching
from course_utils.checking.limits import LIBRARIES, Deadline, TimeUp, within
from course_utils.checking.probe_registry import probe_named
from course_utils.checking.probing import Misfit, describe, fresh, same
from course_utils.checking.surroundings import known_settings
from course_utils.checking.types import Inputs, Probe, ProbeResult, Question, Setup, Thrown

__all__ = ["Bounded", "is_stub", "misfit_of_answer", "run", "thrown_of"]

_PRINTED = 2_000  # characters of the answer's own output that are kept
_MESSAGE = 600
#: Keras wraps what a layer raises into the name of the layer and its arguments.
_KERAS = re.compile(
    r"Exception encountered when calling [^\n]*\n+(?:\x1b\[1m)?(?P<said>.*?)(?:\x1b\[0m)?"
    r"\n+Arguments received",
    re.DOTALL,
)
#: Escape codes, and TensorFlow's own names of an operation.
_NOISE = re.compile(r"\x1b\[[0-9;]*m|\{\{function_node [^}]*\}\} ?| ?\[Op:\w+\](?: name: *)?")
# Past a metaclass that has a `__name__` or an `__mro__` of its own.
_name_of = type.__dict__["__name__"].__get__
_MRO = type.__dict__["__mro__"].__get__


class Bounded(io.TextIOBase):
    """Keeps the first characters of what is printed and drops the rest."""

    def __init__(self, room: int = _PRINTED) -> None:
        self.room, self.parts = room, list[str]()

    def write(self, text: str) -> int:
        if self.room > 0:
            self.parts.append(text[: self.room])
            self.room -= len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self.parts) + ("\n…" if self.room < 0 else "")


def misfit_of_answer(question: Question, answer: Any) -> tuple[str, str] | None:
    """(kind, message) where the answer is not even of the right kind: None, a string, a class."""
    name = question.name
    if answer is None:
        return "missing", f"There is no {name} to check: it is None. Define it in the cell above."
    if question.takes == "class":
        if inspect.isclass(answer):
            return None
        if hasattr(answer, "call") and hasattr(answer, "build"):
            return "wrong-kind", (
                f"{name} should be the class itself, but an object of the class "
                f"{type(answer).__name__} came. Pass {name} without calling it."
            )
        return "wrong-kind", (
            f"{name} should be a class, but {describe(answer)} came. Start it with `class {name}`."
        )
    if inspect.isclass(answer):
        return "wrong-kind", (
            f"{name} should be a function, but the class {answer.__name__} came. "
            f"Start it with `def {question.signature}:`."
        )
    if not callable(answer):
        return "wrong-kind", (
            f"{name} should be a function, but {describe(answer)} came. "
            f"Pass the function itself, without calling it: {name}, not {name}(…)."
        )
    return None


def run(
    question: Question, answer: Any, cases: Sequence[tuple[Inputs, Setup]]
) -> list[ProbeResult]:
    """Run the question's probe on every case, under one time limit.

    Args:
        question: what is asked; brings the probe, the limit and what is to be built by hand.
        answer: the student's object; nothing it does ends up outside the results.
        cases: inputs and set-up of each case.

    Returns:
        One result per case, in order. Once the answer is a stub or time is up the rest is not run.
    """
    probe = probe_named(question.probe)
    results: list[ProbeResult] = []

    def try_all(deadline: Deadline) -> None:
        with known_settings():
            for inputs, setup in cases:
                result = _one(probe, question, answer, inputs, setup)
                if deadline.up:  # whatever it gave or raised meanwhile
                    result = ProbeResult(stopped=True, printed=result.printed, ready=result.ready)
                results.append(result)
                if result.stopped or is_stub(result.thrown):
                    break

    try:
        within(question.seconds, try_all)
    except TimeUp:
        results = results[: len(cases)]  # a thread that was left alone may still add to the old one
    missing = len(cases) - len(results)
    if missing and not (results and is_stub(results[-1].thrown)):
        return [*results, *[ProbeResult(stopped=True)] * missing]
    return [*results, *results[-1:] * missing]


def is_stub(thrown: Thrown | None) -> bool:
    """Whether the student's own code raised NotImplementedError, as an untouched stub does.

    Libraries raise it too, with a message, from lines that do not say so.
    """
    if thrown is None or thrown.kind != "NotImplementedError":
        return False
    return "NotImplementedError" in thrown.text or not (thrown.text or thrown.message)


def _one(
    probe: Probe, question: Question, answer: Any, inputs: Inputs, setup: Setup
) -> ProbeResult:
    printed = Bounded()
    outputs = thrown = misfit = None
    changed: tuple[str, ...] = ()
    used: list[str] = []
    try:
        with (
            redirect_stdout(printed),
            redirect_stderr(printed),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            watching(question.by_hand) as used,
        ):
            warnings.simplefilter("ignore")
            copies = {name: fresh(value) for name, value in inputs.items()}
            try:
                outputs = probe(answer, copies, fresh(setup), question)
            except Misfit as unfit:
                misfit = (unfit.kind, unfit.message)
            else:
                changed = tuple(name for name in inputs if not same(inputs[name], copies[name]))
    except (TimeUp, KeyboardInterrupt):
        return ProbeResult(stopped=True, printed=printed.text(), ready=tuple(used))
    except BaseException as error:
        thrown = thrown_of(error)
    return ProbeResult(outputs, thrown, misfit, changed, tuple(used), False, printed.text())


def thrown_of(error: BaseException) -> Thrown:
    """The exception as text, with the last line of the student's own code that it passed."""
    try:
        message = str.__str__(str(error))  # it may be an heir of str with ideas of its own
    except (TimeUp, KeyboardInterrupt):
        raise
    except BaseException:
        message = "(its message could not be shown)"
    kinds = tuple(_name_of(base) for base in _MRO(type(error)) if base is not object)
    place = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if not file.startswith(LIBRARIES):
            place = (file, max(line, 0), frame.f_code.co_name)
    if isinstance(error, SyntaxError) and error.lineno:
        place = place or (error.filename or "", error.lineno, "")
    keras = _KERAS.search(message)
    if keras:
        message = keras["said"]
    message = _NOISE.sub("", message)
    shown = message if len(message) <= _MESSAGE else message[:_MESSAGE] + " …"
    if place is None:
        return Thrown(kinds[0], shown, kinds)
    file, line, function = place
    return Thrown(kinds[0], shown, kinds, line, linecache.getline(file, line).strip(), function)
