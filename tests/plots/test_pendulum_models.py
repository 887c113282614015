"""Pendulums and their models: the figures show the numbers, the titles follow them."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.plots import pendulum_models


def title_of(ax):
    return " ".join(ax.get_title().split())


def test_two_ways_are_drawn_from_now_and_the_title_says_how_far_they_part():
    first, second = np.linspace(0, 3, 16), np.linspace(2, -1, 16)
    ax = pendulum_models.parting_ways(first, second, now=5, interval=0.1).axes[0]
    assert title_of(ax).startswith("0.00 rad apart now, 2.0 rad apart half a second later")
    assert ax.lines[0].get_xdata()[0] == pytest.approx(-0.5)


def test_every_seed_is_a_point_and_the_best_model_is_named():
    errors = {
        "Small": {"line": [0.01], "network": [0.03, 0.05]},
        "Large": {"line": [0.4], "network": [0.1, 0.2]},
    }
    figure = pendulum_models.errors_by_model(errors, {"Small": 0.2, "Large": 1.1})
    left, right = figure.axes
    assert [title_of(ax) for ax in (left, right)] == [
        "Small: ~4.0 times the error with network as with line",
        "Large: ~2.7 times the error with line as with network",
    ]
    np.testing.assert_array_equal(left.lines[1].get_ydata(), [0.03, 0.05])
    assert "~0.040" in {text.get_text() for text in left.texts}
    assert right.lines[2].get_ydata()[0] == 1.1


def test_a_portrait_is_angle_against_velocity_and_its_title_says_how_far_it_is_off():
    t = 0.1 * np.arange(30)
    truth = np.sin(t)[None]
    figure = pendulum_models.phase_portraits({"Truth": truth, "Other": truth + 0.5}, 0.1)
    assert [title_of(ax) for ax in figure.axes] == ["The truth", "Other: 0.50 rad off"]
    line = figure.axes[0].lines[0]
    np.testing.assert_allclose(line.get_xdata(), truth[0, 1:-1])
    np.testing.assert_allclose(line.get_ydata(), np.cos(t[1:-1]), atol=0.01)
