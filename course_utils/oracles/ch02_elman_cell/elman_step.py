"""elman_step: one step of an Elman network (Elman, 1990)."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise
from course_utils.oracles import maths
from course_utils.oracles.ch02_elman_cell.shared import (
    STEP_MISTAKES,
    isolated_steps,
    simple_rnn,
    step_inputs,
)

__all__ = ["EXERCISE", "elman_step"]

Array = np.ndarray


def elman_step(x: Array, h: Array, W_x: Array, W_h: Array, b: Array) -> Array:
    return maths.tanh(x @ W_x + h @ W_h + b)


def by_keras(x: Array, h: Array, W_x: Array, W_h: Array, b: Array) -> Array:
    return simple_rnn({"W_x": W_x, "W_h": W_h, "b": b}, x[:, None], h)[:, -1]


def cases(rng: np.random.Generator) -> list[Case]:
    tiny = step_inputs(rng, 2, 3, 5, "float64", scale=1e-7)
    tiny["b"] = tiny["b"] * 1e-7
    return [
        *isolated_steps(rng, "terms"),
        Case("step", step_inputs(rng, 3, 2, 4), "three samples, two features, four units"),
        Case("step", step_inputs(rng, 5, 3, 2, "float64"), "float64"),
        Case("edges", step_inputs(rng, 1, 1, 1), "one sample, one feature, one unit"),
        Case("step", step_inputs(rng, 4, 4, 4, "float64"), "as many samples as features as units"),
        Case("edges", step_inputs(rng, 2, 6, 3, scale=40.0), "large inputs: tanh is saturated"),
        Case("edges", tiny, "tiny numbers"),
    ]


EXERCISE = Exercise(
    "elman_step(x, h, W_x, W_h, b)",
    results=("the new state",),
    references=(elman_step, by_keras),
    cases=cases,
    mistakes=STEP_MISTAKES,
    parts={"terms": 0.3, "step": 0.5, "edges": 0.2},
    basic=("terms", "step"),
    points=2,
    by_hand=("recurrent",),
    minutes=8,
    difficulty=1,
)
