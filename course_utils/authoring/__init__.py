"""Authoring: a chapter's source in; the executed solution, the student's copy, the book out.

    from course_utils.authoring import build, check_student_copies

`solutions/<chapter>.py` is the only file an author edits. Options of a cell's header:

    tags=["role"]        one of notebook.ROLES; "raises-exception" may stand beside it
    exercise="name"      on exercise and check cells
    id="name"            a cell id that survives reordering
    varies=true          its pictures are not compared between builds
    reveals="name"       it shows a line of that exercise's answer on purpose
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_utils.authoring.building import Built, build
    from course_utils.authoring.execute import QUIET_ENVIRONMENT
    from course_utils.authoring.stale import Stale, check_student_copies

__all__ = ["QUIET_ENVIRONMENT", "Built", "Stale", "build", "check_student_copies"]

_HOME = {
    "Built": "building",
    "QUIET_ENVIRONMENT": "execute",
    "Stale": "stale",
    "build": "building",
    "check_student_copies": "stale",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
