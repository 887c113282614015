"""Chapter 12, teacher forcing: what is asked, and the probes that run beside the answers.

Names of inputs that begin with `_` are not arguments of the answer: they tell the probe what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.probing import (
    Changed,
    call_fresh,
    describe,
    fresh,
    function_probe,
    plain,
    same,
)
from course_utils.checking.types import Exercise, Inputs, Outputs, Probe

__all__ = ["EXERCISES"]

Step = Callable[[Any, Any], tuple[Any, Any]]


# --- free_run and warm_up_and_forecast -----------------------------------------------------------


def given_step(inputs: Inputs, noted: list[bool]) -> Step:
    """The step that checks pass in: `step(x, state) -> (y, state)`, NumPy and tensors alike.

    An Elman cell with a linear readout. NumPy in, NumPy out; with a tensor among them, tensors.

    Args:
        inputs: `_W_x` (F, U), `_W_h` (U, U), `_b` (U,), `_W_y` (U, F), `_b_y` (F,); `_linear`: True
            without the tanh; `_list`: True where the state is a list of two arrays, (B, U) each:
            the hidden state and its running mean, which the output reads as well.
        noted: gets one entry for each call: whether its input was a number and not a symbol.
    """
    W_x, W_h, b, W_y, b_y = (inputs[f"_{name}"] for name in ("W_x", "W_h", "b", "W_y", "b_y"))
    linear, as_list = inputs["_linear"], inputs["_list"]

    def numpy_step(x: Any, h: Any, mean: Any) -> tuple[Any, Any, Any]:
        z = x @ W_x + h @ W_h + b
        h = z if linear else np.tanh(z)
        if as_list:
            mean = 0.5 * mean + 0.5 * h
        return (h + mean if as_list else h) @ W_y + b_y, h, mean

    def tensor_step(x: Any, h: Any, mean: Any) -> tuple[Any, Any, Any]:
        import tensorflow as tf

        z = tf.matmul(tf.convert_to_tensor(x), W_x) + tf.matmul(tf.convert_to_tensor(h), W_h) + b
        h = z if linear else tf.tanh(z)
        if as_list:
            mean = 0.5 * tf.convert_to_tensor(mean) + 0.5 * h
        return tf.matmul(h + mean if as_list else h, W_y) + b_y, h, mean

    def step(x: Any, state: Any) -> tuple[Any, Any]:
        if as_list and not (isinstance(state, (list, tuple)) and len(state) == 2):
            raise ValueError(
                f"step(x, state) needs the state as it came, a list of two arrays, but "
                f"{describe(state)} came."
            )
        h, mean = state if as_list else (state, None)
        _refuse("x", x, len(W_x))
        _refuse("state", h, len(W_h))
        arrays = all(isinstance(each, np.ndarray) for each in (x, h))
        noted.append(isinstance(x, np.ndarray) or callable(getattr(x, "numpy", None)))
        y, h, mean = (numpy_step if arrays else tensor_step)(x, h, mean)
        return y, [h, mean] if as_list else h

    return step


def _refuse(name: str, value: Any, width: int) -> None:
    """Raise where an argument of step is not (batch, width)."""
    shape = tuple(value.shape) if hasattr(value, "shape") else np.shape(value)
    if len(shape) != 2 or shape[1] not in (width, None):
        raise ValueError(
            f"step(x, state) was called with {name} of shape {shape}, but needs (batch, {width})."
        )


def forecast_probe(forced: str) -> Probe:
    """The probe of a function that runs a given step freely.

    Args:
        forced: "first" or "history": the argument that the run begins with.
    """

    def probe(answer: Any, inputs: Inputs) -> Outputs:
        noted: list[bool] = []
        step = given_step(inputs, noted)
        steps = inputs["steps"]

        def read(value: Any) -> Outputs:
            # A graph calls step to draw it: how often it runs, no count can see.
            expected = steps + (inputs[forced].shape[1] - 1 if forced == "history" else 0)
            calls = len(noted) if all(noted) else expected
            return {
                "the outputs": plain(value, "the outputs"),
                "the number of calls of step": calls,
            }

        return call_fresh(
            lambda state, begin: answer(step, state, begin, steps),
            {"state": inputs["state"], forced: inputs[forced]},
            read,
        )

    return probe


# --- scheduled_inputs ----------------------------------------------------------------------------


def scheduled_inputs_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Mix twice with one generator, and once with another one of the same seed."""
    truth, predicted = fresh(inputs["truth"]), fresh(inputs["predicted"])

    def mix(rng: np.random.Generator) -> np.ndarray:
        return plain(answer(truth, predicted, inputs["p_truth"], rng), "the inputs")

    one = np.random.default_rng(inputs["_seed"])
    outputs: Outputs = {
        "the inputs": mix(one),
        "the next inputs": mix(one),
        "the inputs from the same seed": mix(np.random.default_rng(inputs["_seed"])),
    }
    changed = [
        name
        for name, now in (("truth", truth), ("predicted", predicted))
        if not same(inputs[name], now)
    ]
    if changed:
        raise Changed(changed, outputs)
    return outputs


EXERCISES: dict[str, Exercise] = {
    "shift_right": Exercise(
        name="shift_right",
        signature="shift_right(targets, start)",
        probe=function_probe("the inputs"),
        points=1,
        minutes=10,
        difficulty=1,
    ),
    "free_run": Exercise(
        name="free_run",
        signature="free_run(step, state, first, steps)",
        probe=forecast_probe("first"),
        points=2,
        minutes=15,
        difficulty=2,
    ),
    "warm_up_and_forecast": Exercise(
        name="warm_up_and_forecast",
        signature="warm_up_and_forecast(step, state, history, steps)",
        probe=forecast_probe("history"),
        points=2,
        minutes=15,
        difficulty=3,
    ),
    "scheduled_inputs": Exercise(
        name="scheduled_inputs",
        signature="scheduled_inputs(truth, predicted, p_truth, rng)",
        probe=scheduled_inputs_probe,
        points=2,
        minutes=15,
        difficulty=2,
    ),
    "horizon_error": Exercise(
        name="horizon_error",
        signature="horizon_error(truth, predicted)",
        probe=function_probe("the errors"),
        points=1,
        minutes=10,
        difficulty=1,
    ),
}
