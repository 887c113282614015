"""What a worker is asked, and how it finds out. Tasks and replies are plain values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from tests.soundness.consistency import (
    case_problems,
    edit_problems,
    hint_problems,
    mistake_problems,
)
from tests.soundness.subjects import Subject
from tests.soundness.trivial import (
    CONSTANT_RESULTS,
    constant_results,
    spoiling,
    trivial_answers,
)
from tests.soundness.trying import Bench, Tried, defined

__all__ = ["Keys", "Reply", "Task", "perform"]

_MISSING = "the cell raises"


@dataclass(frozen=True)
class Task:
    """One question about one exercise.

    Attributes:
        exercise: its name.
        what: "keys", "cases", "bank", "source", "mutant", "right", "spoiled", "wrong", "trivial"
            or "constant".
        key: which mutant's source, style, mistake, trivial answer or kind of report.
        seeds: the seeds to try; a mutant that passes with one is not tried with the next.
        seconds: a shorter limit for one check, or None for the exercise's own.
        loader: the function that loads the subject, as `module:function`.
    """

    exercise: str
    what: str
    key: str = ""
    seeds: tuple[int, ...] = (0,)
    seconds: float | None = None
    loader: str = "tests.soundness.subjects:load"


@dataclass(frozen=True)
class Keys:
    """What can be asked about an exercise.

    Attributes:
        limit: seconds that one check may take; it says what kind of answer is asked for.
        source: the solution's cell.
    """

    limit: float
    source: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    mistakes: tuple[str, ...]
    trivial: tuple[str, ...]
    constant: tuple[str, ...]


@dataclass(frozen=True)
class Reply:
    """The answer to a task: one verdict per seed, or problems in words, or keys.

    Attributes:
        lost: the worker died or hung on this task; the text says how.
    """

    task: Task
    verdicts: tuple[Tried, ...] = ()
    problems: tuple[str, ...] = ()
    keys: Keys | None = None
    lost: str = ""


@cache
def _bench(loader: str, name: str) -> Bench:
    module, function = loader.split(":")
    return Bench(getattr(import_module(module), function)(name))


def perform(task: Task) -> Reply:
    """Do what a task asks, in this process."""
    bench = _bench(task.loader, task.exercise)
    subject = bench.subject
    if task.what == "keys":
        return Reply(task, keys=_keys(subject))
    if task.what == "cases":
        return Reply(task, problems=tuple(case_problems(subject, task.seeds)))
    if task.what == "bank":
        problems = [p for seed in task.seeds for p in mistake_problems(bench, seed)]
        return Reply(
            task, problems=(*edit_problems(subject.exercise), *hint_problems(subject), *problems)
        )
    if task.what == "constant":
        verdicts = [
            bench.try_results(constant_results(bench, task.key, seed), seed) for seed in task.seeds
        ]
        return Reply(task, tuple(verdicts))
    if task.what in ("source", "mutant"):
        return _try_source(bench, task)
    if task.what == "spoiled":
        return _try_spoiled(bench, task)
    answers = {
        "right": subject.right,
        "wrong": subject.mistaken,
        "trivial": trivial_answers(subject.exercise.question) if task.what == "trivial" else {},
    }
    return Reply(task, _verdicts(bench, answers[task.what][task.key], task))


def _keys(subject: Subject) -> Keys:
    return Keys(
        subject.exercise.seconds,
        subject.sources.exercises[subject.exercise.name],
        tuple(subject.right),
        tuple(subject.mistaken),
        tuple(mistake.id for mistake in subject.exercise.mistakes),
        tuple(trivial_answers(subject.exercise.question)),
        CONSTANT_RESULTS,
    )


def _verdicts(bench: Bench, answer: Any, task: Task) -> tuple[Tried, ...]:
    return tuple(bench.try_answer(answer, seed, task.seconds) for seed in task.seeds)


def _try_source(bench: Bench, task: Task) -> Reply:
    with defined(bench.subject, task.key) as answer:
        if isinstance(answer, Exception):
            message = f"{_MISSING} {type(answer).__name__}: {answer}"
            return Reply(task, (Tried(False, 0.0, "exception", (), True, message),))
        if task.what == "source":
            return Reply(task, _verdicts(bench, answer, task))
        # Of a mutant the first seed says what its hint is; the others, whether it ever passes.
        first, *others = task.seeds
        verdicts = [bench.try_answer(answer, first, task.seconds)]
        for seed in others:
            if verdicts[-1].passed:
                break
            passed = bench.passes(answer, seed, task.seconds)
            verdicts.append(Tried(passed, float(passed)))
        return Reply(task, tuple(verdicts))


def _try_spoiled(bench: Bench, task: Task) -> Reply:
    """No verdict at all where the exercise gives the answer no array that could be spoiled."""
    right = next(iter(bench.subject.right.values()), None)
    if bench.subject.exercise.question.takes != "function" or right is None:
        return Reply(task)
    spoiled: list[bool] = []
    verdicts = _verdicts(bench, spoiling(right, spoiled), task)
    return Reply(task, verdicts if spoiled else ())
