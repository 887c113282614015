"""Whatever a reply holds or breaks costs that exercise alone, and the instructor hears of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import pytest

from course_utils.chapters import CHAPTERS
from course_utils.checking import outcomes
from course_utils.checking.limits import TimeUp
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import ProbeResult, Question, Thrown
from course_utils.errors import GradingError, SandboxError, WireError
from course_utils.grading.inside.child import answer_request
from course_utils.grading.inside.sandbox_spec import Limits
from course_utils.grading.inside.wire import INTO_SANDBOX, decode, encode
from course_utils.grading.judge import judging
from course_utils.grading.judge.conversation import Conversation
from course_utils.grading.judge.judging import Judge, job
from course_utils.grading.types import GradedExercise, GradedSubmission
from course_utils.quiet import quiet
from tests.grading.attacks.attack import HONEST
from tests.grading.handing import CHAPTER, notebook


class Server:
    """A fork server's place: what a child would reply is made here, and can be changed."""

    sandboxed = True
    limits = Limits()

    def __init__(
        self, change: Callable[[dict[str, Any]], Any] = lambda reply: reply, only: str = ""
    ) -> None:
        self.change, self.only = change, only

    def ask(self, request: bytes, seconds: float, forbidden: tuple[str, ...]) -> Conversation:
        asked = decode(request, INTO_SANDBOX)
        question = Question(**asked["question"])
        main, stdin = sys.modules["__main__"], sys.stdin  # which a child takes for itself
        try:
            reply = answer_request(question, asked["cells"], asked["cases"], wired=False)
        finally:
            sys.modules["__main__"], sys.stdin = main, stdin
        changed = self.change(reply) if self.only in ("", question.name) else reply
        return Conversation(changed if isinstance(changed, bytes) else encode(changed))

    def one_student(self) -> AbstractContextManager[None]:
        """Nothing is kept."""
        return nullcontext()

    def close(self) -> None:
        """Nothing was opened."""


def grade(
    change: Callable[[dict[str, Any]], Any] = lambda reply: reply, *cells: str, only: str = ""
) -> GradedSubmission:
    """Grade two exercises of a notebook, in this process, with replies that are changed."""
    data = notebook(*(cells or (HONEST["elman_step"], "x = 1", HONEST["readout"])))
    seeds = {"elman_step": 1, "readout": 2}
    given = job(student="ada", chapter=CHAPTER, notebook=data, key="k", seeds=seeds)
    return Judge(server=Server(change, only)).grade(given)  # type: ignore[arg-type]


def of_first(change: Callable[[dict[str, Any]], Any]) -> GradedExercise:
    """The first exercise, graded with a changed reply, while the second is left as it is."""
    first, second = grade(change, only="elman_step").exercises
    assert second.result.passed
    assert not first.result.passed
    assert first.result.points == 0
    assert first.result.findings
    return first


def with_result(**changed: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda reply: {
        **reply,
        "results": [{**each, **changed} for each in reply["results"]],
    }


def test_honest_answers_pass_and_are_shown_as_they_stand_in_the_notebook() -> None:
    first, second = grade().exercises
    assert first.result.passed and second.result.passed
    assert first.answer == HONEST["elman_step"]
    assert second.answer == HONEST["readout"]


def test_an_answer_in_several_cells_is_shown_with_all_of_them() -> None:
    cells = ["class K: pass", "def elman_step(*a): return a[1]", "K.x = 2", "elman_step.y = 3"]
    first, _ = grade(lambda reply: reply, *cells).exercises
    assert first.answer == f"{cells[1]}\n\n{cells[3]}"
    many = [*cells, *(f"elman_step.a{k} = {k}" for k in range(9))]
    first, _ = grade(lambda reply: reply, *many).exercises
    assert first.answer == "\n\n".join(many[-3:])


def test_a_child_cannot_say_what_is_shown_as_the_answer() -> None:
    for forged in ({"cells": ["text"]}, {"cells": [4]}, {"source": "text"}, {"cells": [3, 1]}):
        mark = of_first(lambda reply, forged=forged: {**reply, **forged})
        assert mark.answer == ""
        assert "no answer of the check" in mark.result.findings[0].message


@pytest.mark.parametrize(
    "change",
    [
        lambda reply: b"",
        lambda reply: {**reply, "results": reply["results"][1:]},
        lambda reply: {**reply, "results": reply["results"] * 2},
        with_result(changed=("all of your marks",)),
        with_result(ready=("keras.a",) * 201),
        with_result(outputs={"the new state": [[[[[[[[1]]]]]]]]}),
    ],
    ids=["nothing", "too few", "too many", "an argument of no case", "names", "too deep"],
)
def test_a_reply_that_does_not_fit_costs_its_exercise(
    change: Callable[[dict[str, Any]], Any],
) -> None:
    assert "no answer of the check" in of_first(change).result.findings[0].message


def test_flags_are_few_and_in_words_of_the_engine() -> None:
    names = tuple(f"keras.a{k}" for k in range(150))
    mark = of_first(with_result(ready=("<b>points</b>", *names)))
    assert mark.result.flags == (*(f"ready:keras.a{k}" for k in range(5)), "ready:and 146 more")
    assert "keras.a0 and keras.a1 and keras.a2 and 148 more." in mark.result.findings[0].message


@pytest.mark.parametrize(
    "error", [ZeroDivisionError, MemoryError, RecursionError, TimeUp, WireError]
)
@pytest.mark.parametrize("step", ["draw_cases", "read_answer", "verdict", "answer_shown", "encode"])
def test_whatever_the_judge_raises_costs_that_exercise_alone_by_name(
    step: str, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(judging, step)
    calls = 0

    def once(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        # readout is asked first, as nothing is forbidden there; and the job is encoded before.
        if calls == (3 if step == "encode" else 2):
            raise error("secret words")
        return real(*arguments, **options)

    monkeypatch.setattr(judging, step, once)
    mark = of_first(lambda reply: reply)
    if step == "read_answer" and error is WireError:
        assert "no answer of the check" in mark.result.findings[0].message
        return
    (flag,) = mark.result.flags
    assert flag.startswith(f"not judged: {error.__name__} in judging.py:")
    assert f"the grader met an error ({error.__name__})" in mark.result.findings[0].message
    assert "secret words" not in mark.result.findings[0].message + flag


@pytest.mark.parametrize("error", [GradingError, SandboxError, KeyboardInterrupt])
def test_what_is_wrong_with_the_machine_ends_the_run(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise error("no namespaces")

    monkeypatch.setattr(Server, "ask", fail)
    with pytest.raises(error, match="no namespaces"):
        grade()


def test_a_file_that_breaks_its_reader_costs_that_submission(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(data: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "read_cells", fail)
    graded = grade()
    assert "ZeroDivisionError" in graded.problem
    assert [each.result.points for each in graded.exercises] == [0, 0]


def test_past_the_deadline_nothing_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge takes no longer over a reply than the answer had to make it."""
    monkeypatch.setattr(outcomes.Deadline, "up", property(lambda deadline: True))
    for mark in grade().exercises:
        assert mark.result.flags[0].startswith("not judged: TimeUp in outcomes.py:")


#: What a reply can say without one number: (kind of misfit) or (kind of exception).
_SAID: dict[str, ProbeResult] = {
    **{
        f"a misfit of {kind}": ProbeResult(misfit=(kind, "It is float32."))
        for kind in ("none", "type", "count", "shape", "dtype", "stopped")
    },
    **{
        f"a {kind}": ProbeResult(thrown=Thrown(kind, "units", (kind, "ValueError", "TypeError")))
        for kind in ("ValueError", "TypeError", "NotImplementedError")
    },
    "no outputs": ProbeResult(outputs={}),
    "nothing": ProbeResult(),
    "time was up": ProbeResult(stopped=True),
    "changed": ProbeResult(outputs={}, changed=("x",)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [each for chapter in CHAPTERS for each in chapter.exercises])
def test_a_reply_without_one_right_number_earns_nothing(name: str) -> None:
    exercise = exercise_named(name)
    cases = judging.draw_cases(exercise, 5)
    worked_out = outcomes.Outcomes(exercise)
    for what, said in _SAID.items():
        result = judging.verdict(worked_out, cases, [said] * len(cases))
        assert (result.points, result.passed) == (0.0, False), what
        assert result.findings, what


def _shape(right: Any) -> tuple[int, ...]:
    return right.shape if isinstance(right, (np.ndarray, np.generic)) else ()


def _rows(room: int, right: Any) -> Any:
    """As many numbers as there may be, with the axes that are right but the first."""
    tail = _shape(right)[1:]
    return np.full((room // max(1, int(np.prod(tail))), *tail), 0.5)


#: What fills a reply to its bounds: from (numbers for each output, what is right) a forged output.
_FORGED: dict[str, Callable[[int, Any], Any]] = {
    "numbers": lambda room, right: np.linspace(0, 1, room),
    "rows": _rows,
    "axes": lambda room, right: np.ones((1,) * 31 + (room,)),
    "truth values": lambda room, right: np.ones(room, bool),
    "nothing of many": lambda room, right: np.ones((0, 1 << 20)),
    "not a number": lambda room, right: np.full(_shape(right), np.nan),
    "infinite": lambda room, right: np.full(_shape(right), np.inf),
    "huge": lambda room, right: 10**300,
    "lists": lambda room, right: [[0.5] * 40] * (room // 400_000),
    "texts": lambda room, right: "x: " * 600,
    "names": lambda room, right: dict.fromkeys(map(str, range(room // 10_000)), 1),
}


#: Some whose outputs are large, or are looked at in a way of their own; the rest takes a minute.
_SOME = ("elman_step", "fit_autoregression", "scheduled_inputs", "conv3d_shape")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(each, marks=() if each in _SOME else pytest.mark.long)
        for chapter in CHAPTERS
        for each in chapter.exercises
    ],
)
def test_a_reply_as_large_as_may_be_is_judged_quickly(name: str) -> None:
    exercise = exercise_named(name)
    cases = judging.draw_cases(exercise, 5)
    known = outcomes.Outcomes(exercise, viewed=False)
    right = [known.right(case) for case in cases]
    names = [{} if isinstance(each, outcomes.ExpectedError) else each for each in right]
    room = 7_000_000 // max(1, sum(map(len, names)))
    worked_out = outcomes.Outcomes(exercise)
    judging.verdict(worked_out, cases, [ProbeResult(outputs={}) for _ in cases])
    for what, forge in _FORGED.items():
        results = [
            ProbeResult(outputs={key: forge(room, value) for key, value in each.items()})
            for each in names
        ]
        began = time.monotonic()
        with quiet():
            result = judging.bounded(judging.verdict(worked_out, cases, results))
        assert time.monotonic() - began < 5.0, what
        assert result.points < result.max_points, what
