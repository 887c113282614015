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


@pytest.mark.parametrize(
    ("small", "large", "words"),
    [
        (1.4, 0.7, "Keras's GRU: slower with 24 units, quicker with 256"),
        (0.8, 0.7, "quicker at every size"),
        (1.0, 0.7, "In every round quicker: 256 units"),
        (1.4, 1.0, "At no size"),
    ],
)
def test_the_title_says_at_which_size_the_gru_is_quicker(axes, small, large, words):
    spread = np.array([-0.1, 0.0, 0.1])
    ratios = {24: small + spread, 256: large + spread}
    pictures.draw_times(axes[0], ratios, {24: spread + 2, 256: spread + 1}, [0.75, 0.75])
    assert words in title(axes[0])
    assert list(axes[0].lines[0].get_ydata()) == pytest.approx([small, large])
    assert list(axes[0].lines[1].get_ydata()) == pytest.approx([2, 1])
    assert axes[0].get_ylim()[1] > 2


def test_the_best_rate_of_each_kind_is_outlined(axes):
    by_rate = {kind: {0.01: 0.5, 0.02: 0.6 + k / 10} for k, kind in enumerate(KINDS)}
    pictures.draw_rates(axes[0], by_rate, {"lstm": 0.02, "gru": 0.02, "elman": 0.01})
    outlined = [each for each in axes[0].lines if each.get_markerfacecolor() == "none"]
    places = [(float(each.get_xdata()[0]), float(each.get_ydata()[0])) for each in outlined]
    assert places == [(0.02, 60.0), (0.02, 70.0), (0.01, 50.0)]


@pytest.mark.parametrize(("low", "words"), [(-2.9, "at equal parameters"), (-3.1, "not as good")])
def test_the_title_of_the_gaps_asks_the_whole_interval(axes, low, words):
    gaps = {"GRU": (0.0, low, 1.0), "Elman": (-9.0, -10.0, -8.0)}
    differences = {name: np.zeros(5) for name in gaps}
    pictures.draw_gaps(axes[0], gaps, differences, {"GRU": "gru", "Elman": "elman"})
    assert words in title(axes[0])
    assert [each.get_text() for each in axes[0].get_yticklabels()] == ["Elman", "GRU"]
