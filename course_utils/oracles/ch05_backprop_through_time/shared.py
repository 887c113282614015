"""What the exercises of chapter 5 share: forward passes to go back through, the tape, mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_utils.checking.types import Case, Inputs, Mistake, Setup
from course_utils.oracles.drawing import zeroed

__all__ = [
    "SLOPE_MISTAKES",
    "forward_pass",
    "only",
    "run_forward",
    "saturated",
    "sequence_cases",
    "tape_gradients",
    "with_states",
]

Array = np.ndarray

_ARGUMENTS = ("dhs", "xs", "hs", "h0", "W_x", "W_h")


def run_forward(xs: Array, h0: Array, W_x: Array, W_hs: Sequence[Array], b: Array) -> Array:
    """The states (B, T, U), with weights W_hs[t] of its own for each step; real or complex."""
    h, hs = h0, []
    for t, W_h in enumerate(W_hs):
        h = np.tanh(xs[:, t] @ W_x + h @ W_h + b)
        hs.append(h)
    return np.stack(hs, axis=1)


def with_states(given: Inputs) -> Inputs:
    """The arrays of a sequence with the states that they lead to."""
    W_hs = [given["W_h"]] * given["xs"].shape[1]
    return {**given, "hs": run_forward(given["xs"], given["h0"], given["W_x"], W_hs, given["b"])}


def forward_pass(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    features: int,
    units: int,
    loss: float = 1.0,
    inputs: float = 1.0,
) -> Inputs:
    """A forward pass that was made: dhs, xs, hs, h0, W_x, W_h and b."""
    W_x = rng.normal(size=(features, units)) * 0.7
    W_h = rng.normal(size=(units, units)) * 0.9 / np.sqrt(units)
    b = rng.normal(size=units) * 0.5 * min(1.0, inputs)
    xs = inputs * rng.normal(size=(batch, steps, features))
    h0 = min(1.0, inputs) * 0.6 * rng.normal(size=(batch, units))
    dhs = loss * rng.normal(size=(batch, steps, units))
    return with_states({"dhs": dhs, "xs": xs, "h0": h0, "W_x": W_x, "W_h": W_h, "b": b})


def saturated(given: Inputs) -> Inputs:
    """Every second unit pushed to the ends of the tanh."""
    odd = np.arange(len(given["b"])) % 2
    return with_states({**given, "b": np.where(odd, 40.0, given["b"])})


def only(inputs: Inputs, name: str, step: int) -> Inputs:
    """The inputs with `name` (B, T, …) zero but for one step."""
    kept = np.zeros_like(inputs[name])
    kept[:, step] = inputs[name][:, step]
    return {**inputs, name: kept}


def sequence_cases(rng: np.random.Generator) -> list[Case]:
    """The cases of a sweep over a whole sequence; b, which it does not need, is set-up."""

    def case(part: str, about: str, given: Inputs, isolates: str | None = None) -> Case:
        inputs = {name: given[name] for name in _ARGUMENTS}
        return Case(part, inputs, about, {"b": given["b"]}, isolates=isolates)

    def draw(*sizes: int, **scales: Any) -> Inputs:
        return forward_pass(rng, *sizes, **scales)

    last = only(draw(3, 4, 2, 5), "dhs", 3)
    first = only(draw(3, 4, 2, 5), "dhs", 0)
    past = with_states(zeroed(draw(2, 4, 3, 4), "xs", "W_x"))
    return [
        case("paths", "", last, "the loss of the last step"),
        case("paths", "", first, "the loss of the first step"),
        case("paths", "", past, "the states, W_h, the bias and the losses"),
        case("sequence", "three sequences of five steps", draw(3, 5, 2, 4)),
        case("sequence", "B = T = F = U", draw(4, 4, 4, 4)),
        case("sequence", "more features than units", draw(2, 3, 5, 2)),
        case("edges", "one step", draw(2, 1, 3, 4)),
        case("edges", "one sequence, one feature, one unit", draw(1, 2, 1, 1)),
        case("edges", "forty steps", draw(1, 40, 1, 2)),
        case("edges", "tiny numbers", draw(2, 4, 3, 4, loss=1e-12, inputs=1e-6)),
        case("edges", "large losses", draw(2, 4, 3, 4, loss=1e8)),
        case("edges", "some units are saturated", saturated(draw(3, 4, 2, 4))),
    ]


def tape_gradients(inputs: Inputs, setup: Setup) -> tuple[Array, Array, Array, Array, Array]:
    """(dxs, dh0, dW_x, dW_h of each step (T, U, U), db) of Σ dhs · hs, by TensorFlow's tape.

    Args:
        inputs: `dhs`, `xs`, `h0`, `W_x`, `W_h`, in float64.
        setup: `b`.
    """
    import tensorflow as tf

    steps = inputs["xs"].shape[1]
    xs, h0, W_x, b = map(tf.constant, (inputs["xs"], inputs["h0"], inputs["W_x"], setup["b"]))
    W_hs = [tf.constant(inputs["W_h"]) for _ in range(steps)]
    with tf.GradientTape() as tape:
        tape.watch([xs, h0, W_x, b, *W_hs])
        h, loss = h0, tf.constant(0.0, tf.float64)
        for t in range(steps):
            h = tf.tanh(tf.matmul(xs[:, t], W_x) + tf.matmul(h, W_hs[t]) + b)
            loss += tf.reduce_sum(h * inputs["dhs"][:, t])
    dxs, dh0, dW_x, db, *dW_hs = map(np.asarray, tape.gradient(loss, [xs, h0, W_x, b, *W_hs]))
    return dxs, dh0, dW_x, np.stack(dW_hs), db


#: Edits of the lines of one step back, which a single step and a loop both contain.
SLOPE_MISTAKES: Mapping[str, Mistake] = {
    mistake.id: mistake
    for mistake in (
        Mistake(
            "no-slope",
            "dh * (1 - h**2)",
            "dh",
            see="Your gradients ignore the tanh: they are those of a linear step.",
            look="Before the sum inside the tanh is reached, dh has to pass the tanh itself.",
            change="Multiply dh by the slope of the tanh, which h alone gives you.",
        ),
        Mistake(
            "slope-not-squared",
            "h**2",
            "h",
            see="Your slope of the tanh is 1 − h.",
            look="At h = −0.5 your slope is 1.5. Can a tanh be steeper than 1?",
            change="Look up the derivative of tanh, written with its own value: h comes in as a "
            "square.",
        ),
        Mistake(
            "slope-plus",
            "1 - h**2",
            "1 + h**2",
            see="Your slope of the tanh is 1 + h².",
            look="At h = 0.5 your slope is 1.25. Can a tanh be steeper than 1?",
            change="Look up the derivative of tanh: one sign is different.",
        ),
        Mistake(
            "slope-with-a-root",
            "(1 - h**2)",
            "np.sqrt(1 - h**2)",
            see="Your slope of the tanh is the root of 1 − h².",
            look="At h = 0.6 a tanh has the slope 0.64. What does yours give?",
            change="Leave the root out: h is a tanh, not a sine.",
        ),
        Mistake(
            "tanh-again",
            "h**2",
            "np.tanh(h) ** 2",
            see="Your slope is 1 − tanh(h)²: h went through the tanh a second time.",
            look="h is what came out of the tanh, not what went in.",
            change="Use h as it is in the slope.",
        ),
        Mistake(
            "recurrent-not-transposed",
            "W_h.T",
            "W_h",
            see="Your gradient of the old state goes through W_h as on the way forward.",
            look="Forward, column u of W_h collects unit u's inputs. Backward, what does each old "
            "unit have to collect?",
            change="On the way back the weights are transposed.",
        ),
    )
}
