"""In a process of its own, as in a kernel: load TensorFlow, then check and look at the clock.

python -m benchmarks.waiting CHAPTER EXERCISE [EXERCISE ...] [--json]
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from statistics import median
from typing import Any

from course_utils import check
from course_utils.checking.registry import exercise_named
from course_utils.checking.types import Exercise
from course_utils.start import start
from tests.soundness.subjects import load

_LATER = 5
_WITH_ONEDNN = "ch19_video_three_ways"  # as its own first cell has it


def _kind(exercise: Exercise) -> str:
    if exercise.seconds > 60:
        return "training"
    return "cell" if exercise.question.takes == "class" or exercise.seconds > 10 else "function"


def waited(name: str, answer: Any) -> float:
    """Seconds until the verdict of one check is shown."""
    begin = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        check(name, answer)
    return time.perf_counter() - begin


def watch(stem: str, names: list[str]) -> dict[str, dict[str, Any]]:
    """Per exercise: the first check, the median of later ones, and the median of wrong answers."""
    start(onednn=stem == _WITH_ONEDNN)
    found = {}
    for name in names:
        exercise = exercise_named(name)
        subject = load(name)
        right = next(iter(subject.right.values()))
        first = waited(name, right)
        later = [waited(name, right) for _ in range(_LATER)]
        wrong = [waited(name, answer) for answer in list(subject.mistaken.values())[:_LATER]]
        found[name] = {
            "first": first,
            "later": median(later),
            "wrong": median(wrong),
            "kind": _kind(exercise),
        }
    return found


def main(words: list[str]) -> int:
    """Print what was seen; with --json, for a program."""
    names = [word for word in words if not word.startswith("--")]
    if len(names) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = watch(names[0], names[1:])
    if "--json" in words:
        print(json.dumps(found))
        return 0
    for name, seen in found.items():
        print(
            f"{name}: first {seen['first']:.3f} s, later {seen['later']:.3f} s, "
            f"wrong answers {seen['wrong']:.3f} s"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
