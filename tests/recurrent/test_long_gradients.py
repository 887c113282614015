"""Gradients over a hundred steps."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.long_gradients import LONG, along_elman, both_ways, cell_gradient


def lstm_gates(x, h, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    return *(1 / (1 + np.exp(-z)) for z in (i, f)), np.tanh(g), 1 / (1 + np.exp(-o))


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = lstm_gates(x, h, W, U, b)
    return o * np.tanh(f * c + i * g), f * c + i * g


def product(forget_gates):
    return np.prod(forget_gates, axis=1)


def test_the_full_gradient_is_that_of_central_differences():
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in ((2, 12), (3, 12), (12,))]
    xs, c0, eps = rng.normal(size=(6, 2)), np.zeros(3), 1e-6

    def last(c):
        h, c = np.zeros((1, 3)), c[None]
        for x in xs[:, None]:
            h, c = lstm_step(x, h, c, *weights)
        return c[0]

    J = np.array([(last(c0 + e) - last(c0 - e)) / (2 * eps) for e in eps * np.eye(3)])
    found = cell_gradient(lstm_gates, lstm_step, product, weights, xs)
    assert found.full[-1] == pytest.approx(np.log10(np.linalg.norm(J) / np.sqrt(3)), abs=1e-6)
    assert found.path.shape == found.full.shape == (6,)


def test_without_recurrent_weights_both_gradients_are_one():
    weights = [np.ones((2, 8)), np.zeros((2, 8)), np.zeros(8)]
    path, full = cell_gradient(lstm_gates, lstm_step, product, weights, np.ones((5, 2)))
    assert path == pytest.approx(full)


def test_one_path_never_grows_and_the_full_gradient_of_large_weights_does():
    path, full = both_ways(lstm_gates, lstm_step, product, 5.0, scale=3.0, loud=0.1, seeds=[0])
    assert path.shape == full.shape == (1, LONG)
    assert path.max() < 0 and full.max() > 2


def test_larger_weights_and_quiet_inputs_explode_where_xavier_vanishes():
    small, large = along_elman(seeds=[0]), along_elman(scale=3.0, loud=0.1, seeds=[0])
    assert small[0, -1] < -3 < 2 < large[0].max()
