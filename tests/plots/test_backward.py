"""The drawing of a sweep back in time holds what it speaks of, and refuses what does not fit."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest

from course_utils.plots.backward import sweep


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
