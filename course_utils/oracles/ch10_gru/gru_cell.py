"""GRUCell: the GRU step as a Keras cell, with both places of the reset gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from course_utils.checking.types import (
    Case,
    Exercise,
    ExpectedError,
    Inputs,
    Mistake,
    Outputs,
    Setup,
)
from course_utils.oracles import maths
from course_utils.oracles.cells import cell_cases, cell_outcome, kept_mistakes, keras_reference
from course_utils.oracles.ch10_gru.gru_step import STEP_MISTAKES
from course_utils.oracles.ch10_gru.shared import CELL, isolated_steps, keras_layer, step_inputs
from course_utils.oracles.drawing import draw

__all__ = ["EXERCISE", "gru_cell"]

Array = np.ndarray
NAME_OF_START = "`bias` at the start"


def gru_cell(
    x: Array, h: Array, W: Array, U: Array, b: Array, reset_after: bool = True
) -> tuple[Array, list[Array]]:
    b, c = (b[0], b[1]) if reset_after else (b, 0.0 * b)
    (W_z, W_r, W_h), (U_z, U_r, U_h), (b_z, b_r, b_h), (c_z, c_r, c_h) = (
        maths.split(array, 3) for array in (W, U, b, c)
    )
    sum_z = x @ W_z + b_z + h @ U_z + c_z
    sum_r = x @ W_r + b_r + h @ U_r + c_r
    z, r = maths.sigmoid(sum_z), maths.sigmoid(sum_r)
    of_x, of_h = x @ W_h + b_h, h @ U_h + c_h
    total = of_x + r * of_h if reset_after else of_x + (r * h) @ U_h
    new = maths.tanh(total)
    new_h = z * h + (1.0 - z) * new
    return new_h, [new_h]


def bias_in_words(bias: Array) -> str:
    """Of a new cell's biases only the shape counts, and whether they are zero."""
    words = "other numbers" if np.any(bias) else "zeros"
    return f"{words} of shape {bias.shape}"


OUTCOME = cell_outcome(CELL, gru_cell, lambda units: bias_in_words(np.zeros((2, 3 * units))))


def sequence_inputs(
    rng: np.random.Generator, reset_after: bool, sizes: tuple[int, int, int, int], dtype: str
) -> Inputs:
    """xs, h0, the weights and the flag."""
    batch, steps, features, units = sizes
    step = step_inputs(rng, (batch, features, units), reset_after, dtype)
    weights = {name: step[name] for name in (*CELL.given, "reset_after")}
    return {"xs": draw(rng, batch, steps, features, dtype=dtype), "h0": step["h"], **weights}


def without_flag(inputs: Inputs) -> Inputs:
    """The flag is left to the signature."""
    return {name: value for name, value in inputs.items() if name != "reset_after"}


def cases(rng: np.random.Generator) -> list[Case]:
    step = {"task": "step"}
    alone = [replace(case, setup=step) for case in isolated_steps(rng, "alone")]
    default = without_flag(step_inputs(rng, (3, 2, 4), True))
    before = cell_cases(
        CELL,
        "GRUCell",
        rng,
        lambda *given: sequence_inputs(rng, False, *given),
        {"reset_after": False},
    )
    return [
        *alone,
        Case("alone", default, "the cell alone, made with units only", step),
        Case("alone", step_inputs(rng, (1, 1, 1), True), "one sample, one unit", step),
        Case("alone", step_inputs(rng, (2, 3, 4), False, "float64"), "float64", step),
        *cell_cases(
            CELL, "GRUCell", rng, lambda *given: without_flag(sequence_inputs(rng, True, *given))
        ),
        *(
            replace(case, about=f"{case.about}, reset_after=False")
            for case in before
            if case.setup["task"] != "build" and not case.about.endswith("T = 1")
        ),
        Case("kept", {"units": 3}, "the biases of a new cell", {"task": "start", "shape": [2, 4]}),
    ]


def zero_or_not(inputs: Inputs, setup: Setup, outputs: Outputs) -> Outputs:
    """A new cell's biases in words; all else as it is."""
    if setup["task"] != "start" or NAME_OF_START not in outputs:
        return outputs
    return {NAME_OF_START: bias_in_words(np.asarray(outputs[NAME_OF_START], dtype=np.float64))}


# --- mistakes of the class -----------------------------------------------------------------------

Wrong = Callable[[Inputs, Setup], Outputs | ExpectedError | None]


def other_bias(where: Callable[[Inputs], bool]) -> Wrong:
    """A bias of the wrong shape wherever weights are loaded and `where` holds."""

    def outputs(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
        if setup["task"] == "start" and where(inputs):
            return {NAME_OF_START: bias_in_words(np.zeros(3 * inputs["units"]))}
        if "W" in inputs and where(inputs):
            return ExpectedError(kind="shape", problem="another shape of bias")
        return OUTCOME(gru_cell, inputs, setup)

    return outputs


def no_reset_argument(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
    if "reset_after" in inputs:
        return ExpectedError(kind="Exception", problem="an unexpected keyword")
    return OUTCOME(gru_cell, inputs, setup)


def bias_not_zero(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
    if setup["task"] == "start":
        return {NAME_OF_START: bias_in_words(np.ones((2, 3 * inputs["units"])))}
    return OUTCOME(gru_cell, inputs, setup)


def config_without_flag(inputs: Inputs, setup: Setup) -> Outputs | ExpectedError | None:
    if not inputs.get("reset_after", True):
        if setup["task"] == "config":
            return {"`from_config(get_config())`": "loses reset_after"}
        if setup["task"] == "save":
            return {"saving and loading a model with the cell": "raises ValueError"}
    return OUTCOME(gru_cell, inputs, setup)


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
        "candidate-carried",
        "[new_h]",
        "[new]",
        see="The output is right, but the state that is carried on is the candidate.",
        look="Two values leave `call`: compare what each of them is.",
        change="Carry the same h that you return as the output.",
    ),
    Mistake(
        "candidate-shown",
        "return new_h",
        "return new",
        see="The state is right, but the output is the candidate.",
        look="Two values leave `call`: compare what each of them is.",
        change="In a GRU the output is the state: return the same h twice.",
    ),
    Mistake(
        "one-row-of-bias",
        outputs=other_bias(lambda inputs: inputs.get("reset_after", True)),
        see="With reset_after=True the bias has one row; it should have two.",
        look="Look at the shape you give the bias in `build`: does it depend on reset_after?",
        change="Make the bias (2, 3U) where reset_after is True.",
    ),
    Mistake(
        "two-rows-of-bias",
        outputs=other_bias(lambda inputs: not inputs.get("reset_after", True)),
        see="With reset_after=False the bias has two rows; it should have one.",
        look="Look at the shape you give the bias in `build`: does it depend on reset_after?",
        change="Make the bias (3U,) where reset_after is False.",
    ),
    Mistake(
        "other-default",
        outputs=other_bias(lambda inputs: "reset_after" not in inputs),
        see="Made with units only, the cell is one with reset_after=False.",
        look="Look at the default in your signature.",
        change="Keep the default of the stub: True.",
    ),
    Mistake(
        "no-reset-argument",
        outputs=no_reset_argument,
        see="The cell cannot be made with reset_after=False.",
        look="Look at the arguments of `__init__`.",
        change="Take reset_after, with True as its default, and store it.",
    ),
    Mistake(
        "bias-not-zero",
        outputs=bias_not_zero,
        see="A new cell begins with biases that are not zero.",
        look="Without an initializer Keras draws the numbers at random.",
        change='Give the bias the initializer "zeros".',
    ),
    Mistake(
        "config-without-reset-after",
        outputs=config_without_flag,
        see="Made again from its configuration, the cell loses reset_after.",
        look="Which arguments does your get_config return?",
        change='Add "reset_after" to the dictionary, or leave get_config out: Keras then records '
        "the arguments itself.",
    ),
    *kept_mistakes(CELL, "GRUCell", OUTCOME, gru_cell),
]

EXERCISE = Exercise(
    "GRUCell(units, reset_after=True)",
    references=(gru_cell, keras_reference(CELL, keras_layer)),
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
    view=zero_or_not,
)
