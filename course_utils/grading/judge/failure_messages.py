"""Why an exercise got nothing although nothing was compared: in the student's words."""

from __future__ import annotations

import signal
import traceback
from dataclasses import replace
from pathlib import Path

from course_utils.checking.types import Exercise, Finding, FindingKind, Result
from course_utils.checking.wording import raised_before
from course_utils.grading.judge.reply_validation import Answered

__all__ = ["NOT_JUDGED", "crash_reason", "no_answer", "not_judged", "not_run"]

#: How the flags begin that the judge raises itself.
NOT_JUDGED = "not judged"

_COURSE = Path(__file__).resolve().parents[2]
_ENDED = (
    "Your code ended its own process before it gave an answer ({how}). Look for exit(), quit(), "
    "sys.exit, os._exit or os.kill, and take them out."
)
_BY_SIGNAL = {
    "SIGSEGV": (
        "Your code crashed Python itself (a segmentation fault or an abort). The usual causes are "
        "a recursion without an end and an array far larger than the inputs; another is ctypes."
    ),
    "SIGABRT": (
        "Your code made Python abort, most often because it asked for more memory than there is. "
        "Look for an array that is far larger than the inputs, or for os.abort."
    ),
    "SIGKILL": (
        "Your code was ended by the system, most often because it took too much memory. Look for "
        "an array or a list that grows without an end, or for os.kill."
    ),
    "SIGXCPU": (
        "Your code used more processor time than an exercise may take. Look for a loop that does "
        "not end."
    ),
    "SIGXFSZ": "Your code wrote a larger file than is allowed. An answer needs no files at all.",
    "SIGSYS": "Your code made a system call that no answer needs, and was ended.",
}


def _nothing(exercise: Exercise, kind: FindingKind, message: str) -> Result:
    return Result(exercise.name, 0.0, exercise.points, False, (Finding(kind, message),))


def crash_reason(exercise: Exercise, trouble: str, code: int | None, seconds: float) -> Result:
    """Nothing came back that could be judged.

    Args:
        exercise: what was asked.
        trouble: see `conversation.Conversation`.
        code: how the process ended, where it did.
        seconds: the wall time it had.
    """
    if trouble == "time":
        message = (
            f"Your code was still running after {seconds:.0f} seconds, and did not heed being "
            "stopped. Look for a loop that does not end."
        )
        return _nothing(exercise, "stopped", message)
    if trouble == "memory":
        message = (
            "Your code took more memory than an exercise may have. Look for an array or a list "
            "that grows without an end."
        )
        return _nothing(exercise, "memory", message)
    if trouble == "garbled":
        message = (
            "What came out of your code's process was no answer of the check, or one far too "
            "large. Return what the stub asks for, and leave files and streams alone."
        )
        return _nothing(exercise, "crashed", message)
    if code is None:
        return _nothing(exercise, "crashed", _ENDED.format(how="it closed its files"))
    if code < 0:
        name = _signal_name(code)
        words = _BY_SIGNAL.get(name, f"Your code was ended by {name}.")
        return _nothing(exercise, "crashed", words)
    return _nothing(exercise, "crashed", _ENDED.format(how=f"exit code {code}"))


def no_answer(exercise: Exercise, answered: Answered) -> Result:
    """There was no answer to run: it is missing, of the wrong kind, or its cell raised."""
    if answered.thrown is not None:
        return raised_before(exercise, answered.thrown, answered.cell)
    kind, message = answered.misfit or ("missing", f"The notebook defines no `{exercise.name}`.")
    return _nothing(exercise, kind, message)  # type: ignore[arg-type]


def not_run(exercise: Exercise, problem: str) -> Result:
    """The whole notebook could not be read."""
    return _nothing(exercise, "missing", f"The notebook could not be read: {problem}")


def not_judged(exercise: Exercise, error: BaseException) -> Result:
    """What came broke the judge: the exercise gets nothing, and the instructor hears of it."""
    kind = type(error).__name__
    message = (
        f"What came from your code could not be judged: the grader met an error ({kind}) that it "
        "does not know. Check the shape and the type of each result. If they are what the stub "
        "asks for, show this to your instructor."
    )
    result = _nothing(exercise, "crashed", message)
    return replace(result, flags=(f"{NOT_JUDGED}: {kind}{_place(error)}",))


def _place(error: BaseException) -> str:
    """Where it was raised, by the innermost line of the course: " in comparing.py:120"; or ""."""
    place = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_COURSE):
            place = f" in {file.name}:{line}"
    return place


def _signal_name(code: int) -> str:
    """The name of the signal that ended a process: SIGSEGV."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
