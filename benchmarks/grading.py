"""The grader against stock nbgrader, side by side on the same submissions; local pool against Dask.

Ours is timed as a whole command, its start included, on a class that is large enough for the start
to be what it is in a class. Stock nbgrader takes seconds for each submission, so it grades a few of
the same ones, half of them before and half after; its own start is measured and taken off. Both
have solved notebooks to grade: once as they are, with experiments that train, and once with their
experiments taken out, so that little but the checks is left.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat

from benchmarks.figures import ROOT, Figure

__all__ = [
    "UNROLLED",
    "Sizes",
    "against_stock",
    "class_of",
    "cluster",
    "graded",
    "measure",
    "without_experiments",
]

STEM = "ch02_elman_cell"
STUDENTS = 60  # of a class for Dask's sake: enough to see a difference


@dataclass(frozen=True)
class Sizes:
    """How many submissions each of the two grades, and how many times as fast we promise to be."""

    ours: int
    stock: int
    least: float


#: Stock nbgrader takes five seconds for each, and half a minute where the notebook trains.
CHECKS = Sizes(ours=400, stock=12, least=15)
TRAINING = Sizes(ours=100, stock=6, least=40)
UNROLLED = Path(sys.executable).with_name("unrolled")
COMMAND = "python -m benchmarks grading"
#: What an exercise's cells and the first cell are: the rest is experiments, predictions, repairs.
KEPT = {"setup", "exercise", "check"}


def without_experiments(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with its answers and checks alone."""
    kept = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "markdown" or KEPT & set(cell.metadata.get("tags", ()))
    ]
    return nbformat.from_dict({**notebook, "cells": kept})


def class_of(folder: Path, notebook: nbformat.NotebookNode, students: int, stem: str) -> None:
    """nbgrader's `submitted/<student>/<assignment>/`, filled with one notebook for everybody."""
    for number in range(students):
        place = folder / "submitted" / f"student{number:03d}" / stem
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{stem}.ipynb")


def graded(folder: Path, *options: str) -> float:
    """Seconds of `unrolled grade` on a class, into a new folder."""
    with tempfile.TemporaryDirectory() as out:
        return _seconds(folder, str(UNROLLED), "grade", "submitted", "--out", out, *options)


def _seconds(folder: Path, *words: str) -> float:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(
            f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}"
        )
    return time.perf_counter() - began


def _stock(notebook: nbformat.NotebookNode, students: int) -> float:
    """Seconds that stock `nbgrader autograde` takes for so many submissions, without its start."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        class_of(folder, notebook, students, STEM)
        (folder / "nbgrader_config.py").write_text(
            "c = get_config()\nc.ExecutePreprocessor.timeout = 300\n"
        )
        source = folder / "source" / STEM
        source.mkdir(parents=True)
        nbformat.write(notebook, source / f"{STEM}.ipynb")
        _seconds(folder, "-m", "nbgrader", "generate_assignment", STEM)
        whole = _seconds(folder, "-m", "nbgrader", "autograde", STEM)
        graded_now = len(list((folder / "autograded").glob(f"*/{STEM}/{STEM}.ipynb")))
        if graded_now != students:
            raise RuntimeError(f"stock nbgrader graded {graded_now} of {students}")
        return whole - _seconds(folder, "-m", "nbgrader", "autograde", STEM)  # nothing is left


def against_stock(notebook: nbformat.NotebookNode, sizes: Sizes, how: str) -> Iterator[Figure]:
    """Seconds for each submission, ours over stock nbgrader's, on the same notebook."""
    before = _stock(notebook, sizes.stock // 2)
    with tempfile.TemporaryDirectory() as name:
        class_of(Path(name), notebook, sizes.ours, STEM)
        ours = graded(Path(name)) / sizes.ours
    after = _stock(notebook, sizes.stock // 2)
    stock = (before + after) / (2 * (sizes.stock // 2))
    yield Figure(
        f"time of unrolled grade, of nbgrader autograde, {how}",
        ours / stock,
        "×",
        COMMAND,
        1 / sizes.least,
        f"{stock / ours:.1f} times as fast: {60 / ours:.0f} submissions per minute in a class of "
        f"{sizes.ours}, start included, and {60 / stock:.1f} of {sizes.stock}, without the start",
    )


def _against_dask(notebook: nbformat.NotebookNode) -> Iterator[Figure]:
    """Two local workers against two Dask workers of one thread on the loopback, in turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        class_of(folder, notebook, STUDENTS, STEM)
        with cluster(folder / "dask") as address:
            ratios = []
            for _ in range(3):
                local = graded(folder, "--jobs", "2")
                ratios.append(graded(folder, "--dask", address) / local)
    middle = sorted(ratios)[1]
    yield Figure(
        "time on two Dask workers, of two local ones",
        middle,
        "×",
        COMMAND,
        1.15,
        f"between {min(ratios):.2f} and {max(ratios):.2f}; Dask's workers stay warm between runs",
    )


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A Dask scheduler and two workers of one thread each, as processes of their own; its address.

    Args:
        folder: where the workers may write.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet = ["--no-dashboard"]
    scheduler = ["dask_scheduler", "--host", "127.0.0.1", "--port", str(port), *quiet]
    worker = ["dask_worker", address, "--nthreads", "1", "--local-directory", str(folder), *quiet]
    processes = [_background(words) for words in (scheduler, worker, worker)]
    try:
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait()


def _background(words: list[str]) -> subprocess.Popen[bytes]:
    one = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{words[0]}", *words[1:]],
        env={**os.environ, "PYTHONPATH": str(ROOT), **one},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def measure() -> Iterator[Figure]:
    """Against stock nbgrader twice, then the local pool against Dask."""
    notebook = nbformat.read(ROOT / "solutions" / f"{STEM}.ipynb", 4)
    checks = without_experiments(notebook)
    yield from against_stock(checks, CHECKS, "answers and checks alone")
    yield from against_stock(notebook, TRAINING, "notebooks that train")
    yield from _against_dask(checks)
