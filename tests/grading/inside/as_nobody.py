"""Grade attacks as the user `nobody`, who may do nothing but enter a user namespace.

Run as root in a process of its own with the themes of the attacks,
`python -m tests.grading.inside.as_nobody reading reaching`. Prints one line of JSON: for each
attack "nothing", or what it got.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from course_utils.chapters import chapter
from course_utils.grading.inside import linux
from course_utils.grading.intake.notebooks import read_cells
from course_utils.grading.judge.judging import Judge, job
from course_utils.grading.types import GradedExercise
from tests.grading.attacks import outliving, reaching, reading, searching, sharing
from tests.grading.attacks.attack import honest_notebook, shown_to_an_answer
from tests.grading.handing import CHAPTER

_NOBODY = 65534
_THEMES = {
    "outliving": outliving,
    "reaching": reaching,
    "reading": reading,
    "searching": searching,
    "sharing": sharing,
}
_ROOT = Path(__file__).resolve().parents[3]


def become_nobody() -> None:
    """Give up root; where Python or the checkout lie in a home folder, let others pass first."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    needed = _outermost({Path(sys.prefix), Path(sys.base_prefix), _ROOT})
    closed = {path: folder for path in needed if (folder := _closed_above(path)) is not None}
    kept = {path: tempfile.mkdtemp() for path in closed}
    for path, place in kept.items():
        linux.mount(str(path), place, None, linux.MS_BIND | linux.MS_REC)
    for folder in _outermost(set(closed.values())):
        linux.mount("none", str(folder), "tmpfs", 0, "mode=755")
    for path, place in kept.items():
        path.mkdir(parents=True)
        linux.mount(place, str(path), None, linux.MS_BIND | linux.MS_REC)
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    os.environ["HOME"] = "/tmp"


def _outermost(paths: set[Path]) -> list[Path]:
    """Those that lie in no other one."""
    return [path for path in paths if not paths & set(path.parents)]


def _closed_above(path: Path) -> Path | None:
    """The outermost folder on the way to a path that others may not pass through."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & 0o001:
            return folder
    return None


def main(*themes: str) -> None:
    """Grade the attacks of these themes, and tell."""
    become_nobody()
    seeds = dict.fromkeys(chapter(CHAPTER).exercises, 3)
    planted = {
        "checkout": str(_ROOT),
        "folder": "/var/tmp",
        "files": ["/etc/hostname", "/etc/shadow"],
        "shown": shown_to_an_answer(),
        "port": 22,
        "socket": "/run/none",
        "abstract": "none",
        "words": ["pytest"],
        "pids": [os.getpid(), os.getppid()],
    }
    told: dict[str, object] = {"user": os.getuid()}
    with Judge() as judge:
        for theme in themes:
            for attack in _THEMES[theme].ATTACKS:
                cells = read_cells(attack.notebook(planted))
                for _ in range(attack.times):
                    told[attack.name] = _gained(judge.grade_exercise(attack.exercise, cells, 3))
        data = honest_notebook()
        verdict = judge.grade(job(student="x", chapter=CHAPTER, notebook=data, key="", seeds=seeds))
        full = verdict.points == verdict.max_points
        told["honest"] = "all points" if full else verdict.to_json()
    print(json.dumps(told))


def _gained(mark: GradedExercise) -> str:
    said = str(mark.result.findings)
    return said if mark.result.points or "LEAK: " in said else "nothing"


if __name__ == "__main__":
    main(*sys.argv[1:])
