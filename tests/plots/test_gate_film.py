"""The gates over one string, sorted by what their units keep."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots.gate_film import draw_film, keeper, twin_of


def film(open_of_keeper):
    """Of 3 units, only unit 2 tells the string from its twin: two arrays (4, 6, 3)."""
    own = np.full((4, 6, 3), 0.5)
    own[1, :, 2] = open_of_keeper
    twin = own.copy()
    twin[3, :, 2] -= 1.0
    return own, twin


def test_a_twin_differs_in_the_second_symbol_alone():
    assert twin_of("BTBTXSE") == "BPBTXSE" and twin_of(twin_of("BPBTXSE")) == "BPBTXSE"


@pytest.mark.parametrize(("open_of_keeper", "title"), [(0.95, "open"), (0.1, "not kept")])
def test_the_unit_that_differs_is_first_and_the_title_follows_its_gate(open_of_keeper, title):
    own, twin = film(open_of_keeper)
    kept = keeper(own, twin)
    assert kept.order[0] == 2
    assert kept.open == pytest.approx(open_of_keeper)
    assert kept.open_of_all == pytest.approx((open_of_keeper + 1) / 3)
    fig, axes = plt.subplots(4, 1)
    draw_film(axes, own, kept, "BTBTXS")
    assert title in (axes[0].get_title() or axes[0].get_title(loc="left"))
    assert len(fig.axes) == 8  # each strip has its colour bar
    assert np.allclose(axes[1].images[0].get_array()[0], open_of_keeper)
    plt.close(fig)
