"""A time limit for code that may never return.

In the main thread of a POSIX system a timer signal ends even a blocking call; elsewhere an
exception is sent to the thread. Both are sent again and again. A loop that swallows exceptions is
deaf to them inside its `try`: from the second time on the running frames are traced, so that the
next line raises, which is the one in its `except`.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["TimeUp", "time_limit"]

_AGAIN = 0.02  # seconds between two exceptions once time is up
_COURSE = str(Path(__file__).resolve().parents[1])


class TimeUp(BaseException):
    """The time limit is reached. A BaseException: `except Exception` must not swallow it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in the body once it has run for `seconds`, however it tries to go on.

    Raises:
        TimeUp: the time was up, even where the body swallowed the exception and returned.
    """
    main = threading.current_thread() is threading.main_thread()
    if main and hasattr(signal, "setitimer"):
        with _by_signal(seconds):
            yield
    else:
        with _by_thread(seconds):
            yield


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    armed, fired = True, 0
    tracing = sys.gettrace()

    def ring(signum: int, frame: FrameType | None) -> None:
        nonlocal fired
        if armed:
            fired += 1
            if fired > 1:
                _raise_at_next_line(frame)
            raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        try:
            yield
        finally:
            armed = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if fired > 1:
            sys.settrace(tracing)
    if fired:
        raise TimeUp


def _raise_at_next_line(frame: FrameType | None) -> None:
    """Make the next line of these frames raise `TimeUp`: those outside the course, inner first."""

    def tracer(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            raise TimeUp  # Python ends the tracing by itself then
        return tracer

    while frame is not None and not frame.f_code.co_filename.startswith(_COURSE):
        frame.f_trace = tracer
        frame = frame.f_back
    sys.settrace(lambda *event: None)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    done = threading.Event()
    fired = threading.Event()

    def ring() -> None:
        wait = seconds
        while not done.wait(wait):
            fired.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeUp))
            wait = _AGAIN

    clock = threading.Thread(target=ring, name="unrolled-time-limit", daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()
        # An exception that was sent but has not arrived yet is taken back.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
    if fired.is_set():
        raise TimeUp
