"""The grader against stock nbgrader, side by side on the same submissions; local pool against Dask.

Both are timed as whole commands, starts included, on a class that has solved the chapter: once with
the notebooks as they are, whose experiments train, and once with their experiments taken out, so
that little but the checks is left.
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
from pathlib import Path

import nbformat

from benchmarks.figures import ROOT, Figure

__all__ = ["UNROLLED", "class_of", "cluster", "graded", "measure", "without_experiments"]

STEM = "ch02_elman_cell"
STUDENTS = 60  # starting costs both some seconds: as many as make a small class
_TRAINING = 20  # fewer where stock nbgrader takes half a minute for each
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


def _stock(folder: Path, notebook: nbformat.NotebookNode) -> float:
    """Seconds of stock `nbgrader autograde` on the class; its assignment is made beforehand."""
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.ExecutePreprocessor.timeout = 300\n"
    )
    source = folder / "source" / STEM
    source.mkdir(parents=True)
    nbformat.write(notebook, source / f"{STEM}.ipynb")
    _seconds(folder, "-m", "nbgrader", "generate_assignment", STEM)
    return _seconds(folder, "-m", "nbgrader", "autograde", STEM)


def _against_stock(
    notebook: nbformat.NotebookNode, students: int, how: str, least: float
) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        class_of(folder, notebook, students, STEM)
        ours = graded(folder)
        stock = _stock(folder, notebook)
    yield Figure(
        f"time of unrolled grade, of nbgrader autograde, {how}",
        ours / stock,
        "×",
        COMMAND,
        1 / least,
        f"{stock / ours:.0f} times as fast: {60 * students / ours:.0f} and "
        f"{60 * students / stock:.1f} submissions per minute, {students} students",
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
    yield from _against_stock(checks, STUDENTS, "answers and checks alone", 10)
    yield from _against_stock(notebook, _TRAINING, "notebooks that train", 30)
    yield from _against_dask(checks)
