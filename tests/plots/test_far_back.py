"""How far back a state reaches: the figures show the numbers, the titles follow them."""

from __future__ import annotations

import numpy as np

from course_utils.plots import far_back


def title_of(figure):
    return " ".join(figure.axes[0].get_title().split())


def test_right_answers_are_drawn_ten_steps_at_a_time():
    network, table = np.ones((2, 40)), np.repeat([1.0, 0.5, 0.5, 0.5], 10)
    figure = far_back.parity_by_step(network, table, longest=20, width=10)
    assert title_of(figure) == "At step 40 the networks are right in ~100%, the table in ~50%"
    np.testing.assert_array_equal(figure.axes[0].lines[2].get_ydata(), [100, 50, 50, 50])
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_xdata(), [5.5, 15.5, 25.5, 35.5])


def test_an_effect_of_zero_is_a_gap_and_the_title_says_how_much_is_left():
    fading = np.tile(0.5 ** np.arange(30.0), (3, 1))
    fading[:, 25:] = 0
    figure = far_back.reach({"that fade": fading, "that keep": np.ones((3, 30))}, shown=28)
    assert title_of(figure) == (
        "What came 20 steps ago counts ~9.5e-05% of the latest input in networks that fade, "
        "~100% in those that keep"
    )
    drawn = figure.axes[0].lines[0].get_ydata()
    assert len(drawn) == 28
    assert np.isnan(drawn[25:]).all()


def test_times_are_drawn_in_microseconds_and_the_title_compares_the_first_two():
    ways = {"carried": [1e-6, 1e-6], "dense": [1e-6, 5e-6], "a": [1, 1], "b": [1, 1]}
    figure = far_back.time_for_one_more((64, 4096), ways)
    np.testing.assert_allclose(figure.axes[0].lines[1].get_ydata(), [1, 5])
    assert "~1.0 times" in title_of(figure)
    assert "~5 times with a dense layer" in title_of(figure)
