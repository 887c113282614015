"""What the oracles of all cells share: the gradients against an analytic derivative."""

from __future__ import annotations

import numpy as np

from course_utils.oracles.cells import complex_step_gradients
from course_utils.oracles.maths import sigmoid


def test_complex_steps_give_the_gradient_to_the_last_digits() -> None:
    rng = np.random.default_rng(0)
    x, W = rng.standard_normal((3, 2)), rng.standard_normal((2, 4))
    sums = rng.standard_normal((3, 4))

    dx, dW = complex_step_gradients(lambda x, W: np.sum(np.tanh(x @ W) * sums), x, W)

    dz = sums * (1.0 - np.tanh(x @ W) ** 2)
    np.testing.assert_allclose(dx, dz @ W.T, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(dW, x.T @ dz, rtol=1e-13, atol=1e-14)


def test_the_sigmoid_is_right_where_exp_overflows_and_has_its_derivative() -> None:
    z = np.array([-1000.0, -2.0, 0.0, 3.0, 1000.0])
    with np.errstate(all="raise"):
        s = sigmoid(z)
    np.testing.assert_allclose(s, [0.0, 1 / (1 + np.exp(2)), 0.5, 1 / (1 + np.exp(-3)), 1.0])
    (slope,) = complex_step_gradients(lambda z: np.sum(sigmoid(z)), z[1:4])
    np.testing.assert_allclose(slope, s[1:4] * (1 - s[1:4]), rtol=1e-13)
