"""Unrolled: a graded notebook course on recurrent networks. The student's verbs live here.

    from course_utils import check, solved, predict, claim

Nothing heavy is imported until a verb is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_utils.checking.student import check, predict, solved
    from course_utils.claims import claim

__all__ = ["check", "claim", "predict", "solved"]
__version__ = "0.1.0"

_HOME = {
    "check": "course_utils.checking.student",
    "claim": "course_utils.claims",
    "predict": "course_utils.checking.student",
    "solved": "course_utils.checking.student",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'course_utils' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
