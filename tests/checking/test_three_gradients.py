"""Chapter 5's gradients: tape, complex differences and the closed sweep agree to twelve digits."""

from __future__ import annotations

import numpy as np
import pytest
from course_utils.oracles.ch05_backprop_through_time import (
    BPTT,
    backward_step,
    difference_gradients,
    each_loss,
    each_use,
    gathered,
    sweep_back,
    tape_gradients,
)

from course_utils.checking.judging import draw_cases


@pytest.fixture(params=range(3))
def cases(request):
    return [case.inputs for case in draw_cases("bptt", BPTT, request.param)]


def close(one, other):
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-12 * np.abs(other).max())


def arguments(inputs):
    return [value for name, value in inputs.items() if not name.startswith("_")]


def test_the_closed_sweep_agrees_with_the_tape_and_with_complex_differences(cases):
    for inputs in cases:
        swept = gathered(*sweep_back(backward_step, *arguments(inputs)))
        for reference in (tape_gradients(inputs), difference_gradients(inputs)):
            dxs, dh0, dW_x, dW_hs, db = reference
            for mine, theirs in zip(swept, (dxs, dh0, dW_x, dW_hs.sum(0), db), strict=True):
                close(mine, theirs)


def test_central_differences_agree_with_the_tape_to_seven_digits(cases):
    from course_utils.oracles.ch05_backprop_through_time import run_forward

    inputs = cases[3]
    given = [inputs[name] for name in ("xs", "h0", "W_x")]
    steps, W_h, step = inputs["xs"].shape[1], inputs["W_h"], 1e-6
    slopes = np.zeros_like(W_h)
    for place in np.ndindex(W_h.shape):
        ends = []
        for sign in (1, -1):
            moved = W_h.copy()
            moved[place] += sign * step
            hs = run_forward(*given, [moved] * steps, inputs["_b"])
            ends.append(np.sum(hs * inputs["dhs"]))
        slopes[place] = (ends[0] - ends[1]) / (2 * step)
    gradient = tape_gradients(inputs)[3].sum(0)
    np.testing.assert_allclose(slopes, gradient, rtol=0, atol=1e-7 * np.abs(gradient).max())


def test_uses_and_losses_have_the_same_sum_and_are_not_the_same(cases):
    for inputs in cases:
        uses, losses = each_use(*arguments(inputs)), each_loss(*arguments(inputs))
        close(uses.sum(0), losses.sum(0))
        if inputs["xs"].shape[1] > 1 and np.count_nonzero(inputs["dhs"][:, 1:]):
            assert np.abs(uses - losses).max() > 1e-3 * np.abs(uses).max()
