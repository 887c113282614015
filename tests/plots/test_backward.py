"""The drawing of a sweep back in time holds what it speaks of, and refuses what does not fit."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots.backward import sweep, two_steps


@pytest.fixture
def ax():
    figure, axes = plt.subplots(figsize=(7, 3))
    yield axes
    plt.close(figure)


@pytest.mark.parametrize("steps", [1, 3, 4])
def test_each_step_has_a_state_a_loss_and_one_use_of_the_recurrent_weights(ax, steps):
    words = [text.get_text() for text in sweep(ax, steps).texts]
    for t in range(1, steps + 1):
        assert f"$h_{{{t}}}$" in words
        assert f"$L_{{{t}}}$" in words
    assert words.count("$W_h$") == steps


@pytest.mark.parametrize("steps", [0, 5])
def test_steps_that_do_not_fit_are_refused_by_name(ax, steps):
    with pytest.raises(ValueError, match="steps"):
        sweep(ax, steps)


def test_two_steps_walked_back_give_the_slope_that_moving_the_weight_gives(ax):
    weight, states, misses = 0.7, [0.5, 0.8, 0.6], [0.5, -1.0]

    def loss(w):
        h, total = states[0], 0.0
        for before, after, miss in zip(states, states[1:], misses, strict=False):
            h = np.tanh(w * h + np.arctanh(after) - weight * before)
            total += 0.5 * (h - after + miss) ** 2
        return total

    slope = (loss(weight + 1e-5) - loss(weight - 1e-5)) / 2e-5
    assert two_steps(ax, weight, states, misses) == pytest.approx(slope, abs=1e-8)
    words = [text.get_text() for text in ax.texts]
    assert any(word.startswith("$dW_h$") for word in words)
    assert "× 0.7" in words
