"""readout: a linear map from the states to the outputs, y = g(h)."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake
from course_utils.oracles.drawing import draw, zeroed

__all__ = ["EXERCISE", "readout"]

Array = np.ndarray


def readout(hs: Array, W_y: Array, b_y: Array) -> Array:
    return hs @ W_y + b_y


def by_loop(hs: Array, W_y: Array, b_y: Array) -> Array:
    """Each output by its definition: sum over units of h W plus b."""
    batch, steps, units = hs.shape
    ys = np.zeros((batch, steps, len(b_y)))
    for o in range(len(b_y)):
        ys[..., o] = b_y[o]
        for u in range(units):
            ys[..., o] += hs[..., u] * W_y[u, o]
    return ys


def inputs(
    rng: np.random.Generator,
    batch: int,
    steps: int,
    units: int,
    outputs: int,
    dtype: str = "float32",
    scale: float = 1.0,
) -> Inputs:
    return {
        "hs": draw(rng, batch, steps, units, scale=0.5 * scale, dtype=dtype),
        "W_y": draw(rng, units, outputs, dtype=dtype),
        "b_y": draw(rng, outputs, scale=scale, dtype=dtype),
    }


def cases(rng: np.random.Generator) -> list[Case]:
    product = zeroed(inputs(rng, 2, 3, 4, 2), "b_y")
    bias = zeroed(inputs(rng, 2, 3, 4, 2), "hs")
    return [
        Case("terms", product, isolates="the product hs W_y"),
        Case("terms", bias, isolates="the bias b_y"),
        Case("readout", inputs(rng, 3, 5, 4, 2), "three sequences of five steps"),
        Case("readout", inputs(rng, 2, 3, 4, 5, "float64"), "float64"),
        Case("readout", inputs(rng, 4, 4, 4, 4, "float64"), "B = T = U = O"),
        Case("readout", inputs(rng, 3, 4, 2, 1), "one output"),
        Case("edges", inputs(rng, 1, 1, 1, 1), "one of everything"),
        Case("edges", inputs(rng, 2, 3, 4, 3, "float64", 1e-8), "tiny numbers"),
        Case("edges", inputs(rng, 2, 3, 5, 2, "float64", 1e4), "large numbers"),
    ]


def softmax(z: Array) -> Array:
    """For the mistake of that name."""
    e = np.exp(z - z.max(-1, keepdims=True))
    return np.asarray(e / e.sum(-1, keepdims=True))


MISTAKES = [
    Mistake(
        "no-bias",
        " + b_y",
        "",
        see="Your outputs equal those without the bias b_y.",
        look="With hs = 0 every output is b_y. What does your code give there?",
        change="Add b_y to the product.",
    ),
    Mistake(
        "tanh",
        "hs @ W_y + b_y",
        "np.tanh(hs @ W_y + b_y)",
        see="Your outputs went through a tanh; this readout is linear.",
        look="Could your output ever be 270 sunspots?",
        change="Return the product plus the bias as it is.",
    ),
    Mistake(
        "softmax",
        "hs @ W_y + b_y",
        "softmax(hs @ W_y + b_y)",
        see="Your outputs went through a softmax: they are positive and sum to 1.",
        look="A softmax turns numbers into probabilities. Does the equation ask for them?",
        change="Return the product plus the bias as it is.",
    ),
    Mistake(
        "last-step-only",
        "hs @ W_y",
        "hs[:, -1] @ W_y",
        see="You read out the last state alone; the outputs of all steps are asked for.",
        look="Look for an index on the time axis, such as [:, -1].",
        change="Leave the time axis whole: the product works on (B, T, U) as it is.",
    ),
    Mistake(
        "mean-over-time",
        "hs @ W_y",
        "hs.mean(1) @ W_y",
        see="You average over time; the outputs of all steps are asked for.",
        look="Look for a mean or a sum along the time axis.",
        change="Leave the time axis whole.",
    ),
    Mistake(
        "time-and-batch-mixed",
        "hs @ W_y + b_y",
        "(hs.swapaxes(0, 1) @ W_y + b_y).reshape(*hs.shape[:2], -1)",
        see="Your outputs have the right shape and the right numbers, in the wrong places: time "
        "and batch are mixed up.",
        look="A reshape from (T, B, O) to (B, T, O) moves no number: it reads them in another way.",
        change="Exchange the axes with swapaxes or transpose; or leave them as they come.",
    ),
    Mistake(
        "squeezed",
        "hs @ W_y + b_y",
        "np.squeeze(hs @ W_y + b_y, -1) if W_y.shape[1] == 1 else hs @ W_y + b_y",
        see="With one output your result loses its last axis; it should stay (B, T, 1).",
        look="Look for squeeze, ravel or an index [..., 0].",
        change="Return the product as it is, with its last axis of length 1.",
    ),
    Mistake(
        "bias-inside",
        " + b_y",
        " + b_y * hs.shape[-1]",
        see="Your outputs equal hs W_y plus b_y counted once for each unit.",
        look="Is b_y inside a sum over the units?",
        change="Add b_y once, after the product.",
    ),
    Mistake(
        "bias-subtracted",
        " + b_y",
        " - b_y",
        see="Your outputs equal hs W_y − b_y.",
        look="Look at the sign before the bias.",
        change="Add the bias.",
    ),
]

EXERCISE = Exercise(
    "readout(hs, W_y, b_y)",
    results=("the outputs",),
    references=(readout, by_loop),
    cases=cases,
    mistakes=MISTAKES,
    parts={"terms": 0.3, "readout": 0.5, "edges": 0.2},
    basic=("terms", "readout"),
    points=1,
    minutes=5,
    difficulty=1,
)
