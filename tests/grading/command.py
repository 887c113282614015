"""The command `unrolled` as a process of its own, and classes for it to grade."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
_MAIN = "from course_utils.cli import main; main(prog_name='unrolled')"
QUICK = "ch06_vanishing_and_exploding"  # functions alone: half a second each


@dataclass(frozen=True)
class Done:
    """How a run ended."""

    code: int
    out: str
    err: str


def start(*words: object, **environment: str) -> subprocess.Popen[str]:
    """Start `unrolled` with these words, without waiting for it."""
    return subprocess.Popen(
        [sys.executable, "-c", _MAIN, *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def unrolled(*words: object, timeout: float = 240, **environment: str) -> Done:
    """Run `unrolled` with these words to its end."""
    process = start(*words, **environment)
    out, err = process.communicate(timeout=timeout)
    return Done(process.returncode, out, err)


def hand_in(folder: Path, students: int, stem: str = QUICK) -> Path:
    """A class that hands in the solution of a chapter; the folder to grade."""
    for number in range(students):
        place = folder / "submitted" / f"student{number:02d}" / stem
        place.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / f"{stem}.ipynb", place)
    return folder


def marks(out: Path) -> dict[str, Any]:
    """Every verdict below an output folder without its times, by its path there."""
    found = {}
    for path in sorted((out / "verdicts").rglob("*.json")):
        verdict = json.loads(path.read_text("utf-8"))
        del verdict["seconds"]
        for mark in verdict["exercises"]:
            del mark["seconds"]
        found[str(path.relative_to(out))] = verdict
    return found


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """A process and all below it."""
    parent = psutil.Process(process.pid)
    return [parent, *parent.children(recursive=True)]


def wait_for_verdicts(out: Path, count: int, patience: float = 120) -> None:
    """Until so many verdicts are filed."""
    end = time.monotonic() + patience
    while len(list((out / "verdicts").rglob("[!.]*.json"))) < count:
        assert time.monotonic() < end, "no verdicts come"
        time.sleep(0.05)


def alive(processes: list[psutil.Process], patience: float = 5.0) -> list[psutil.Process]:
    """Those that are still there after a while."""
    _, left = psutil.wait_procs(processes, patience)
    return [each for each in left if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def kill(process: subprocess.Popen[str]) -> None:
    """As `kill -9` does."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
