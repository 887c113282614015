"""A string and its twin: the unit that keeps, and the one that drifts."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots.gate_film import draw_strips, draw_units, find_units, twin_of

STRINGS = ["BTBTXSETE", "BPBPVVEPE"]


def films(keeps=1.0):
    """Of 3 units, unit 2 differs by the second symbol, and unit 1 counts steps: (4, 2, 7, 3)."""
    own = np.full((4, 2, 7, 3), 0.5)
    own[3, :, :, 1] = np.arange(7)
    own[1, :, :, 2] = 0.9
    twin = own.copy()
    sign = np.array([1.0, -1.0])[:, None]
    own[3, :, :, 2], twin[3, :, :, 2] = keeps * sign, -keeps * sign
    return own, twin


def title(ax):
    return (ax.get_title() or ax.get_title(loc="left")).replace("\n", " ")


def test_a_twin_differs_in_the_second_symbol_alone():
    assert twin_of("BTBTXSE") == "BPBTXSE" and twin_of(twin_of("BPBTXSE")) == "BPBTXSE"


def test_the_keeper_tells_the_twins_apart_and_the_drifter_is_largest():
    found = find_units(*films(), STRINGS)
    assert (found.keeper, found.drifter) == (2, 1)
    assert found.sure == 1 and found.size == 6 and found.drift_apart == 0
    assert found.open == pytest.approx(0.9)
    assert found.open_of_all == pytest.approx((0.5 + 0.5 + 0.9) / 3)
    assert "100%" in found.words


@pytest.mark.parametrize(("drift", "words"), [(1.0, "adds up steps"), (0.1, "is largest")])
def test_the_figures_frame_the_keeper_and_title_what_they_show(drift, words):
    own, twin = films()
    own[3, :, :, 1] *= drift
    twin[3, :, :, 1] *= drift
    found = find_units(own, twin, STRINGS)
    fig, axes = plt.subplots(2, 1)
    draw_strips(axes, own[:, 0], twin[:, 0], found, STRINGS[0])
    assert np.allclose(axes[0].images[0].get_array()[0], np.tanh(own[3, 0, :, found.keeper]))
    assert axes[0].patches and len(fig.axes) == 4
    plt.close(fig)
    fig, axes = plt.subplots(2, 2, figsize=(10, 5))
    found = found._replace(keeper=2, drifter=1, size=6 * drift)
    draw_units(axes, own[:, 0], twin[:, 0], found, STRINGS[0])
    assert words in title(axes[0, 1])
    assert [tick.get_text() for tick in axes[1, 0].get_xticklabels()][1] == "T\nP"
    plt.close(fig)
