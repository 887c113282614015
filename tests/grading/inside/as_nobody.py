"""Grade attacks as the user `nobody`, who may do nothing but enter a user namespace.

Run as root in a process of its own, `python -m tests.grading.inside.as_nobody`. Prints one line of
JSON:
for each attack "nothing", or what it got.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from course_utils.chapters import chapter
from course_utils.grading.inside import linux
from course_utils.grading.inside.sandbox_spec import spec_of_this_course
from course_utils.grading.intake.notebooks import read_cells
from course_utils.grading.judge.judging import Judge, job
from course_utils.grading.types import GradedExercise
from tests.grading.attacks import outliving, reaching, reading, searching
from tests.grading.attacks.attack import honest_notebook
from tests.grading.handing import CHAPTER

_NOBODY = 65534


def become_nobody() -> None:
    """Give up root; where Python lies in root's home folder, let others pass through it first."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    inside = [path for path in {sys.prefix, sys.base_prefix} if path.startswith("/root/")]
    if inside:
        kept = {path: tempfile.mkdtemp() for path in inside}
        for path, place in kept.items():
            linux.mount(path, place, None, linux.MS_BIND | linux.MS_REC)
        linux.mount("none", "/root", "tmpfs", 0, "mode=755")
        for path, place in kept.items():
            os.makedirs(path)
            linux.mount(place, path, None, linux.MS_BIND | linux.MS_REC)
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    os.environ["HOME"] = "/tmp"


def main() -> None:
    """Grade, and tell."""
    become_nobody()
    seeds = dict.fromkeys(chapter(CHAPTER).exercises, 3)
    planted = {
        "checkout": str(Path(__file__).resolve().parents[3]),
        "folder": "/var/tmp",
        "files": ["/etc/hostname", "/etc/shadow"],
        "shown": list(spec_of_this_course("/").shown),
        "port": 22,
        "socket": "/run/none",
        "abstract": "none",
        "words": ["pytest"],
        "pids": [os.getpid(), os.getppid()],
    }
    told: dict[str, object] = {"user": os.getuid()}
    with Judge() as judge:
        for theme in (reading, searching, reaching, outliving):
            for attack in theme.ATTACKS:
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
    main()
