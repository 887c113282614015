"""How long a student waits for a check: the first one in a fresh kernel, and every later one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.figures import ROOT, Figure
from course_utils.chapters import CHAPTERS

__all__ = ["measure"]

_FRESH = 3  # fresh processes
#: Seconds that are promised. A model counts as a cell; "training" is a check that trains a network
#: until it has learned a task, or has not in three tries.
_FIRST = 3.0
_LATER = {"function": 0.5, "cell": 1.5, "training": 15.0}


def measure() -> Iterator[Figure]:
    """Each exercise's right answer, checked first in a fresh process and again in a used one."""
    for chapter in CHAPTERS:
        name = chapter.exercises[0]
        command = f"python -m benchmarks.waiting {chapter.stem} {name}"
        times = [_wait(chapter.stem, name)[name] for _ in range(_FRESH)]
        yield Figure(
            f"first check after TensorFlow is in: {name}",
            median(each["first"] for each in times),
            "s",
            command,
            _FIRST,
        )
    for chapter in CHAPTERS:
        for name, seen in _wait(chapter.stem, *chapter.exercises).items():
            command = f"python -m benchmarks.waiting {chapter.stem} {name}"
            yield Figure(
                f"later check of {name}",
                seen["later"],
                "s",
                command,
                _LATER[seen["kind"]],
                f"a wrong answer: {seen['wrong']:.3f} s" if seen["wrong"] else "",
            )


def _wait(stem: str, *names: str) -> dict[str, dict[str, Any]]:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.waiting", stem, *names, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, dict[str, Any]] = json.loads(ran.stdout.splitlines()[-1])
    return found
