"""What the exercises of chapter 9 share: the cell, its weights, inputs, isolated steps.

Sources of the equations: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural
Computation 9 (1997); F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", Neural
Computation 12 (2000), which adds the forget gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checking.cells import Cell
from course_utils.checking.types import Case, Inputs
from course_utils.oracles.drawing import draw, zeroed
from course_utils.oracles.ready_layers import ready_layer

__all__ = [
    "BLOCKS",
    "CELL",
    "gate_inputs",
    "isolated_steps",
    "keras_layer",
    "only_block",
    "step_inputs",
    "weights",
]

#: The cell of this chapter: two states, and the letters of its equations.
CELL = Cell(states=("h", "c"))

#: The blocks of 4U columns, in order: the letter, and the words of the messages.
BLOCKS = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}


def weights(
    rng: np.random.Generator, features: int, units: int, dtype: str = "float32", scale: float = 0.7
) -> Inputs:
    """W (F, 4U), U (U, 4U), b (4U,)."""
    return {
        "W": draw(rng, features, 4 * units, scale=scale, dtype=dtype),
        "U": draw(rng, units, 4 * units, scale=scale, dtype=dtype),
        "b": draw(rng, 4 * units, scale=0.7, dtype=dtype),
    }


def gate_inputs(
    rng: np.random.Generator,
    batch: int,
    features: int,
    units: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """x, h and the weights."""
    return {
        "x": draw(rng, batch, features, scale=scale, dtype=dtype),
        "h": draw(rng, batch, units, scale=0.7 * scale, dtype=dtype),
        **weights(rng, features, units, dtype),
    }


def step_inputs(
    rng: np.random.Generator,
    batch: int,
    features: int,
    units: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """x, h, c and the weights."""
    inputs = gate_inputs(rng, batch, features, units, dtype, scale)
    c = draw(rng, batch, units, scale=1.2 * scale, dtype=dtype)
    return {"x": inputs["x"], "h": inputs["h"], "c": c, **weights(rng, features, units, dtype)}


def only_block(inputs: Inputs, letter: str) -> Inputs:
    """The inputs with the weights of one gate alone."""
    kept = dict(inputs)
    for name in CELL.given:
        units, k = inputs[name].shape[-1] // 4, list(BLOCKS).index(letter)
        block = slice(k * units, (k + 1) * units)
        kept[name] = np.zeros_like(inputs[name])
        kept[name][..., block] = inputs[name][..., block]
    return kept


def isolated_steps(rng: np.random.Generator, part: str) -> list[Case]:
    """One step with all but one of its terms set to zero."""
    kept, written = step_inputs(rng, 3, 2, 4), step_inputs(rng, 2, 2, 5)
    base = [step_inputs(rng, 3, 2, 4) for _ in range(3)]
    terms = {
        "the cell state c": zeroed(kept, "x", "h", "W", "U", "b"),
        "the input and the block of the candidate": only_block(zeroed(written, "h", "c"), "g"),
        "the input term x W": zeroed(base[0], "h", "U", "b", "c"),
        "the recurrent term h U": zeroed(base[1], "x", "W", "b", "c"),
        "the bias b": zeroed(base[2], "x", "h", "c"),
    }
    return [Case(part, inputs, isolates=term) for term, inputs in terms.items()]


def keras_layer(inputs: Inputs, shape: Sequence[int]) -> Any:
    """Keras's own layer for these weights."""
    return ready_layer("LSTM", inputs["U"].shape[0], shape)
