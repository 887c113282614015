"""elman_backward_step: the gradients of one Elman step, from that of its new state."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Case, Exercise, Inputs, Mistake, Outputs, Setup, from_case
from course_utils.oracles.ch05_backprop_through_time.shared import (
    SLOPE_MISTAKES,
    forward_pass,
    saturated,
    tape_gradients,
    with_states,
)
from course_utils.oracles.drawing import zeroed

__all__ = ["EXERCISE", "elman_backward_step"]

Array = np.ndarray
Gradients = tuple[Array, Array, Array, Array, Array]

RESULTS = ("`dx`", "`dh_prev`", "`dW_x`", "`dW_h`", "`db`")


def elman_backward_step(
    dh: Array, x: Array, h_prev: Array, h: Array, W_x: Array, W_h: Array
) -> Gradients:
    dz = dh * (1 - h**2)
    return dz @ W_x.T, dz @ W_h.T, x.T @ dz, h_prev.T @ dz, dz.sum(0)


@from_case
def by_tape(inputs: Inputs, setup: Setup) -> Outputs:
    """One step as a sequence of one step."""
    sequence = {
        "dhs": inputs["dh"][:, None],
        "xs": inputs["x"][:, None],
        "h0": inputs["h_prev"],
        **{name: inputs[name] for name in ("W_x", "W_h")},
    }
    dxs, dh0, dW_x, dW_hs, db = tape_gradients(sequence, setup)
    return dict(zip(RESULTS, (dxs[:, 0], dh0, dW_x, dW_hs[0], db), strict=True))


def cases(rng: np.random.Generator) -> list[Case]:
    def case(part: str, about: str, given: Inputs, isolates: str | None = None) -> Case:
        inputs = {
            "dh": given["dhs"][:, 0],
            "x": given["xs"][:, 0],
            "h_prev": given["h0"],
            "h": given["hs"][:, 0],
            **{name: given[name] for name in ("W_x", "W_h")},
        }
        return Case(part, inputs, about, {"b": given["b"]}, isolates=isolates)

    def draw(batch: int, features: int, units: int, **scales: Any) -> Inputs:
        return forward_pass(rng, batch, 1, features, units, **scales)

    def without(*names: str) -> Inputs:
        return with_states(zeroed(draw(3, 2, 4), *names))

    flat = "dh and the weights (the tanh's slope is then 1)"
    return [
        case("terms", "", without("xs", "W_x"), "the old state, its weights and the bias"),
        case("terms", "", without("h0", "W_h"), "the input, its weights and the bias"),
        case("terms", "", without("xs", "h0", "b"), flat),
        case("step", "three samples, two features, four units", draw(3, 2, 4)),
        case("step", "five samples, four features, two units", draw(5, 4, 2)),
        case("step", "as many samples as features as units", draw(4, 4, 4)),
        case("edges", "one sample, one feature, one unit", draw(1, 1, 1)),
        case("edges", "one sample", draw(1, 3, 4)),
        case("edges", "tiny numbers", draw(2, 3, 4, loss=1e-12, inputs=1e-6)),
        case("edges", "a large dh", draw(2, 3, 4, loss=1e8)),
        case("edges", "some units are saturated", saturated(draw(3, 2, 4))),
    ]


MISTAKES = [
    SLOPE_MISTAKES["no-slope"],
    SLOPE_MISTAKES["slope-not-squared"],
    SLOPE_MISTAKES["slope-plus"],
    SLOPE_MISTAKES["slope-with-a-root"],
    SLOPE_MISTAKES["tanh-again"],
    Mistake(
        "sigmoid-slope",
        "(1 - h**2)",
        "h * (1 - h)",
        see="Your slope is h (1 − h), which is a sigmoid's.",
        look="At h = 0 a tanh has the slope 1. What does your slope give?",
        change="Take the derivative of tanh.",
    ),
    Mistake(
        "slope-at-the-old-state",
        "h**2",
        "h_prev**2",
        see="You take the slope of the tanh at the old state.",
        look="Which of the two states came out of this step's tanh?",
        change="Compute the slope from h, not from h_prev.",
    ),
    SLOPE_MISTAKES["recurrent-not-transposed"],
    Mistake(
        "new-state-in-dW-h",
        "h_prev.T",
        "h.T",
        see="Your dW_h is made with the new state h in the place of the old one.",
        look="Which state did W_h multiply in this step?",
        change="Take h_prev in dW_h.",
    ),
    Mistake(
        "weights-without-slope",
        "x.T @ dz, h_prev.T @ dz, dz.sum(0)",
        "x.T @ dh, h_prev.T @ dh, dh.sum(0)",
        see="The gradients of the weights and the bias ignore the tanh; dx and dh_prev do not.",
        look="All five gradients begin at the sum inside the tanh.",
        change="Use the same dz, with the slope in it, in all five.",
    ),
    Mistake(
        "inputs-without-slope",
        "dz @ W_x.T, dz @ W_h.T",
        "dh @ W_x.T, dh @ W_h.T",
        see="dx and dh_prev ignore the tanh; the gradients of the weights and the bias do not.",
        look="All five gradients begin at the sum inside the tanh.",
        change="Use the same dz, with the slope in it, in all five.",
    ),
    *(
        Mistake(
            f"{result.replace('_', '-')}-without-slope",
            old,
            old.replace("dz", "dh"),
            see=f"Your {result} ignores the tanh; the other four gradients do not.",
            look="All five gradients begin at the sum inside the tanh.",
            change="Use the same dz, with the slope in it, in all five.",
        )
        for result, old in (
            ("dx", "dz @ W_x.T"),
            ("dh_prev", "dz @ W_h.T"),
            ("dW_x", "x.T @ dz,"),
            ("dW_h", "h_prev.T @ dz"),
            ("db", "dz.sum(0)"),
        )
    ),
    Mistake(
        "bias-averaged",
        "dz.sum(0)",
        "dz.mean(0)",
        see="Your db is averaged over the batch.",
        look="The mean over the batch is in the loss already, and so in dh.",
        change="Take the sum over the samples.",
    ),
    Mistake(
        "averaged-over-batch",
        "x.T @ dz, h_prev.T @ dz, dz.sum(0)",
        "x.T @ dz / len(x), h_prev.T @ dz / len(x), dz.mean(0)",
        see="You average the gradients of the weights and the bias over the batch.",
        look="The mean over the batch is in the loss already, and so in dh.",
        change="Take the sum over the samples.",
    ),
    Mistake(
        "bias-per-sample",
        "dz.sum(0)",
        "dz",
        see="Your db has a row for each sample; the bias is one vector for all of them.",
        look="The same b was added to every row. What happens to its gradients from all rows?",
        change="Sum over the batch.",
    ),
    Mistake(
        "bias-as-a-row",
        "dz.sum(0)",
        "dz.sum(0, keepdims=True)",
        see="Your db is a matrix of one row; the bias is a vector.",
        look="Where does the axis of length 1 come from? Look for keepdims.",
        change="Sum over the batch without keeping its axis.",
    ),
    Mistake(
        "bias-summed-over-units",
        "dz.sum(0)",
        "dz.sum(1)",
        see="Your db is summed over the units; it has a number for each sample.",
        look="The bias has a number for each unit. Which axis of dz counts the units?",
        change="Sum over the batch, which is the other axis.",
    ),
    Mistake(
        "bias-as-one-number",
        "dz.sum(0)",
        "dz.sum()",
        see="Your db is one number; the bias has one for each unit.",
        look="Look for a sum without an axis.",
        change="Sum over the batch alone.",
    ),
    Mistake(
        "weights-per-sample",
        "x.T @ dz, h_prev.T @ dz, dz.sum(0)",
        "x[:, :, None] * dz[:, None], h_prev[:, :, None] * dz[:, None], dz",
        see="Your dW_x, dW_h and db are still kept apart by sample.",
        look="All samples use the same weights. What happens to the gradients of all of them?",
        change="Sum over the batch, as a matrix product with the batch in the middle does.",
    ),
    Mistake(
        "recurrent-weights-transposed",
        "h_prev.T @ dz",
        "dz.T @ h_prev",
        see="Your dW_h is transposed.",
        look="Row v and column u of W_h belong to old unit v and new unit u.",
        change="The old state stands on the left, dz on the right.",
    ),
    Mistake(
        "weights-transposed",
        "x.T @ dz, h_prev.T @ dz",
        "dz.T @ x, dz.T @ h_prev",
        see="Your dW_x and dW_h are transposed.",
        look="A gradient has the shape of what it belongs to: W_x is (F, U).",
        change="What was multiplied stands on the left, dz on the right.",
    ),
    Mistake(
        "outputs-swapped",
        "dz @ W_x.T, dz @ W_h.T",
        "dz @ W_h.T, dz @ W_x.T",
        see="You return dh_prev before dx.",
        look="Look at the order in the last line of your code.",
        change="The order is that of the arguments: the input first, then the old state.",
    ),
    Mistake(
        "weights-swapped",
        "x.T @ dz, h_prev.T @ dz",
        "h_prev.T @ dz, x.T @ dz",
        see="You return dW_h before dW_x.",
        look="Look at the order in the last line of your code.",
        change="The order is that of the arguments: W_x first, then W_h.",
    ),
    Mistake(
        "weights-first",
        "dz @ W_x.T, dz @ W_h.T, x.T @ dz, h_prev.T @ dz, dz.sum(0)",
        "x.T @ dz, h_prev.T @ dz, dz.sum(0), dz @ W_x.T, dz @ W_h.T",
        see="You return the gradients of the weights before those of the input and the old state.",
        look="Look at the order in the last line of your code.",
        change="The order is that of the arguments: input and old state first, then the weights.",
    ),
    Mistake(
        "wrong-sign",
        "1 - h**2",
        "h**2 - 1",
        see="All your gradients have the wrong sign.",
        look="Is your slope of the tanh h² − 1? A tanh never falls.",
        change="Subtract the square from one, not one from the square.",
    ),
]

EXERCISE = Exercise(
    "elman_backward_step(dh, x, h_prev, h, W_x, W_h)",
    results=RESULTS,
    references=(elman_backward_step, by_tape),
    cases=cases,
    mistakes=MISTAKES,
    parts={"terms": 0.3, "step": 0.5, "edges": 0.2},
    basic=("terms", "step"),
    points=3,
    minutes=20,
    difficulty=2,
    double=True,
)
