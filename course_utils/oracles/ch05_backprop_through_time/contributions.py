"""contributions: what each step's use of W_h adds to its gradient."""

from __future__ import annotations

import numpy as np

from course_utils.checking.types import Exercise, Inputs, Mistake, Outputs, Setup, from_case
from course_utils.oracles.ch05_backprop_through_time.shared import (
    SLOPE_MISTAKES,
    sequence_cases,
    tape_gradients,
)

__all__ = ["EXERCISE", "contributions", "each_loss"]

Array = np.ndarray


def contributions(dhs: Array, xs: Array, hs: Array, h0: Array, W_x: Array, W_h: Array) -> Array:
    terms, dh_next = np.zeros((hs.shape[1], *W_h.shape)), np.zeros(h0.shape)
    for t in reversed(range(hs.shape[1])):
        h, h_prev = hs[:, t], hs[:, t - 1] if t > 0 else h0
        dh = dhs[:, t] + dh_next
        dz = dh * (1 - h**2)
        terms[t] = h_prev.T @ dz
        dh_next = dz @ W_h.T
    return terms


@from_case
def by_tape(inputs: Inputs, setup: Setup) -> Outputs:
    """Each step has weights of its own, which are all equal."""
    return {"the contributions": tape_gradients(inputs, setup)[3]}


def each_loss(dhs: Array, *given: Array) -> Array:
    """What each step's loss adds to dW_h: the same sum, other terms."""
    one_step = np.eye(dhs.shape[1])[:, :, None]
    return np.stack([contributions(dhs * kept, *given).sum(0) for kept in one_step])


def per_sample(dhs: Array, xs: Array, hs: Array, h0: Array, W_x: Array, W_h: Array) -> Array:
    samples = range(len(dhs))
    each = [(dhs[i, None], xs[i, None], hs[i, None], h0[i, None]) for i in samples]
    return np.stack([contributions(*given, W_x, W_h) for given in each])


MISTAKES = [
    Mistake(
        "each-loss",
        answer=each_loss,
        see="Your terms say what each step's loss adds, not what each step's use of W_h adds.",
        look="Both sums agree. Keep the last loss alone: W_h was still used at every step.",
        change="Make one sweep back with all losses in it, and keep each step's own dW_h.",
    ),
    Mistake(
        "own-loss-only",
        " + dh_next",
        "",
        see="Each of your terms knows the loss of its own step alone.",
        look="The state of step t also matters for all later losses.",
        change="Carry the gradient back from step to step, as in bptt.",
    ),
    Mistake(
        "last-loss-only",
        "dhs[:, t] + dh_next",
        "dh_next if t + 1 < len(dhs[0]) else dhs[:, t]",
        see="Only the last step's loss comes in; the losses of the other steps are lost.",
        look="What the later step hands back must not take the place of dhs[:, t].",
        change="At every step, add the direct part and the part from the future.",
    ),
    Mistake(
        "reversed",
        "return terms",
        "return terms[::-1]",
        see="Your terms are right, but in reverse order: the last step comes first.",
        look="You append while you walk back in time.",
        change="Turn the list round at the end, or write each term at its own index.",
    ),
    Mistake(
        "running-sum",
        "return terms",
        "return np.cumsum(terms[::-1], axis=0)[::-1]",
        see="Your terms add up from the last step to this one: a running sum.",
        look="Do you store the sum so far, or what this step adds to it?",
        change="Store each step's own product.",
    ),
    Mistake(
        "total-only",
        "return terms",
        "return terms.sum(0)",
        see="You return the sum of all steps; each step's own term is asked for.",
        look="The result has an axis for time in front: (T, U, U).",
        change="Keep the terms apart.",
    ),
    Mistake(
        "transposed",
        "return terms",
        "return terms.swapaxes(1, 2)",
        see="Each of your terms is transposed.",
        look="Row v and column u of W_h belong to old unit v and new unit u.",
        change="The old state stands on the left, dz on the right.",
    ),
    Mistake(
        "new-state",
        "h_prev.T",
        "h.T",
        see="Your terms pair each step with its new state in the place of the old one.",
        look="Which state did W_h multiply in step t?",
        change="Pair step t with the state before it; for the first step that is h0.",
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
        see="Your first term is zero: h0 is ignored.",
        look="Which state did W_h multiply in the first step?",
        change="Use h0 there, not zeros.",
    ),
    Mistake(
        "carried-without-slope",
        "dh_next = dz",
        "dh_next = dh",
        see="What you hand back to the earlier step has passed W_h, but not the tanh.",
        look="On its way from h_{t−1} to h_t the state goes through W_h, and then through a tanh.",
        change="Hand on the product of W_h with dz, which has the slope of the tanh in it.",
    ),
    *SLOPE_MISTAKES.values(),
    Mistake(
        "per-sample",
        answer=per_sample,
        see="Your terms are still kept apart by sample.",
        look="All samples use the same W_h. What happens to the gradients of all of them?",
        change="Sum over the batch, as a matrix product with the batch in the middle does.",
    ),
    Mistake(
        "time-last",
        "return terms",
        "return terms.transpose(1, 2, 0)",
        see="Your terms have time on the last axis; expected are (T, U, U).",
        look="np.stack puts the new axis where its `axis` says, and in front if it says nothing.",
        change="Stack the terms along axis 0.",
    ),
    Mistake(
        "averaged-over-batch",
        "return terms",
        "return terms / len(dhs)",
        see="You average each term over the batch.",
        look="The mean over the batch is in the loss already, and so in dhs.",
        change="Take the sum over the samples.",
    ),
]

EXERCISE = Exercise(
    "contributions(dhs, xs, hs, h0, W_x, W_h)",
    results=("the contributions",),
    references=(contributions, by_tape),
    cases=sequence_cases,
    mistakes=MISTAKES,
    parts={"paths": 0.3, "sequence": 0.5, "edges": 0.2},
    basic=("paths", "sequence"),
    points=2,
    minutes=15,
    difficulty=2,
    double=True,
)
