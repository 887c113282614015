"""A class of 1,000: whether time is linear in its size and memory does not grow.

The class hands in a mixture, for a chapter of functions and one with a cell: right solutions,
untouched copies, and solutions with one thing changed in their answers. Memory is what all
processes of the grader hold, shared pages counted once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import psutil

from benchmarks.figures import ROOT, Figure
from benchmarks.grading import UNROLLED

__all__ = ["measure"]

STUDENTS = 1_000
STEMS = ("ch02_elman_cell", "ch06_vanishing_and_exploding")
COMMAND = "python -m benchmarks class"
_MEMORY = 4.0  # GB
_LOOK = 2.0  # seconds between two looks at the memory


def _variants(stem: str) -> list[nbformat.NotebookNode]:
    """The solution, the untouched copy, and the solution with one thing changed in its answers."""
    solution = nbformat.read(ROOT / "solutions" / f"{stem}.ipynb", 4)
    variants = [solution, nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", 4)]
    for old, new in (
        (" + ", " - "),
        ("np.tanh", "np.sin"),
        ("@ W_h", "@ W_h.T"),
        ("1.0", "2.0"),
        ("return ", "return 2 * "),
        ("range(", "range(1, "),
    ):
        wrong = nbformat.from_dict(json.loads(json.dumps(solution)))
        for cell in wrong.cells:
            if "exercise" in cell.metadata.get("tags", ()):
                cell.source = cell.source.replace(old, new)
        variants.append(wrong)
    return variants


def _hand_in(folder: Path) -> None:
    texts = {stem: [nbformat.writes(each) for each in _variants(stem)] for stem in STEMS}
    for number in range(STUDENTS):
        stem = STEMS[number % len(STEMS)]
        place = folder / "submitted" / f"student{number:04d}" / stem
        place.mkdir(parents=True)
        text = texts[stem][number // len(STEMS) % len(texts[stem])]
        (place / f"{stem}.ipynb").write_text(text, encoding="utf-8")


class _Memory(threading.Thread):
    """Looks at what a process and all below it hold, in GB, shared pages counted once."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.root, self.seen, self.over = psutil.Process(pid), list[float](), threading.Event()

    def run(self) -> None:
        while not self.over.wait(_LOOK):
            total = 0
            try:
                family = [self.root, *self.root.children(recursive=True)]
            except psutil.Error:
                return
            for each in family:
                try:
                    total += each.memory_full_info().pss
                except psutil.Error:
                    continue  # it has just ended
            self.seen.append(total / 1e9)


def measure() -> Iterator[Figure]:
    """Grade the class once, noting when each verdict came and what the processes held."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _hand_in(folder)
        words = [str(UNROLLED), "grade", str(folder), "--out", str(folder / "out"), "--json"]
        with subprocess.Popen(
            [sys.executable, *words, "--jobs", "2"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as run:
            memory = _Memory(run.pid)
            memory.start()
            times = [
                time.perf_counter()
                for line in run.stdout or ()
                if json.loads(line)["event"] == "verdict"
            ]
            memory.over.set()
        if run.returncode != 0 or len(times) != STUDENTS:
            raise RuntimeError(f"graded {len(times)} of {STUDENTS}; exit code {run.returncode}")
    fifth = STUDENTS // 5
    first, last = times[2 * fifth] - times[fifth], times[-1] - times[-1 - fifth]
    rate = 60 * (STUDENTS - fifth) / (times[-1] - times[fifth])
    yield Figure(
        f"time of the last {fifth} of {STUDENTS:,} submissions, of the second {fifth}",
        last / first,
        "×",
        COMMAND,
        1.25,
        f"{rate:.0f} a minute on 2 workers; by that rate 10,000 take {10_000 / rate / 60:.1f} h on "
        f"2 cores and, computed, not measured, {10_000 / rate / 32:.0f} min on 64",
    )
    early, late = np.median(memory.seen[5:15]), np.median(memory.seen[-10:])
    yield Figure(
        f"memory of all processes at the end of {STUDENTS:,} submissions, of the beginning",
        float(late / early),
        "×",
        COMMAND,
        1.25,
        f"{late:.1f} GB at the end, {max(memory.seen):.1f} GB at most",
    )
    yield Figure(
        "memory of all processes at most", max(memory.seen), "GB", COMMAND, _MEMORY, "2 workers"
    )
