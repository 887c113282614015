"""Chapter 5's gradients: tape, complex differences and the closed sweep agree to twelve digits."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.checking.judging import draw_cases
from course_utils.oracles.cells import complex_step_gradients
from course_utils.oracles.ch05_backprop_through_time import bptt, contributions
from course_utils.oracles.ch05_backprop_through_time.shared import run_forward, tape_gradients


@pytest.fixture(params=range(3))
def cases(request):
    return draw_cases(bptt.EXERCISE, request.param)


def close(one, other):
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-12 * np.abs(other).max())


def difference_gradients(case):
    """(dxs, dh0, dW_x, dW_h of each step, db) from the forward pass alone."""
    given = [case.inputs[name] for name in ("xs", "h0", "W_x", "W_h")]
    given[3] = np.stack([given[3]] * given[0].shape[1])
    return complex_step_gradients(
        lambda *arrays: np.sum(run_forward(*arrays) * case.inputs["dhs"]), *given, case.setup["b"]
    )


def test_the_closed_sweep_agrees_with_the_tape_and_with_complex_differences(cases):
    for case in cases:
        swept = bptt.bptt(*case.inputs.values())
        for reference in (tape_gradients(case.inputs, case.setup), difference_gradients(case)):
            dxs, dh0, dW_x, dW_hs, db = reference
            for mine, theirs in zip(swept, (dxs, dh0, dW_x, dW_hs.sum(0), db), strict=True):
                close(mine, theirs)


def test_central_differences_agree_with_the_tape_to_seven_digits(cases):
    inputs, setup = cases[3].inputs, cases[3].setup
    given = [inputs[name] for name in ("xs", "h0", "W_x")]
    steps, W_h, step = inputs["xs"].shape[1], inputs["W_h"], 1e-6
    slopes = np.zeros_like(W_h)
    for place in np.ndindex(W_h.shape):
        ends = []
        for sign in (1, -1):
            moved = W_h.copy()
            moved[place] += sign * step
            hs = run_forward(*given, [moved] * steps, setup["b"])
            ends.append(np.sum(hs * inputs["dhs"]))
        slopes[place] = (ends[0] - ends[1]) / (2 * step)
    gradient = tape_gradients(inputs, setup)[3].sum(0)
    np.testing.assert_allclose(slopes, gradient, rtol=0, atol=1e-7 * np.abs(gradient).max())


def test_uses_and_losses_have_the_same_sum_and_are_not_the_same(cases):
    for case in cases:
        arguments = case.inputs.values()
        uses, losses = contributions.contributions(*arguments), contributions.each_loss(*arguments)
        close(uses.sum(0), losses.sum(0))
        if case.inputs["xs"].shape[1] > 1 and np.count_nonzero(case.inputs["dhs"][:, 1:]):
            assert np.abs(uses - losses).max() > 1e-3 * np.abs(uses).max()
