"""Fixed points: all of a unit whose points are known, and none that is no fixed point."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.fixed_points import fixed_points


def test_a_strong_unit_has_two_stable_points_and_one_between_them():
    points = fixed_points(np.array([[2.0]]), np.zeros(1))
    states = [float(point.state[0]) for point in points]
    assert [point.stable for point in points] == [True, True, False]
    assert states[2] == pytest.approx(0, abs=1e-9)
    assert sorted(states[:2]) == pytest.approx([-0.957504, 0.957504], abs=1e-6)
    assert points[2].eigenvalues == pytest.approx([2.0])


def test_a_weak_unit_has_one_point_and_a_bias_moves_it():
    (point,) = fixed_points(np.array([[0.5]]), np.zeros(1))
    assert point.stable
    (moved,) = fixed_points(np.array([[0.5]]), np.array([0.3]))
    assert moved.state[0] == pytest.approx(np.tanh(0.5 * moved.state[0] + 0.3))
    assert moved.state[0] > 0.3


def test_a_turning_network_has_complex_eigenvalues_by_size():
    W = 1.5 * np.array([[0.0, -1.0], [1.0, 0.0]])
    (point,) = fixed_points(W, np.zeros(2))
    assert not point.stable
    assert np.abs(point.eigenvalues) == pytest.approx([1.5, 1.5])
    assert point.eigenvalues.imag.any()


def test_the_eigenvalues_are_those_of_a_numerical_jacobian():
    rng = np.random.default_rng(3)
    W, b = rng.normal(size=(4, 4)), rng.normal(size=4)
    for point in fixed_points(W, b):
        steps = 1e-6 * np.eye(4)
        rows = np.tanh((point.state + steps) @ W + b) - np.tanh((point.state - steps) @ W + b)
        sizes = np.sort(np.abs(np.linalg.eigvals(rows / 2e-6)))
        np.testing.assert_allclose(np.sort(np.abs(point.eigenvalues)), sizes, atol=1e-6)
        np.testing.assert_allclose(np.tanh(point.state @ W + b), point.state, atol=1e-9)
