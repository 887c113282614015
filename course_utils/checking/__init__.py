"""The check engine: run a probe beside the answer, judge what it reports, name the mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_utils.checking.judging import judge

__all__ = ["judge"]


def __getattr__(name: str) -> Any:
    if name == "judge":
        from course_utils.checking.judging import judge

        return judge
    raise AttributeError(f"module 'course_utils.checking' has no attribute {name!r}")
