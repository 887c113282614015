"""Chapter 10, the GRU: what is asked, and the probes that run beside the answers."""

from __future__ import annotations

from course_utils.checking.probing import function_probe
from course_utils.checking.types import Exercise
from course_utils.exercises.cells import Cell, cell_probe

__all__ = ["CELL", "EXERCISES"]

#: One state; a further argument, which also decides the shape of the bias.
CELL = Cell(extra=("reset_after",))

EXERCISES: dict[str, Exercise] = {
    "gru_step": Exercise(
        name="gru_step",
        signature="gru_step(x, h, W, U, b, reset_after)",
        probe=function_probe("the new state"),
        points=3,
        forbidden=("recurrent",),
        seconds=20,
        minutes=20,
        difficulty=2,
    ),
    "GRUCell": Exercise(
        name="GRUCell",
        signature="GRUCell(units, reset_after=True)",
        probe=cell_probe(CELL),
        points=3,
        takes="class",
        forbidden=("recurrent",),
        seconds=30,
        minutes=20,
        difficulty=3,
    ),
    "cell_parameters": Exercise(
        name="cell_parameters",
        signature="cell_parameters(kind, features, units)",
        probe=function_probe("the number of parameters"),
        points=1,
        minutes=8,
        difficulty=1,
    ),
    "units_for_budget": Exercise(
        name="units_for_budget",
        signature="units_for_budget(kind, features, parameters)",
        probe=function_probe("the number of units"),
        points=2,
        minutes=10,
        difficulty=2,
    ),
    "step_flops": Exercise(
        name="step_flops",
        signature="step_flops(kind, features, units)",
        probe=function_probe("the number of operations"),
        points=1,
        minutes=6,
        difficulty=1,
    ),
    "paired_interval": Exercise(
        name="paired_interval",
        signature="paired_interval(a, b, confidence)",
        probe=function_probe("the mean", "the low end", "the high end"),
        points=2,
        minutes=12,
        difficulty=2,
    ),
}
