"""Poles, echoes and the block diagrams of delays: the figures show the numbers they are given."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import delays, poles


def title_of(ax):
    return " ".join(ax.get_title().split())


def test_poles_stand_above_their_response_and_the_title_says_what_becomes_of_it():
    t = np.arange(10)
    kinds = {
        "a": (np.array([0.5 + 0j]), 0.5**t),
        "b": (np.array([1j, -1j]), np.cos(np.pi / 2 * t)),
        "c": (np.array([1.5 + 0j]), 1.5**t),
    }
    figure = poles.poles_and_responses(kinds, "year")
    above, below = figure.axes[0::2], figure.axes[1::2]
    above, below = figure.axes[:3], figure.axes[3:]
    if figure.axes[1].get_xlabel() == "year":
        above, below = figure.axes[0::2], figure.axes[1::2]
    assert [title_of(ax) for ax in above] == [
        "a: 0.50, dies away",
        "b: at the circle, goes on",
        "c: 1.50, grows",
    ]
    np.testing.assert_array_equal(above[1].lines[1].get_ydata(), [1, -1])
    np.testing.assert_allclose(below[2].lines[0].get_ydata(), 1.5**t)
    assert above[2].get_xlim()[1] > 1.5
    assert below[0].get_xlabel() == "year"


def test_an_echo_leaves_silent_steps_out_and_the_title_counts_to_a_thousandth():
    steps = np.arange(40)
    long = np.where(steps % 10 == 0, 0.5 ** (steps / 10), 0.0)
    figure = poles.echoes({"one": 0.5**steps, "ten": long})
    ax = figure.axes[0]
    assert title_of(ax) == "A push of 1 stays above a thousandth until step 9 (one), 30 (ten)"
    drawn = ax.lines[1].get_ydata()
    assert np.isnan(drawn[5])
    assert drawn[20] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (delays.delay_diagrams, {"in a row", "in a loop", "$x_{t-2}$", "$a$"}),
        (delays.state_space_diagram, {"$A$", "$B$", "$C$", "$D$", "$z^{-1}$", "$x_{t+1}$"}),
    ],
)
def test_a_diagram_holds_its_letters(draw, words):
    ax = plt.figure().gca()
    assert draw(ax) is ax
    assert words <= {text.get_text() for text in ax.texts}
