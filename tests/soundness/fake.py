"""One small exercise that no chapter asks for: sound, and with holes in it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, ExpectedError, Inputs, Mistake
from tests.soundness.subjects import Sources, Subject

__all__ = ["LOADER", "load"]

LOADER = "tests.soundness.fake:load"

_CELL = '''
def mix(x, W, steps):
    """Mix: (B, F), (F, U) -> (B, U), `steps` times the product."""
    ### BEGIN SOLUTION
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    return offset + steps * (x @ W)
    ### END SOLUTION
'''


def _reference(x: Any, W: Any, steps: int) -> Any:
    if steps < 1:
        raise ExpectedError("steps", f"steps = {steps}")
    return 1 + steps * (x @ W)


def _second(x: Any, W: Any, steps: int) -> Any:
    if steps < 1:
        raise ExpectedError("steps")
    return sum(np.einsum("bf,fu->bu", x, W) for _ in range(steps)) + 1


def _cases(rng: np.random.Generator) -> list[Case]:
    def inputs(batch: int, features: int, units: int, steps: int) -> Inputs:
        x, W = rng.normal(size=(batch, features)), rng.normal(size=(features, units))
        return {"x": x, "W": W, "steps": steps}

    return [
        Case("values", inputs(2, 3, 4, 2)),
        Case("values", inputs(3, 3, 3, 5), "square"),
        Case("values", inputs(1, 2, 1, 1)),
        Case("errors", inputs(2, 2, 2, 0)),
        Case("errors", inputs(2, 2, 2, -1)),
    ]


def _mistake(id: str, old: str, new: str) -> Mistake:
    return Mistake(
        id, old, new, see=f"You see {id}.", look=f"Look at {id}.", change=f"Change {id}."
    )


_MISTAKES = (
    _mistake("no-offset", "1 + ", ""),
    _mistake("once", "steps * (", "("),
    _mistake("negative", "1 + ", "1 - "),
    _mistake("squared", "steps * (", "steps**2 * ("),
    Mistake(
        "any-steps",
        outputs=lambda inputs, setup: {} if inputs["steps"] < 1 else None,
        see="It is accepted.",
        look="Look at steps = 0.",
        change="Refuse it.",
    ),
)


def _right(x, W, steps):  # type: ignore[no-untyped-def]
    if steps < 1:
        raise ValueError("steps")
    return 1 + steps * (x @ W)


def _guarded(formula: Callable[[Any, Any, int], Any]) -> Callable[[Any, Any, int], Any]:
    def answer(x: Any, W: Any, steps: int) -> Any:
        if steps < 1:
            raise ValueError("steps")
        return formula(x, W, steps)

    return answer


_SOUND = Subject(
    Exercise(
        "mix(x, W, steps)",
        results=("y",),
        references=(_reference, _second),
        cases=_cases,
        mistakes=_MISTAKES,
        parts={"values": 0.7, "errors": 0.3},
        basic=("values",),
        points=2.0,
        seconds=2.0,
    ),
    Sources("import numpy as np\noffset = 1.0", {"mix": _CELL, "other": "def other(): return 0"}),
    right={
        "product": _right,
        "einsum": _guarded(lambda x, W, s: 1 + s * np.einsum("bf,fu->bu", x, W)),
        "scaled": _guarded(lambda x, W, s: 1 + (s * x) @ W),
        "dot": _guarded(lambda x, W, s: np.dot(x, s * W) + 1),
    },
    wrong={
        "no-offset": _guarded(lambda x, W, s: s * (x @ W)),
        "once": _guarded(lambda x, W, s: 1 + x @ W),
        "negative": _guarded(lambda x, W, s: 1 - s * (x @ W)),
        "squared": _guarded(lambda x, W, s: 1 + s * s * (x @ W)),
        "any-steps": lambda x, W, steps: 1 + steps * (x @ W),
    },
)


def _one_case(rng: np.random.Generator) -> list[Case]:
    """The same case for every seed, blind to steps and to the order of a square product."""
    return [Case("values", {"x": np.eye(2), "W": np.eye(2), "steps": 1})]


_BLIND = replace(
    _SOUND,
    exercise=replace(
        _SOUND.exercise,
        cases=_one_case,
        parts={"values": 0.7, "errors": 0.2},
        mistakes=(
            *_MISTAKES[:4],
            _mistake("twin", "1 + ", "0 + "),
            Mistake(
                "leak",
                "1 + ",
                "1.0 + ",
                see="It is `offset + steps * (x @ W)`.",
                look=" ",
                change="Change it.",
            ),
        ),
    ),
    right={"fails": lambda x, W, steps: x},
    wrong={"no-offset": _right, "unheard-of": _right},
)


def _disagree(x: Any, W: Any, steps: int) -> Any:
    return 1.0001 * _reference(x, W, steps) if steps > 0 else 1.0001


_TORN = replace(_SOUND, exercise=replace(_SOUND.exercise, references=(_reference, _disagree)))


def _dies(*args: Any) -> Any:
    os._exit(3)


def _hangs(*args: Any) -> Any:
    while True:
        try:
            time.sleep(10)
        except BaseException:  # noqa: BLE001 - it means to
            continue


_SUBJECTS = {
    "sound": _SOUND,
    "blind": _BLIND,
    "torn": _TORN,
    "fatal": replace(_SOUND, right={"dies": _dies, "hangs": _hangs, "fine": _right}),
}


def load(name: str) -> Subject:
    """The exercise `mix`: "sound", "blind", "torn", or "fatal" with answers that never return."""
    return _SUBJECTS[name]
