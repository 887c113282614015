"""Chapter 2, the Elman cell: what is asked, and the probes that run beside the answers.

Names of inputs that begin with `_` are not arguments of the answer: they tell the probe what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any

import numpy as np

from course_utils.checking.probing import (
    Changed,
    Misfit,
    call_fresh,
    describe,
    fresh,
    function_probe,
    plain,
    same,
)
from course_utils.checking.types import Exercise, Inputs, Outputs
from course_utils.exercises.cells import Cell, cell_probe

__all__ = ["CELL", "EXERCISES"]

Step = Callable[[Any, Any], Any]


def given_step(inputs: Inputs) -> Step:
    """The step that checks pass in: NumPy arrays in, NumPy out; tensors in, a tensor out.

    Args:
        inputs: `_W_x` (F, U), `_W_h` (U, U), `_b` (U,), and `_linear`: True without the tanh.
    """
    W_x, W_h, b = inputs["_W_x"], inputs["_W_h"], inputs["_b"]
    linear = inputs["_linear"]

    def step(x: Any, h: Any) -> Any:
        for name, value, width in (("x", x, len(W_x)), ("h", h, len(W_h))):
            shape = tuple(np.shape(value)) if not hasattr(value, "shape") else tuple(value.shape)
            if len(shape) != 2 or shape[1] not in (width, None):
                raise ValueError(
                    f"step(x, h) was called with {name} of shape {shape}, "
                    f"but needs (batch, {width})."
                )
        if isinstance(x, np.ndarray) and isinstance(h, np.ndarray):
            z = x @ W_x + h @ W_h + b
            return z if linear else np.tanh(z)
        import tensorflow as tf

        z = tf.matmul(tf.convert_to_tensor(x), W_x) + tf.matmul(tf.convert_to_tensor(h), W_h) + b
        return z if linear else tf.tanh(z)

    return step


def _arguments(inputs: Inputs) -> Inputs:
    return {name: value for name, value in inputs.items() if not name.startswith("_")}


def unroll_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Unroll a given step over a given sequence."""
    step = given_step(inputs)
    return call_fresh(
        lambda xs, h0: answer(step, xs, h0),
        _arguments(inputs),
        lambda value: {"the states": plain(value, "the states")},
    )


def stream_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Take results one by one, and note after each how many inputs were read and steps made.

    With `_endless` the source goes on for ever, and only as many results are taken as `xs` has.
    """
    xs, h = fresh(inputs["xs"]), fresh(inputs["h"])
    read = called = 0
    given = given_step(inputs)

    def source() -> Iterator[np.ndarray]:
        nonlocal read
        for k in count() if inputs["_endless"] else range(len(xs)):
            read += 1
            if read > 50 * (len(xs) + 1):
                raise Misfit(
                    "stopped",
                    f"It read {read - 1} inputs before it gave the result that was asked for. A "
                    "stream may never end: give each result as soon as its input is there.",
                )
            yield np.array(xs[k % len(xs)])

    def step(x: Any, state: Any) -> Any:
        nonlocal called
        called += 1
        return given(x, state)

    value = answer(step, h, source())
    if value is None:
        raise Misfit("none", "The result is None. Did you `yield` each state?")
    collected = isinstance(value, (list, tuple, np.ndarray))  # known by what it read: let it pass
    if not collected and not (hasattr(value, "__next__") and hasattr(value, "__iter__")):
        raise Misfit(
            "type",
            f"The result should be an iterator, which `next(...)` accepts, but {describe(value)} "
            "came. `yield` each state inside the loop.",
        )
    reads, calls, states, kept = [read], [called], [], []
    for state in islice(iter(value), len(xs) if inputs["_endless"] else len(xs) + 2):
        states.append(plain(state, "the state"))
        kept.append(state)
        reads.append(read)
        calls.append(called)
    shapes = {state.shape for state in states}
    if len(shapes) > 1:
        raise Misfit("shape", f"The states have different shapes: {sorted(shapes)}.")
    outputs: Outputs = {
        "the number of results": len(states),
        "the inputs read before each result": np.array(reads),
        "the steps made before each result": np.array(calls),
        "the states": np.stack(states) if states else np.zeros((0, *inputs["h"].shape)),
        "the states kept until the end": (
            np.stack([plain(state) for state in kept])
            if kept
            else np.zeros((0, *inputs["h"].shape))
        ),
    }
    if not same(h, inputs["h"]):
        raise Changed(["h"], outputs)
    return outputs


#: The cell of this chapter: one state, and the letters of its equation.
CELL = Cell(given=("W_x", "W_h", "b"))


EXERCISES: dict[str, Exercise] = {
    "elman_step": Exercise(
        name="elman_step",
        signature="elman_step(x, h, W_x, W_h, b)",
        probe=function_probe("the new state"),
        points=2,
        forbidden=("recurrent",),
        minutes=8,
        difficulty=1,
    ),
    "unroll": Exercise(
        name="unroll",
        signature="unroll(step, xs, h0)",
        probe=unroll_probe,
        points=2,
        minutes=12,
        difficulty=2,
    ),
    "readout": Exercise(
        name="readout",
        signature="readout(hs, W_y, b_y)",
        probe=function_probe("the outputs"),
        points=1,
        minutes=5,
        difficulty=1,
    ),
    "ElmanCell": Exercise(
        name="ElmanCell",
        signature="ElmanCell(units)",
        probe=cell_probe(CELL),
        points=3,
        takes="class",
        forbidden=("recurrent",),
        seconds=30,
        minutes=20,
        difficulty=3,
    ),
    "stream": Exercise(
        name="stream",
        signature="stream(step, h, xs)",
        probe=stream_probe,
        points=2,
        minutes=12,
        difficulty=2,
    ),
}
