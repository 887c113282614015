"""Let an answer read with a given encoder and write with a given decoder, and count its calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.probing import plain_results
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

Step: TypeAlias = Callable[[Any, Any], Any]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The outputs, and how often each half was called."""
    read: list[bool] = []
    written: list[bool] = []
    encode, decode = _encoder(setup, read), _decoder(setup, written)
    outputs = plain_results(answer(encode, decode, *inputs.values()), question.results)
    # A graph calls a step to draw it: how often it runs, no count can see.
    right = inputs["xs"].shape[1], inputs["steps"]
    counts = [len(n) if all(n) else often for n, often in zip((read, written), right, strict=True)]
    return {
        **outputs,
        "the number of calls of encode": counts[0],
        "the number of calls of decode": counts[1],
    }


def _encoder(setup: Setup, noted: list[bool]) -> Step:
    """`encode(x, h) -> h`, an Elman step: NumPy in, NumPy out; with a tensor among them, a tensor.

    Args:
        setup: `E_x` (F, U), `E_h` (U, U), `b` (U,), and `linear`: True without the tanh.
        noted: gets one entry for each call: whether its input was a number and not a symbol.
    """

    def encode(x: Any, h: Any) -> Any:
        _refuse("encode(x, h)", x=(x, len(setup["E_x"])), h=(h, len(setup["E_h"])))
        noted.append(_is_number(x))
        return _squashed([(x, setup["E_x"]), (h, setup["E_h"])], setup["b"], setup["linear"])

    return encode


def _decoder(setup: Setup, noted: list[bool]) -> Step:
    """`decode(y, h) -> (y, h)`: an Elman step that reads the last output, and a linear readout.

    Args:
        setup: `D_y` (O, U), `D_h` (U, U), `c` (U,), `W_y` (U, O), `b_y` (O,), and `linear`.
        noted: as above.
    """

    def decode(y: Any, h: Any) -> tuple[Any, Any]:
        _refuse("decode(y, h)", y=(y, len(setup["D_y"])), h=(h, len(setup["D_h"])))
        noted.append(_is_number(y))
        h = _squashed([(y, setup["D_y"]), (h, setup["D_h"])], setup["c"], setup["linear"])
        return _squashed([(h, setup["W_y"])], setup["b_y"], linear=True), h

    return decode


def _squashed(products: list[tuple[Any, np.ndarray]], bias: np.ndarray, linear: bool) -> Any:
    """tanh of the sum of some products and a bias, or the sum itself."""
    if all(isinstance(value, np.ndarray) for value, _ in products):
        z = sum((value @ W for value, W in products), bias)
        return z if linear else np.tanh(z)
    import tensorflow as tf

    z = sum((tf.matmul(tf.convert_to_tensor(value), W) for value, W in products), bias)
    return z if linear else tf.tanh(z)


def _is_number(value: Any) -> bool:
    return isinstance(value, np.ndarray) or callable(getattr(value, "numpy", None))


def _refuse(call: str, **arguments: tuple[Any, int]) -> None:
    """Raise where an argument is not (batch, width)."""
    for name, (value, width) in arguments.items():
        shape = tuple(value.shape) if hasattr(value, "shape") else np.shape(value)
        if len(shape) != 2 or shape[1] not in (width, None):
            raise ValueError(
                f"{call} was called with {name} of shape {shape}, but needs (batch, {width})."
            )
