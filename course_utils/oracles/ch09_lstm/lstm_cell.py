"""LSTMCell: the LSTM step as a Keras cell, whose forget gate starts open.

The bias of 1 at the start is by R. Jozefowicz, W. Zaremba and I. Sutskever, "An empirical
exploration of recurrent network architectures", ICML 2015.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Reference,
    Setup,
)
from course_utils.oracles import maths
from course_utils.oracles.cells import cell_cases, cell_outcome, kept_mistakes, keras_reference
from course_utils.oracles.ch09_lstm.lstm_gates import GATE_MISTAKES
from course_utils.oracles.ch09_lstm.lstm_step import STEP_MISTAKES
from course_utils.oracles.ch09_lstm.shared import (
    CELL,
    isolated_steps,
    keras_layer,
    step_inputs,
    weights,
)
from course_utils.oracles.drawing import draw

__all__ = ["EXERCISE", "lstm_cell"]

Array = np.ndarray
NewStates = tuple[Array, list[Array]]


def lstm_cell(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> NewStates:
    z = x @ W + h @ U + b
    i, f, g, o = maths.split(z, 4)
    i, f, g, o = maths.sigmoid(i), maths.sigmoid(f), maths.tanh(g), maths.sigmoid(o)
    new_c = f * c + i * g
    new_h = o * maths.tanh(new_c)
    return new_h, [new_h, new_c]


def biases(units: int, starts: tuple[float, ...] = (0.0, 1.0, 0.0, 0.0)) -> Array:
    """(4U,): where the four blocks start, the forget gate's at 1."""
    return np.repeat(np.array(starts), units)


OUTCOME = cell_outcome(CELL, lstm_cell, biases)


def cases(rng: np.random.Generator) -> list[Case]:
    def sequence(sizes: tuple[int, int, int, int], dtype: str) -> Inputs:
        batch, steps, features, units = sizes
        return {
            "xs": draw(rng, batch, steps, features, dtype=dtype),
            "h0": draw(rng, batch, units, scale=0.5, dtype=dtype),
            "c0": draw(rng, batch, units, scale=0.8, dtype=dtype),
            **weights(rng, features, units, dtype),
        }

    step = {"task": "step"}
    alone = [replace(case, setup=step) for case in isolated_steps(rng, "alone")]
    double = step_inputs(rng, 2, 3, 4, "float64")
    start = {"units": int(rng.integers(2, 7))}
    return [
        *alone,
        Case("alone", step_inputs(rng, 3, 2, 4), "the cell alone, called once", step),
        Case("alone", step_inputs(rng, 1, 1, 1), "one sample, one unit", step),
        Case("in Keras", double, 'the cell alone, made with dtype="float64"', step),
        *cell_cases(CELL, "LSTMCell", rng, sequence),
        Case("start", start, "a new cell", {"task": "start", "shape": [2, 3]}),
    ]


# --- what no edit of the equation says -----------------------------------------------------------


def states_reversed(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> NewStates:
    """Reads [c, h] and returns [c, h]."""
    output, states = lstm_cell(x, c, h, W, U, b)
    return output, states[::-1]


def adding_the_bias_in_call(
    x: Array, h: Array, c: Array, W: Array, U: Array, b: Array
) -> NewStates:
    return lstm_cell(x, h, c, W, U, b + biases(h.shape[-1]))


def starting_with(
    *starts: float, step: Reference = lstm_cell
) -> Callable[[Inputs, Setup], Outputs | ExpectedError | None]:
    """A cell whose four blocks of biases start at these values."""
    return partial(cell_outcome(CELL, lstm_cell, partial(biases, starts=starts)), step)


def start_in_float32(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
    """An initializer of float32 values: every cell of another dtype fails to be built."""
    given = inputs.get("W")
    if setup["task"] == "config" or (given is not None and given.dtype == "float64"):
        return ExpectedError(kind="Exception", problem="a bias of another dtype")
    return OUTCOME(lstm_cell, inputs, setup)


MISTAKES = [
    Mistake(
        "states-reversed",
        outputs=partial(OUTCOME, states_reversed),
        see="Your states stand in the order [c, h]: they are read and returned that way.",
        look="The stub fixes the order of the states: h first.",
        change="Unpack the states as h, c and return [h, c].",
    ),
    Mistake(
        "states-read-reversed",
        "h: Array, c: Array",
        "c: Array, h: Array",
        see="The old states are taken for each other: h is read as c, and c as h.",
        look="Look at the line that unpacks `states`.",
        change="The list that comes in is [h, c], in this order.",
    ),
    Mistake(
        "states-returned-reversed",
        "[new_h, new_c]",
        "[new_c, new_h]",
        see="The output is right, but the new states come back as [c, h].",
        look="Look at the list in the last line of `call`.",
        change="Return the new states in the order in which they came: [h, c].",
    ),
    Mistake(
        "cell-state-as-output",
        "return new_h",
        "return new_c",
        see="The states are right, but the output is c, where it should be h.",
        look="The cell state is the cell's own. Which state does the network see?",
        change="Return the new h as the output, and [h, c] as the states.",
    ),
    Mistake(
        "old-states-returned",
        "[new_h, new_c]",
        "[h, c]",
        see="The output is right, but the states that come back are the old ones.",
        look="Look at the list in the last line of `call`.",
        change="Return the new h and the new c in the list.",
    ),
    Mistake(
        "old-cell-state-returned",
        "[new_h, new_c]",
        "[new_h, c]",
        see="The output is right, but the c that comes back is the old one.",
        look="Which c stands in the list in the last line of `call`?",
        change="Return the new c in the list.",
    ),
    Mistake(
        "forget-bias-zero",
        outputs=starting_with(0.0, 0.0, 0.0, 0.0),
        see="A new cell of yours forgets half of its memory at each step: all biases start at 0.",
        look="Look at the initializer of `bias`. Which of its four blocks should start at 1?",
        change="Let the second block of U biases, the forget gate's, start at 1.",
    ),
    Mistake(
        "all-biases-one",
        outputs=starting_with(1.0, 1.0, 1.0, 1.0),
        see="All biases start at 1, where only the forget gate's should.",
        look="Look at the initializer of `bias`: it fills all 4U numbers alike.",
        change="Start the second block of U biases at 1 and the three others at 0.",
    ),
    Mistake(
        "input-bias-one",
        outputs=starting_with(1.0, 0.0, 0.0, 0.0),
        see="The input gate's biases start at 1, where the forget gate's should.",
        look="The blocks stand in the order i, f, g, o. Which one do you set?",
        change="Start the second block of U biases at 1, not the first.",
    ),
    Mistake(
        "candidate-bias-one",
        outputs=starting_with(0.0, 0.0, 1.0, 0.0),
        see="The candidate's biases start at 1, where the forget gate's should.",
        look="The blocks stand in the order i, f, g, o. Which one do you set?",
        change="Start the second block of U biases at 1, not the third.",
    ),
    Mistake(
        "output-bias-one",
        outputs=starting_with(0.0, 0.0, 0.0, 1.0),
        see="The output gate's biases start at 1, where the forget gate's should.",
        look="The blocks stand in the order i, f, g, o. Which one do you set?",
        change="Start the second block of U biases at 1, not the last.",
    ),
    Mistake(
        "gates-biases-one",
        outputs=starting_with(1.0, 1.0, 0.0, 1.0),
        see="The biases of all three gates start at 1, where only the forget gate's should.",
        look="An open input gate writes everything. Why should it be open at the start?",
        change="Start the second block of U biases at 1 and the three others at 0.",
    ),
    Mistake(
        "forget-bias-in-call",
        outputs=starting_with(0.0, 0.0, 0.0, 0.0, step=adding_the_bias_in_call),
        see="Your biases start at 0 and the forget gate adds 1 at every call: the bias is not "
        "what it seems.",
        look="Load the weights of another LSTM into your cell. What will its forget gate do?",
        change="Let `bias` itself hold the 1 from the start, and add nothing in `call`.",
    ),
    *STEP_MISTAKES,
    *GATE_MISTAKES,
    Mistake(
        "start-in-float32",
        outputs=start_in_float32,
        see="The cell cannot be built in float64: its first biases come in float32.",
        look="Keras calls an initializer with the shape and the dtype that it wants. What does "
        "yours do with the dtype?",
        change="Give the values the dtype that is asked for; or start from zeros, and assign.",
    ),
    *kept_mistakes(CELL, "LSTMCell", OUTCOME, lstm_cell),
]

EXERCISE = Exercise(
    "LSTMCell(units)",
    references=(lstm_cell, keras_reference(CELL, keras_layer)),
    cases=cases,
    mistakes=MISTAKES,
    parts={"alone": 0.4, "in Keras": 0.3, "kept": 0.15, "start": 0.15},
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
