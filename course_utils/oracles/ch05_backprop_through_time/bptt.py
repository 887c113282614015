"""bptt: the gradients of a whole sequence, by one sweep back through time (Werbos, 1990)."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Exercise, Inputs, Mistake, Outputs, Setup, from_case
from course_utils.oracles.ch05_backprop_through_time.shared import (
    SLOPE_MISTAKES,
    sequence_cases,
    tape_gradients,
)

__all__ = ["EXERCISE", "bptt"]

Array = np.ndarray
Gradients = tuple[Array, Array, Array, Array, Array]

RESULTS = ("`dxs`", "`dh0`", "`dW_x`", "`dW_h`", "`db`")


def bptt(dhs: Array, xs: Array, hs: Array, h0: Array, W_x: Array, W_h: Array) -> Gradients:
    dxs, dh_next = np.zeros(xs.shape), np.zeros(h0.shape)
    dW_x, dW_h, db = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(len(W_h))
    for t in reversed(range(xs.shape[1])):
        x, h, h_prev = xs[:, t], hs[:, t], hs[:, t - 1] if t > 0 else h0
        dh = dhs[:, t] + dh_next
        dz = dh * (1 - h**2)
        dxs[:, t] = dz @ W_x.T
        dh_next = dz @ W_h.T
        dW_x, dW_h, db = dW_x + x.T @ dz, dW_h + h_prev.T @ dz, db + dz.sum(0)
    return dxs, dh_next, dW_x, dW_h, db


@from_case
def by_tape(inputs: Inputs, setup: Setup) -> Outputs:
    dxs, dh0, dW_x, dW_hs, db = tape_gradients(inputs, setup)
    return dict(zip(RESULTS, (dxs, dh0, dW_x, dW_hs.sum(0), db), strict=True))


MISTAKES = [
    Mistake(
        "nothing-carried-back",
        " + dh_next",
        "",
        see="No step hears of a later loss: each gradient knows its own step's loss alone.",
        look="h_t matters twice: for the loss of step t, and for the state of step t + 1.",
        change="Add what the later step hands back to what the loss sends directly.",
    ),
    Mistake(
        "last-loss-only",
        "dhs[:, t] + dh_next",
        "dh_next if t + 1 < len(dhs[0]) else dhs[:, t]",
        see="Only the last step's loss comes in; the losses of the other steps are lost.",
        look="What the later step hands back must not take the place of dhs[:, t].",
        change="At every step, add the two: the direct part and the part from the future.",
    ),
    Mistake(
        "forward-in-time",
        "reversed(range(xs.shape[1]))",
        "range(xs.shape[1])",
        see="You walk through the steps from the first to the last.",
        look="Which step's gradient depends on no other? There you have to begin.",
        change="Begin at the last step and go back in time.",
    ),
    Mistake(
        "carried-without-weights",
        "dh_next = dz @ W_h.T",
        "dh_next = dz",
        see="What you hand back to the earlier step has not passed W_h.",
        look="On its way from h_{t−1} to the tanh of step t the state is multiplied by W_h.",
        change="Hand on dh_prev, the gradient behind the product, not the one before it.",
    ),
    Mistake(
        "carried-without-slope",
        "dh_next = dz",
        "dh_next = dh",
        see="What you hand back to the earlier step has passed W_h, but not the tanh.",
        look="On its way from h_{t−1} to h_t the state goes through W_h, and then through a tanh.",
        change="Hand on the product of W_h with dz, which has the slope of the tanh in it.",
    ),
    Mistake(
        "first-step-missing",
        "range(xs.shape[1])",
        "range(1, xs.shape[1])",
        see="Your sweep ends one step too early: the first step is missing.",
        look="Python leaves out the end of a range. Which t does your loop see last?",
        change="Let the loop reach t = 0 as well.",
    ),
    Mistake(
        "weights-overwritten",
        "dW_x + x.T @ dz, dW_h + h_prev.T @ dz, db + dz.sum(0)",
        "x.T @ dz, h_prev.T @ dz, dz.sum(0)",
        see="Your dW_x, dW_h and db hold one step alone, the first.",
        look="The same weights are used at every step. Do you add up, or do you replace?",
        change="Start with zeros and add each step's gradient.",
    ),
    Mistake(
        "wraps-around",
        " if t > 0 else h0",
        "",
        see="Your first step takes the last state for the one before it.",
        look="At t = 0 the index t − 1 is −1: Python then counts from the end.",
        change="Before the first step the state is h0.",
    ),
    Mistake(
        "starts-at-zero",
        "else h0",
        "else 0 * h0",
        see="Your dW_h is that of a network that starts at zero: h0 is ignored.",
        look="Which state did W_h multiply in the first step?",
        change="Use h0 there, not zeros.",
    ),
    Mistake(
        "new-state-in-dW-h",
        "h_prev.T",
        "h.T",
        see="Your dW_h pairs each step with its new state in the place of the old one.",
        look="Which state did W_h multiply in step t?",
        change="Pair step t with the state before it; for the first step that is h0.",
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
        "one-step-short",
        "return dxs, dh_next",
        "return dxs, dh",
        see="Your dh0 is the gradient of h_1, not of h_0: one step back is missing.",
        look="After the loop, which state does your dh belong to?",
        change="Return what the first step hands back, after the product with the weights.",
    ),
    Mistake(
        "inputs-reversed",
        "return dxs",
        "return dxs[:, ::-1]",
        see="Your dxs are right, but in reverse order.",
        look="You append while you walk back in time: the last step comes first.",
        change="Turn the list round at the end, or write each dx at its own index.",
    ),
    Mistake(
        "time-first",
        "return dxs",
        "return dxs.swapaxes(0, 1)",
        see="Your dxs have the axes (T, B, F); expected are (B, T, F).",
        look="np.stack puts the new axis in front unless you tell it where.",
        change="Stack along axis 1.",
    ),
    Mistake(
        "averaged-over-steps",
        "dh_next, dW_x, dW_h, db",
        "dh_next, *(each / xs.shape[1] for each in (dW_x, dW_h, db))",
        see="You average the gradients of the weights over the steps.",
        look="The loss is a sum over steps. What is the gradient of a sum?",
        change="Add the steps' gradients, without dividing by their number.",
    ),
    Mistake(
        "bias-averaged",
        "dz.sum(0)",
        "dz.mean(0)",
        see="Your db is averaged over the batch.",
        look="The mean over the batch is in the loss already, and so in dhs.",
        change="Take the sum over the samples.",
    ),
    Mistake(
        "averaged-over-batch",
        "dh_next, dW_x, dW_h, db",
        "dh_next, *(each / len(xs) for each in (dW_x, dW_h, db))",
        see="You average the gradients of the weights over the batch.",
        look="The mean over the batch is in the loss already, and so in dhs.",
        change="Take the sum over the samples.",
    ),
    Mistake(
        "weights-first",
        "return dxs, dh_next, dW_x, dW_h, db",
        "return dW_x, dW_h, db, dxs, dh_next",
        see="You return the gradients of the weights before those of the inputs and of h0.",
        look="Compare the order behind `return` with the order in the stub.",
        change="Return dxs and dh0 first, then the gradients of the weights.",
    ),
    *SLOPE_MISTAKES.values(),
]

EXERCISE = Exercise(
    "bptt(dhs, xs, hs, h0, W_x, W_h)",
    results=RESULTS,
    references=(bptt, by_tape),
    cases=sequence_cases,
    mistakes=MISTAKES,
    parts={"paths": 0.3, "sequence": 0.5, "edges": 0.2},
    basic=("paths", "sequence"),
    points=3,
    minutes=25,
    difficulty=3,
    double=True,
)
