"""How an exercise went, in one word: what charts, chips and tables are made of."""

from __future__ import annotations

from typing import Literal

from course_utils.checking.types import Result
from course_utils.grading.types import Verdict

__all__ = ["STATES", "State", "state", "trouble"]

State = Literal["right", "partly", "wrong", "stopped", "waiting"]

#: State → its words, from the best to the one that says least.
STATES: dict[State, str] = {
    "right": "right",
    "partly": "partly right",
    "wrong": "wrong",
    "stopped": "stopped or crashed",
    "waiting": "not written",
}


def state(result: Result) -> State:
    """The state of one exercise."""
    kinds = {finding.kind for finding in result.findings}
    if result.passed:
        return "right"
    if result.points > 0:
        return "partly"
    if kinds & {"not-written", "missing"}:
        return "waiting"
    return "stopped" if "stopped" in kinds else "wrong"


def trouble(verdict: Verdict) -> list[str]:
    """What of one submission an instructor has to look at: (what) in words."""
    told = [f"{flag} in {mark.result.name}" for mark in verdict.marks for flag in mark.result.flags]
    return told if verdict.sandboxed else ["not sandboxed", *told]
