"""Pictures of a fair comparison of cells."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import cell_comparison as pictures

KINDS = ("lstm", "gru", "elman")


@pytest.fixture
def axes():
    fig, axes = plt.subplots(1, 3, figsize=(10, 3))
    yield axes
    plt.close(fig)


def title(ax):
    return ax.get_title().replace("\n", " ")


def test_the_middle_of_the_turns_is_drawn_for_each_size(axes):
    ratios = {8: np.array([1.0, 1.2, 5.0]), 64: np.array([0.9, 0.8, 0.7])}
    pictures.draw_times(axes[0], ratios, [0.75, 0.75])
    assert list(axes[0].lines[0].get_ydata()) == [1.2, 0.8]
    assert list(axes[0].lines[0].get_xdata()) == [8, 64]


def test_the_best_rate_of_each_kind_is_outlined(axes):
    by_rate = {kind: {0.01: 0.5, 0.02: 0.6 + k / 10} for k, kind in enumerate(KINDS)}
    pictures.draw_rates(axes[0], by_rate, {"lstm": 0.02, "gru": 0.02, "elman": 0.01})
    outlined = [each for each in axes[0].lines if each.get_markerfacecolor() == "none"]
    places = [(float(each.get_xdata()[0]), float(each.get_ydata()[0])) for each in outlined]
    assert places == [(0.02, 60.0), (0.02, 70.0), (0.01, 50.0)]


@pytest.mark.parametrize(
    ("low", "words"), [(-2.9, "whatever is made equal"), (-3.1, "not as good")]
)
def test_the_title_of_the_gaps_asks_the_whole_interval(axes, low, words):
    gaps = {"GRU": (0.0, low, 1.0), "Elman": (-9.0, -10.0, -8.0)}
    differences = {name: np.zeros(5) for name in gaps}
    pictures.draw_gaps(axes[0], gaps, differences, {"GRU": "gru", "Elman": "elman"})
    assert words in title(axes[0])
    assert [each.get_text() for each in axes[0].get_yticklabels()] == ["Elman", "GRU"]


@pytest.mark.parametrize(
    ("time", "good", "words"), [(1, 95, "leads"), (3, 95, "costs"), (1, 80, "costs")]
)
def test_the_elman_cell_leads_where_it_is_quickest_and_as_good(axes, time, good, words):
    costs = {
        name: {kind: [1.0, time if kind == "elman" else 2.0] for kind in KINDS}
        for name in ("parameters", "operations", "milliseconds")
    }
    curves = {kind: [np.array([0.5, 0.6]), np.array([0.89, 0.91])] for kind in KINDS}
    curves["elman"][1] = np.array([good - 1, good + 1]) / 100
    pictures.draw_costs(axes, costs, curves, linear=0.96)
    assert words in axes[0].figure.get_suptitle()
    assert [ax.get_xlabel() for ax in axes] == list(costs)
