"""Chapter 9, the LSTM: what is asked, and the probes that run beside the answers."""

from __future__ import annotations

from course_utils.checking.probing import function_probe
from course_utils.checking.types import Exercise
from course_utils.exercises.cells import Cell, cell_probe

__all__ = ["BIAS", "CELL", "EXERCISES", "GATES", "GRADIENT", "STEP"]

#: The cell of this chapter: two states, and the letters of its equations.
CELL = Cell(states=("h", "c"))

#: What each function returns, as messages call it.
GATES = ("the input gate i", "the forget gate f", "the candidate g", "the output gate o")
STEP = ("the new h", "the new c")
GRADIENT = "the gradient"
BIAS = "the bias"

EXERCISES: dict[str, Exercise] = {
    "lstm_gates": Exercise(
        name="lstm_gates",
        signature="lstm_gates(x, h, W, U, b)",
        probe=function_probe(*GATES),
        points=2,
        forbidden=("recurrent",),
        minutes=12,
        difficulty=2,
    ),
    "lstm_step": Exercise(
        name="lstm_step",
        signature="lstm_step(x, h, c, W, U, b)",
        probe=function_probe(*STEP),
        points=2,
        forbidden=("recurrent",),
        minutes=10,
        difficulty=2,
    ),
    "LSTMCell": Exercise(
        name="LSTMCell",
        signature="LSTMCell(units)",
        probe=cell_probe(CELL),
        points=3,
        takes="class",
        forbidden=("recurrent",),
        seconds=30,
        minutes=20,
        difficulty=3,
    ),
    "cell_state_gradient": Exercise(
        name="cell_state_gradient",
        signature="cell_state_gradient(forget_gates)",
        probe=function_probe(GRADIENT),
        points=1,
        minutes=6,
        difficulty=1,
    ),
    "forget_bias_for": Exercise(
        name="forget_bias_for",
        signature="forget_bias_for(horizon, kept)",
        probe=function_probe(BIAS),
        points=1,
        minutes=8,
        difficulty=2,
    ),
}
