"""ElmanCell: the Elman step as a Keras cell (Elman, 1990)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake
from course_utils.oracles import maths
from course_utils.oracles.cells import cell_cases, cell_outcome, kept_mistakes, keras_reference
from course_utils.oracles.ch02_elman_cell.shared import (
    CELL,
    STEP_MISTAKES,
    isolated_steps,
    keras_layer,
    step_inputs,
    weights,
)
from course_utils.oracles.drawing import draw

__all__ = ["EXERCISE", "elman_cell"]

Array = np.ndarray


def elman_cell(x: Array, h: Array, W_x: Array, W_h: Array, b: Array) -> tuple[Array, list[Array]]:
    new_h = maths.tanh(x @ W_x + h @ W_h + b)
    return new_h, [new_h]


def cases(rng: np.random.Generator) -> list[Case]:
    def sequence(sizes: tuple[int, int, int, int], dtype: str) -> Inputs:
        batch, steps, features, units = sizes
        return {
            "xs": draw(rng, batch, steps, features, dtype=dtype),
            "h0": draw(rng, batch, units, scale=0.5, dtype=dtype),
            **weights(rng, features, units, dtype),
        }

    step = {"task": "step"}
    alone = [replace(case, setup=step) for case in isolated_steps(rng, "alone")]
    double = step_inputs(rng, 2, 3, 4, "float64")
    return [
        *alone,
        Case("alone", step_inputs(rng, 3, 2, 4), "the cell alone, called once", step),
        Case("alone", step_inputs(rng, 1, 1, 1), "one sample, one unit", step),
        Case("in Keras", double, 'the cell alone, made with dtype="float64"', step),
        *cell_cases(CELL, "ElmanCell", rng, sequence),
    ]


OUTCOME = cell_outcome(CELL, elman_cell)

MISTAKES = [
    *STEP_MISTAKES,
    Mistake(
        "old-state-returned",
        "[new_h]",
        "[h]",
        see="The output is right, but the new state is the old one: nothing is carried on.",
        look="Look at the list in the last line of `call`.",
        change="Return the new h twice: as the output, and in the list of states.",
    ),
    Mistake(
        "state-before-tanh",
        "[new_h]",
        "[x @ W_x + h @ W_h + b]",
        see="The output is right, but the state that is carried on lacks the tanh.",
        look="Two values leave `call`: compare what each of them went through.",
        change="Carry the same h that you return as the output.",
    ),
    Mistake(
        "output-before-tanh",
        "return new_h",
        "return x @ W_x + h @ W_h + b",
        see="The state is right, but the output lacks the tanh.",
        look="Two values leave `call`: compare what each of them went through.",
        change="In an Elman cell the output is the state: return the same h twice.",
    ),
    *kept_mistakes(CELL, "ElmanCell", OUTCOME, elman_cell),
]

EXERCISE = Exercise(
    "ElmanCell(units)",
    references=(elman_cell, keras_reference(CELL, keras_layer)),
    cases=cases,
    mistakes=MISTAKES,
    parts={"alone": 0.4, "in Keras": 0.4, "kept": 0.2},
    basic=("alone", "in Keras"),
    points=3,
    probe="cell",
    settings=CELL.settings,
    by_hand=("recurrent",),
    seconds=30,
    minutes=20,
    difficulty=3,
    outcome=OUTCOME,
)
