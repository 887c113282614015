"""What a state knows of the Sun: the figures show the numbers, the titles follow them."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.plots import sun_state


@pytest.mark.parametrize(
    ("network", "title"),
    [
        ([21.0, 23.0], "A line through 2 numbers does as well as the network"),
        ([10.0, 12.0], "The network does better than every line"),
    ],
)
def test_the_title_names_the_first_line_that_does_as_well(network, title):
    counted = np.array([1.0, 3, 2, 4])
    forecasts = {"line": counted[::-1], "network": counted}
    figure = sun_state.errors_by_window(np.arange(4), counted, forecasts, [30, 22, 18], network)
    left, right = figure.axes
    assert " ".join(right.get_title().split()) == title
    assert "~100%" in left.get_title()
    np.testing.assert_array_equal(right.lines[0].get_ydata(), [30, 22, 18])
    np.testing.assert_array_equal(right.lines[1].get_ydata(), [np.mean(network)] * 2)


def test_a_ring_is_coloured_by_the_place_in_the_cycle():
    points = np.random.default_rng(0).normal(size=(6, 2))
    axes = sun_state.rings({"a": points, "b": points}, np.array([0, 0.5, 1, 1.25, 1.5, 2])).axes[0]
    dots = axes.collections[0]
    np.testing.assert_array_equal(dots.get_offsets(), points)
    np.testing.assert_array_equal(dots.get_array(), [0, 0.5, 0, 0.25, 0.5, 0])


def test_the_probes_title_names_all_that_are_about_as_good():
    rows = {"one": [0.68], "two": [0.91], "state": [0.9, 0.94]}
    axes = sun_state.probe_shares(rows, 0.67).axes[0]
    title = " ".join(axes.get_title().split())
    assert title == "Within 5 points of the best: two; state"
    assert [each.get_text() for each in axes.get_yticklabels()] == ["state", "two", "one"]
