"""A time limit for code that may never return.

The code is stopped at a line of its own. An exception that were raised wherever the process
happens to be could hit a moment when TensorFlow's C code has called back into Python and does not
expect one: the process would die. So once time is up

- in the main thread a signal interrupts what blocks (a sleep). Its handler raises at once where the
  running line is the student's; else it traces the student's frames, so that the next of their
  lines raises. A loop that swallows exceptions is asked again and again, at whatever line it is;
- in another thread no signal arrives. There the code runs in a thread of its own, which gets an
  exception whenever it is seen at a line of the student's, and is left alone if that never happens;
- a TensorFlow function that runs in C is cancelled.

What the student's code waits for (a lock, a queue, a training loop) is ended at a line of a library
only after a grace period.
"""

from __future__ import annotations

import _thread
import ctypes
import signal
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

__all__ = ["LIBRARIES", "Deadline", "TimeUp", "within"]

_AGAIN = 0.01  # seconds between two attempts once time is up
_WAITING = 0.5  # seconds past the end after which a wait in a library is interrupted
_GRACE = 2.0  # and after which any Python code but TensorFlow's is
_ABANDON = 4.0  # and after which a thread that does not end is left alone
_SHARE = 0.05  # of a processor, which a thread that sleeps does not use

_COURSE = str(Path(__file__).resolve().parents[1])
_STDLIB = tuple(filter(None, map(sysconfig.get_path, ("stdlib", "platstdlib"))))
_PACKAGES = tuple(filter(None, map(sysconfig.get_path, ("purelib", "platlib"))))
#: Where code lies that is not the student's.
LIBRARIES = (_COURSE, *_STDLIB, *_PACKAGES, "<frozen", "<__array_function__")

_Result = TypeVar("_Result")


class TimeUp(BaseException):
    """The time limit is reached. A BaseException: `except Exception` must not swallow it."""


class Deadline:
    """When the time is up."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def late(self) -> float:
        """Seconds past the end; below 0 before it."""
        return time.monotonic() - self._end

    @property
    def up(self) -> bool:
        """Whether the time is up."""
        return self.late >= 0


def within(seconds: float, function: Callable[[Deadline], _Result]) -> _Result:
    """Call `function(deadline)`, and end it once it has run for `seconds`, however it goes on.

    Args:
        seconds: how long it may take.
        function: runs the student's code; its own part ends soon after the student's does.

    Returns:
        What it returns.

    Raises:
        TimeUp: the time was up, even where the student's code swallowed the exception.
    """
    deadline = Deadline(seconds)
    if threading.current_thread() is threading.main_thread():
        return _in_main_thread(deadline, function)
    return _in_own_thread(deadline, function)


# --- the main thread -----------------------------------------------------------------------------


def _in_main_thread(deadline: Deadline, function: Callable[[Deadline], _Result]) -> _Result:
    number = getattr(signal, "SIGALRM", signal.SIGINT)
    armed, fired, tracing = True, False, sys.gettrace()
    done = threading.Event()

    def ring(signum: int, frame: FrameType | None) -> None:
        nonlocal fired
        if not armed:
            return
        if not deadline.up:
            if signum == signal.SIGINT:
                raise KeyboardInterrupt  # on Windows, where this is the student's own
            return
        fired = True
        _trace(frame, deadline.late)
        if _may_raise(frame, deadline.late):
            raise TimeUp

    def poke() -> None:
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(threading.main_thread().ident or 0, number)
        else:
            _thread.interrupt_main(number)

    def watch(cancel: Callable[[], None]) -> None:
        wait = max(0.0, -deadline.late)
        while not done.wait(wait):
            cancel()
            poke()
            wait = _AGAIN

    before = signal.signal(number, ring)
    try:
        with _cancellable() as cancel:
            watcher = threading.Thread(
                target=watch, args=(cancel,), name="unrolled-time-limit", daemon=True
            )
            watcher.start()
            try:
                value = function(deadline)
            finally:
                armed = False
                done.set()
                watcher.join()
    finally:
        if fired:
            sys.settrace(tracing)
        signal.signal(number, before)
    if fired:
        raise TimeUp
    return value


def _trace(frame: FrameType | None, late: float) -> None:
    """Make the next line of the student's frames raise `TimeUp`, new ones included.

    After the grace period also a line of a library's frame, but TensorFlow's.
    """

    def lines(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            raise TimeUp  # Python ends the tracing by itself then
        return lines

    def calls(frame: FrameType, event: str, arg: Any) -> Any:
        return lines if _is_own(frame) else None

    for each in _inner_frames(frame):
        if _is_own(each) or (late > _GRACE and not _is_fragile(each)):
            each.f_trace = lines
    sys.settrace(calls)


def _may_raise(frame: FrameType | None, late: float) -> bool:
    """Whether an exception may be raised where a thread is now: at a line of the student's, or
    where it waits in a library for something."""
    if frame is None or _is_course(frame):
        return False
    if _is_own(frame):
        return True
    return late > _WAITING and frame.f_code.co_filename.startswith(_STDLIB)


def _inner_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """From the running frame outwards, to the caller of `within`."""
    while frame is not None and frame.f_code is not within.__code__:
        yield frame
        frame = frame.f_back


def _is_own(frame: FrameType) -> bool:
    """Whether a frame runs the student's code."""
    return not frame.f_code.co_filename.startswith(LIBRARIES)


def _is_course(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_COURSE)


def _is_fragile(frame: FrameType) -> bool:
    """Whether C code that expects no exception may have called this frame."""
    file = frame.f_code.co_filename
    return _is_course(frame) or "/tensorflow/" in file.replace("\\", "/")


# --- another thread ------------------------------------------------------------------------------


def _in_own_thread(deadline: Deadline, function: Callable[[Deadline], _Result]) -> _Result:
    outcome: list[_Result] = []
    errors: list[BaseException] = []
    cancels: list[Callable[[], None]] = []

    def work() -> None:
        try:
            with _cancellable() as cancel:
                cancels.append(cancel)
                outcome.append(function(deadline))
        except BaseException as error:  # raised again in the thread that asked
            errors.append(error)

    worker = threading.Thread(target=work, name="unrolled-check", daemon=True)
    worker.start()
    worker.join(max(0.0, -deadline.late))
    stopped = worker.is_alive()
    busy = _Busy(worker)
    while worker.is_alive() and deadline.late < _ABANDON:
        for cancel in cancels:
            cancel()
        worker.join(_AGAIN)
        frame = sys._current_frames().get(worker.ident or 0)
        if busy.now() and _may_raise(frame, deadline.late):
            # It waits for us at that very line: the exception is raised there. One that were sent
            # to a sleeping thread would stay pending, and Python 3.11 lets all others wait for it.
            ident = ctypes.c_ulong(worker.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(TimeUp))
    if stopped:
        raise TimeUp
    if errors:
        raise errors[0]
    return outcome[0]


class _Busy:
    """Whether a thread computes, and does not sleep or wait."""

    def __init__(self, thread: threading.Thread) -> None:
        # Linux's clock of one thread; pthread_getcpuclockid may crash where the thread has ended.
        self._clock = (~(thread.native_id or 0) << 3) | 6
        self._cpu = 0.0
        self._cpu, self._wall = self._clocks()

    def _clocks(self) -> tuple[float, float]:
        wall = time.monotonic()
        if not sys.platform.startswith("linux"):
            return wall, wall  # others do not tell: every thread counts as busy
        try:
            return time.clock_gettime(self._clock), wall
        except OSError:  # the thread has just ended
            return self._cpu, wall

    def now(self) -> bool:
        """Whether it computed for a part of the time since the last question."""
        cpu, wall = self._clocks()
        share = (cpu - self._cpu) / max(wall - self._wall, 1e-6)
        self._cpu, self._wall = cpu, wall
        return share > _SHARE


# --- TensorFlow ----------------------------------------------------------------------------------


@contextmanager
def _cancellable() -> Iterator[Callable[[], None]]:
    """Run the body so that the TensorFlow functions in it can be cancelled from another thread."""
    if "tensorflow" not in sys.modules:
        yield lambda: None
        return
    try:
        from tensorflow.python.eager import cancellation
    except ImportError:  # a release that keeps it elsewhere: such a function ends by itself
        yield lambda: None
        return
    manager = cancellation.CancellationManager()
    with cancellation.CancellationManagerContext(manager):
        yield manager.start_cancel
