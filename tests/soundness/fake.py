"""One small exercise that no chapter asks for: with a sound oracle, and with holes in it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.probing import function_probe
from course_utils.checking.types import Case, Exercise, Inputs, Mistake, Oracle, Outputs, Raises
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


def _wide(inputs: Inputs) -> tuple[Any, Any, int]:
    return inputs["x"].astype(float), inputs["W"].astype(float), inputs["steps"]


def _expect(inputs: Inputs) -> Outputs | Raises:
    x, W, steps = _wide(inputs)
    return Raises("steps", f"steps = {steps}") if steps < 1 else {"y": 1 + steps * (x @ W)}


def _second(inputs: Inputs) -> Outputs | Raises:
    x, W, steps = _wide(inputs)
    if steps < 1:
        return Raises()
    return {"y": sum(np.einsum("bf,fu->bu", x, W) for _ in range(steps)) + 1}


def _cases(rng: np.random.Generator) -> list[Case]:
    def inputs(batch: int, features: int, units: int, steps: int) -> Inputs:
        x, W = rng.normal(size=(batch, features)), rng.normal(size=(features, units))
        return {"x": x, "W": W, "steps": steps}

    return [
        Case(inputs(2, 3, 4, 2), "values"),
        Case(inputs(3, 3, 3, 5), "values", "square"),
        Case(inputs(1, 2, 1, 1), "values"),
        Case(inputs(2, 2, 2, 0), "errors"),
        Case(inputs(2, 2, 2, -1), "errors"),
    ]


def _mistake(id: str, wrong: Callable[[Any, Any, int], Any]) -> Mistake:
    def expect(inputs: Inputs) -> Outputs | Raises:
        if inputs["steps"] < 1:
            return Raises("steps")
        try:
            return {"y": wrong(*_wide(inputs))}
        except ValueError:
            return Raises(kind="Exception")

    return Mistake(id, (f"You see {id}.", f"Look at {id}.", f"Change {id}."), expect)


def _accepts(inputs: Inputs) -> Outputs | Raises | None:
    return {} if inputs["steps"] < 1 else None


_MISTAKES = (
    _mistake("no-offset", lambda x, W, s: s * (x @ W)),
    _mistake("once", lambda x, W, s: 1 + x @ W),
    _mistake("negative", lambda x, W, s: 1 - s * (x @ W)),
    _mistake("squared", lambda x, W, s: 1 + s**2 * (x @ W)),
    Mistake("any-steps", ("It is accepted.", "Look at steps = 0.", "Refuse it."), _accepts),
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
    Exercise("mix", "mix(x, W, steps)", function_probe("y"), points=2.0, seconds=2.0),
    Oracle(_cases, _expect, _second, {"values": 0.7, "errors": 0.3}, ("values",), _MISTAKES),
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
    return [Case({"x": np.eye(2), "W": np.eye(2), "steps": 1}, "values")]


_BLIND = replace(
    _SOUND,
    oracle=replace(
        _SOUND.oracle,
        cases=_one_case,
        parts={"values": 0.7, "errors": 0.2},
        mistakes=(
            *_MISTAKES[:4],
            _mistake("twin", lambda x, W, s: 0 + s * (x @ W)),
            Mistake("leak", ("It is `offset + steps * (x @ W)`.", " ", "Change it."), _expect),
        ),
    ),
    right={"fails": lambda x, W, steps: x},
    wrong={"no-offset": _right, "unheard-of": _right},
)


def _disagree(inputs: Inputs) -> Outputs | Raises:
    outputs = _expect(inputs)
    return {"y": 1.0001} if isinstance(outputs, Raises) else {"y": 1.0001 * outputs["y"]}


_TORN = replace(
    _SOUND,
    oracle=replace(_SOUND.oracle, second=_disagree),
)


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
