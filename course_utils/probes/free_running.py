"""Let an answer run a given step on its own outputs, and count how often it calls the step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.probing import describe, plain_results
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

Step: TypeAlias = Callable[[Any, Any], tuple[Any, Any]]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The results, and the number of calls, of a run that begins with `first` or a `history`."""
    noted: list[bool] = []
    outputs = plain_results(answer(_given_step(setup, noted), *inputs.values()), question.results)
    # A graph calls step to draw it: how often it runs, no count can see.
    forced = inputs["history"].shape[1] - 1 if "history" in inputs else 0
    calls = len(noted) if all(noted) else inputs["steps"] + forced
    return {**outputs, "the number of calls of step": calls}


def _given_step(setup: Setup, noted: list[bool]) -> Step:
    """The step that checks pass in: `step(x, state) -> (y, state)`, NumPy and tensors alike.

    An Elman cell with a linear readout. NumPy in, NumPy out; with a tensor among them, tensors.

    Args:
        setup: `W_x` (F, U), `W_h` (U, U), `b` (U,), `W_y` (U, F), `b_y` (F,); `linear`: True
            without the tanh; `list`: True where the state is a list of two arrays, (B, U) each:
            the hidden state and its running mean, which the output reads as well.
        noted: gets one entry for each call: whether its input was a number and not a symbol.
    """
    W_x, W_h, b, W_y, b_y = (setup[name] for name in ("W_x", "W_h", "b", "W_y", "b_y"))
    linear, as_list = setup["linear"], setup["list"]

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
