"""An answer that never ends is stopped, and the process lives on."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from course_utils.checking import judge, judging
from course_utils.checking.limits import TimeUp, within
from tests.checking.never_ending import NEVER_ENDING, over

ROUNDS = 16


@pytest.fixture(autouse=True)
def short(monkeypatch):
    quick = replace(judging.exercise_named("elman_step"), seconds=0.2)
    monkeypatch.setattr(judging, "exercise_named", lambda name: quick)
    over.clear()


def in_a_thread(answer):
    results = []
    thread = threading.Thread(target=lambda: results.append(judge("elman_step", answer)))
    over.clear()
    thread.start()
    thread.join(60)
    over.append(True)
    return results[0]


@pytest.mark.parametrize("answer", NEVER_ENDING)
def test_whatever_never_ends_is_stopped_in_the_main_thread(answer):
    result = judge("elman_step", answer)
    assert (result.findings[0].kind, result.points) == ("stopped", 0)
    assert sys.gettrace() is None


@pytest.mark.slow
@pytest.mark.parametrize("answer", NEVER_ENDING)
def test_whatever_never_ends_is_stopped_in_another_thread(answer):
    result = in_a_thread(answer)
    assert (result.findings[0].kind, result.points) == ("stopped", 0)


@pytest.mark.slow
def test_a_thread_that_is_left_alone_does_not_hold_up_the_next_check(monkeypatch):
    def sleeps(*_):
        threading.Event().wait(60)

    streams = sys.stdout, sys.stderr
    assert in_a_thread(sleeps).findings[0].kind == "stopped"
    assert (sys.stdout, sys.stderr) == streams
    monkeypatch.undo()
    right = in_a_thread(lambda x, h, W_x, W_h, b: _elman(x, h, W_x, W_h, b))
    assert right.passed


def _elman(x, h, W_x, W_h, b):
    import numpy as np

    return np.tanh(x @ W_x + h @ W_h + b)


def test_what_ends_in_time_gives_its_value_and_its_error():
    assert within(30, lambda deadline: deadline.up) is False
    with pytest.raises(ZeroDivisionError):
        within(30, lambda deadline: 1 / 0)
    with pytest.raises(TimeUp):
        within(0.05, lambda deadline: _spin(deadline))


def _spin(deadline):
    while not deadline.up:
        pass
    while True:
        pass


def test_a_check_gives_a_profiler_and_a_tracer_back():
    import cProfile

    profiler = cProfile.Profile()
    profiler.enable()
    judge("elman_step", _elman)
    _spin_a_little()
    profiler.disable()
    profiler.create_stats()
    assert any(name == "_spin_a_little" for _, _, name in profiler.stats)

    seen = []

    def tracer(frame, event, arg):
        seen.append(frame.f_code.co_name)

    sys.settrace(tracer)
    try:
        judge("elman_step", NEVER_ENDING[5])
        assert sys.gettrace() is tracer
        _spin_a_little()
    finally:
        sys.settrace(None)
    assert "_spin_a_little" in seen


def _spin_a_little():
    return sum(range(3))


@pytest.mark.long
@pytest.mark.parametrize("thread", ["main", "other"])
def test_two_hundred_stopped_checks_in_one_process_do_not_end_it(thread):
    """In a process of its own: a fault of C code would end this one."""
    code = f"""
import sys
from dataclasses import replace
from course_utils.checking import judge, judging
from tests.checking.never_ending import NEVER_ENDING
from tests.checking.test_limits import in_a_thread
quick = replace(judging.exercise_named("elman_step"), seconds=0.2)
judging.exercise_named = lambda name: quick
ask = in_a_thread if {thread!r} == "other" else lambda answer: judge("elman_step", answer)
kinds = [ask(answer).findings[0].kind for _ in range({ROUNDS}) for answer in NEVER_ENDING]
print(len(kinds), set(kinds))
"""
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout.strip() == f"{ROUNDS * len(NEVER_ENDING)} {{'stopped'}}"
