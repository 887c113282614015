"""What the exercises of chapter 2 share: weights, given steps, two ways to the states, mistakes.

Source of the equation: J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checking.cells import Cell
from course_utils.checking.probing import wide
from course_utils.checking.types import Case, Inputs, Mistake, Setup
from course_utils.oracles.drawing import draw, zeroed
from course_utils.oracles.ready_layers import keras_states, ready_layer

__all__ = [
    "CELL",
    "STEP_MISTAKES",
    "closed_form",
    "given_weights",
    "isolated_steps",
    "keras_layer",
    "simple_rnn",
    "step_inputs",
    "weights",
]

Array = np.ndarray

#: The cell of this chapter: one state, and the letters of its equation.
CELL = Cell(given=("W_x", "W_h", "b"))


def weights(
    rng: np.random.Generator, features: int, units: int, dtype: str = "float32", scale: float = 0.6
) -> Inputs:
    """W_x (F, U), W_h (U, U), b (U,)."""
    return {
        "W_x": draw(rng, features, units, scale=scale, dtype=dtype),
        "W_h": draw(rng, units, units, scale=scale, dtype=dtype),
        "b": draw(rng, units, scale=0.5, dtype=dtype),
    }


def step_inputs(
    rng: np.random.Generator,
    batch: int,
    features: int,
    units: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    """x, h and the weights of one step."""
    return {
        "x": draw(rng, batch, features, scale=scale, dtype=dtype),
        "h": draw(rng, batch, units, scale=0.5 * scale, dtype=dtype),
        **weights(rng, features, units, dtype),
    }


def isolated_steps(rng: np.random.Generator, part: str) -> list[Case]:
    """One step with all but one of its three terms set to zero; some sums are above 1, where a
    tanh is no clipping."""
    base = [step_inputs(rng, 3, 2, 4) for _ in range(3)]
    for inputs, name in zip(base, ("W_x", "W_h", "b"), strict=True):
        inputs[name] *= 3.0
    terms = {
        "the input term x W_x": zeroed(base[0], "h", "W_h", "b"),
        "the recurrent term h W_h": zeroed(base[1], "x", "W_x", "b"),
        "the bias b": zeroed(base[2], "x", "h"),
    }
    return [Case(part, inputs, isolates=term) for term, inputs in terms.items()]


def given_weights(
    rng: np.random.Generator, features: int, units: int, linear: bool, dtype: str = "float32"
) -> Setup:
    """The set-up of `probes.elman_steps`."""
    return {**weights(rng, features, units, dtype), "linear": linear}


# --- two ways to the states ----------------------------------------------------------------------


def keras_layer(inputs: Inputs, shape: Sequence[int]) -> Any:
    """Keras's own layer for these weights."""
    return ready_layer("SimpleRNN", inputs["W_h"].shape[0], shape)


def simple_rnn(weights: Inputs, xs: Array, h0: Array) -> Array:
    """Keras's own layer with copied weights, in float64: (B, T, F), (B, U) → (B, T, U)."""
    layer = keras_layer(weights, xs.shape[2:])
    return keras_states(layer, [weights[name] for name in CELL.given], xs, h0)[0]


def closed_form(setup: Setup, xs: Array, h0: Array) -> Array:
    """The states of the linear step: h_t = h_0 A^t + sum over k of (x_k W + b) A^(t−k)."""
    W, A, b = (wide(setup[name]) for name in ("W_x", "W_h", "b"))
    steps = xs.shape[1]
    powers = np.stack([np.linalg.matrix_power(A, k) for k in range(steps + 1)])
    driven = wide(xs) @ W + b
    lag = np.arange(steps)[:, None] - np.arange(steps)[None, :]
    kernel = np.where((lag >= 0)[..., None, None], powers[np.maximum(lag, 0)], 0.0)  # (T, T, U, U)
    start = np.einsum("bu,tuv->btv", wide(h0), powers[1:])
    return np.asarray(start + np.einsum("bku,tkuv->btv", driven, kernel))


# --- mistakes of the equation --------------------------------------------------------------------

#: Edits of `maths.tanh(x @ W_x + h @ W_h + b)`, which a function and a cell both contain.
STEP_MISTAKES = [
    Mistake(
        "no-bias",
        " + b)",
        ")",
        see="Your state equals the one without the bias b.",
        look="Set x and h to zero: the equation leaves tanh(b). What does your code leave?",
        change="Add the bias to the sum of the two products, inside the tanh.",
    ),
    Mistake(
        "no-tanh",
        "maths.tanh(x @ W_x + h @ W_h + b)",
        "x @ W_x + h @ W_h + b",
        see="Your state equals the sum without the tanh.",
        look="A state may never leave the interval from −1 to 1. Look at the last thing you do.",
        change="Apply tanh to the whole sum before you return it.",
    ),
    Mistake(
        "no-recurrence",
        " + h @ W_h",
        "",
        see="Your state does not depend on the previous state: it equals tanh(x W_x + b).",
        look="Look for h in your code: where does the past come in?",
        change="Add the product of the previous state with the recurrent weights to the sum.",
    ),
    Mistake(
        "no-input",
        "x @ W_x + ",
        "",
        see="Your state does not depend on the input: it equals tanh(h W_h + b).",
        look="Look for x in your code: where does the present come in?",
        change="Add the product of the input with the input weights to the sum.",
    ),
    Mistake(
        "recurrent-transposed",
        "h @ W_h",
        "h @ maths.transposed(W_h)",
        see="Your state equals the one with W_h transposed.",
        look="Look at the product of the state with its weights: which of its two sides is summed?",
        change="States are row vectors: the state stands on the left, W_h on the right, "
        "untransposed.",
    ),
    Mistake(
        "bias-outside",
        " + b)",
        ") + b",
        see="Your state equals tanh(x W_x + h W_h) + b: the bias came after the tanh.",
        look="Look at the brackets around the sum.",
        change="Close the bracket of tanh behind the bias, not before it.",
    ),
    Mistake(
        "tanh-per-term",
        "maths.tanh(x @ W_x + h @ W_h + b)",
        "maths.tanh(x @ W_x) + maths.tanh(h @ W_h) + b",
        see="Your state equals tanh of each term, added up afterwards.",
        look="Count the tanh in your code: the equation has one.",
        change="Add all three terms first, then apply one tanh to the sum.",
    ),
    Mistake(
        "tanh-twice",
        "maths.tanh(x @ W_x + h @ W_h + b)",
        "maths.tanh(maths.tanh(x @ W_x + h @ W_h + b))",
        see="Your state equals tanh applied twice.",
        look="Count the tanh that the sum goes through.",
        change="Keep one tanh: return it as it is.",
    ),
    Mistake(
        "sigmoid",
        "maths.tanh(",
        "maths.sigmoid(",
        see="Your state equals the one with a sigmoid in the place of tanh.",
        look="A sigmoid gives numbers from 0 to 1. Which interval should a state fill?",
        change="Exchange the activation for tanh.",
    ),
    Mistake(
        "relu",
        "maths.tanh(",
        "maths.relu(",
        see="Your state equals the one with a ReLU in the place of tanh.",
        look="Your state is never negative. Which interval should it fill?",
        change="Exchange the activation for tanh.",
    ),
    Mistake(
        "clipped",
        "maths.tanh(",
        "maths.clipped(",
        see="Your state equals the sum, cut off at −1 and 1.",
        look="The tanh bends towards −1 and 1 smoothly. What do you do with a sum of 2?",
        change="Exchange the cut for tanh.",
    ),
    Mistake(
        "bias-subtracted",
        " + b)",
        " - b)",
        see="Your state equals the one with −b in the place of b.",
        look="Look at the sign before the bias.",
        change="Add the bias.",
    ),
    Mistake(
        "state-added",
        "maths.tanh(",
        "h + maths.tanh(",
        see="Your state equals the previous state plus the right one.",
        look="The previous state comes in only through W_h. Where else does your code use it?",
        change="Return the tanh alone, without adding h to it.",
    ),
    Mistake(
        "bias-twice",
        " + b)",
        " + b + b)",
        see="Your state equals the one in which the bias is counted twice.",
        look="Count the places where b is added: perhaps once for each product.",
        change="Add b once, to the sum of both products.",
    ),
]
