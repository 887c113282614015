"""How an exercise went, in one word: what charts, chips and tables are made of."""

from __future__ import annotations

from typing import Literal

from course_utils.checking.types import Result

__all__ = ["STATES", "State", "state"]

State = Literal["right", "partly", "wrong", "stopped", "waiting", "ungraded"]

#: State → its words, from the best to the one that says least.
STATES: dict[State, str] = {
    "right": "right",
    "partly": "partly right",
    "wrong": "wrong",
    "stopped": "stopped or crashed",
    "waiting": "not written",
    "ungraded": "not graded",
}


def state(result: Result, problem: str = "") -> State:
    """The state of one exercise; `problem` is why its whole notebook could not be graded."""
    if problem:
        return "ungraded"
    kinds = {finding.kind for finding in result.findings}
    if result.passed:
        return "right"
    if result.points > 0:
        return "partly"
    if kinds & {"not-written", "missing"}:
        return "waiting"
    return "stopped" if kinds & {"stopped", "crashed", "memory"} else "wrong"
