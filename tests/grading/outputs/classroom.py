"""A class of students with real verdicts: the check's own, on the bank's answers of chapter 2."""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from course_utils.chapters import chapter
from course_utils.checking import judge
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Finding, Result
from course_utils.grading.judge.store import Store
from course_utils.grading.types import GradedExercise, GradedSubmission
from tests.grading.handing import CHAPTER
from tests.soundness.subjects import load

__all__ = ["EXERCISES", "HOSTILE", "marks", "real_class", "store", "verdict"]

EXERCISES = chapter(CHAPTER).exercises
_WRONG_EACH = 4
#: Names and texts that break pages, tables, shells and readers.
HOSTILE = (
    "</script><script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=1">',
    "{{ 7 * 7 }}{% raw %}",
    '=HYPERLINK("http://example.com","x")',
    "@SUM(1+1)",
    "-2+3",
    "abc\u202eipynb.exe",
    "👩‍💻 김민지 محمد",
    'a,b;"c"\nd',
    "<!--",
    "x" * 100_000,
)


def unwritten(*_: Any) -> Any:
    raise NotImplementedError()


@cache
def marks(exercise: str) -> tuple[GradedExercise, ...]:
    """Verdicts on a right answer, on known mistakes, on a stub; and on one that never ended."""
    right = next(iter(load(exercise).right.values()))
    wrong = list(load(exercise).mistaken.values())[:_WRONG_EACH]
    made = [GradedExercise(judge(exercise, each), _source(each), 0.4) for each in (right, *wrong)]
    worth = exercise_named(exercise).points
    stub = Finding("not-written", f"{exercise} is not written yet. Write your answer in the cell.")
    loop = Finding("stopped", "It had not finished after 10 s and was stopped. Is there a loop?")
    ready = Finding(
        "ready-operation", "Your answer calls keras.layers.SimpleRNN. Build it by hand."
    )
    flags = ("ready:keras.layers.SimpleRNN",)
    return (
        *made,
        GradedExercise(Result(exercise, 0.0, worth, False, (stub,)), "", 0.0),
        GradedExercise(Result(exercise, 0.0, worth, False, (loop,)), "while True:\n    pass", 10.0),
        GradedExercise(Result(exercise, 0.0, worth, False, (ready,), flags), "import keras", 0.2),
    )


def _source(answer: Any) -> str:
    try:
        return inspect.getsource(answer)
    except (OSError, TypeError):
        return repr(answer)


def verdict(student: str, *, seed: int = 0, **changes: Any) -> GradedSubmission:
    """One student's chapter 2; the better the seed's luck, the more is right."""
    luck = random.Random(f"{student} {seed}")
    skill = luck.random()
    chosen = []
    for name in EXERCISES:
        right, *rest = marks(name)
        weights = [8] * _WRONG_EACH + [4, 1, 0.5]
        chosen.append(right if luck.random() < skill else luck.choices(rest, weights)[0])
    made = GradedSubmission("key", student, CHAPTER, f"{student}/{CHAPTER}.ipynb", tuple(chosen))
    return replace(made, course="1.0.0", seconds=3.0, **changes)


def broken(student: str, problem: str) -> GradedSubmission:
    """A notebook that could not be graded."""
    nothing = tuple(
        GradedExercise(Result(name, 0.0, exercise_named(name).points, False)) for name in EXERCISES
    )
    place = f"{student}/{CHAPTER}.ipynb"
    return GradedSubmission("key", student, CHAPTER, place, nothing, problem, course="1.0.0")


def real_class(size: int = 40) -> Iterator[GradedSubmission]:
    """Students of every kind: by name, by Canvas's and Moodle's names, broken, hostile."""
    for number in range(size):
        yield verdict(f"student{number:05}")
    yield verdict("lovelaceada_12345", name="sub.zip/lovelaceada_12345_678_ch02.ipynb")
    yield verdict("Grace Hopper", name="m.zip/Grace Hopper_4711_assignsubmission_file_/a.ipynb")
    yield broken("broken", "The file is not a notebook: it stops being JSON at line 1.")
    yield verdict("late", remarks=("The LMS marked it late.",))


def hostile_class() -> Iterator[GradedSubmission]:
    """Every hostile text in every place that a student can write to."""
    for text in HOSTILE:
        evidence = {text: text, "x": text}
        finding = Finding("values", text, text, (text, text + "2", text + "3"), evidence)
        result = Result("elman_step", 0.5, 2.0, False, (finding,), (text,), printed=text)
        yield GradedSubmission(
            "key", text, CHAPTER, text, (GradedExercise(result, text),), text, (text,), False, text
        )


def store(out: Path, verdicts: Iterable[GradedSubmission]) -> Path:
    """Put verdicts into an output folder; gives the folder."""
    with Store(out) as made:
        for each in verdicts:
            made.write(each)
    return out
