"""What `import course_utils` adds to a bare interpreter, measured side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from benchmarks.figures import ROOT, Figure

__all__ = ["measure"]

_RUNS = 21
_BARE = "pass"
_COURSE = "import course_utils"
_VERBS = "from course_utils import check"
_NUMPY = "import numpy"
_COMMAND = "import course_utils.cli"


def measure() -> Iterator[Figure]:
    """Run each program in turn, many times over, so that a busy moment hits all alike."""
    programs = (_BARE, _COURSE, _VERBS, _NUMPY, _COMMAND)
    seconds: dict[str, list[float]] = {program: [] for program in programs}
    for program in programs:
        _run(program)  # compiled and in the disk's cache
    for _ in range(_RUNS):
        for program in programs:
            seconds[program].append(_run(program))
    middle = {program: median(times) for program, times in seconds.items()}
    bare = middle[_BARE]
    yield Figure("a bare interpreter", bare, "s", f'python -c "{_BARE}"')
    yield Figure(
        "import course_utils adds", middle[_COURSE] - bare, "s", f'python -c "{_COURSE}"', 0.1
    )
    yield Figure(
        "  of what import numpy adds",
        (middle[_COURSE] - bare) / (middle[_NUMPY] - bare),
        "×",
        f'python -c "{_NUMPY}"',
    )
    yield Figure("the command unrolled adds", middle[_COMMAND] - bare, "s", "unrolled --version")
    yield Figure("the verb check adds", middle[_VERBS] - bare, "s", f'python -c "{_VERBS}"')


def _run(program: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=dict(os.environ))
    return time.perf_counter() - begin
