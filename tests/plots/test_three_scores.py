"""What three networks name rightly, drawn."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import three_scores

SHARES = {"CNN+LSTM": (0.5, 0.1), "ConvLSTM": (0.7, 0.05), "Conv3D": (0.8, 0.02)}
WORK = {"CNN+LSTM": 3e5, "ConvLSTM": 5e6, "Conv3D": 8e5}


def test_each_network_stands_at_its_cost_and_its_share_and_the_title_names_the_cheapest():
    spent = {"CNN+LSTM": 0.3, "ConvLSTM": 0.7, "Conv3D": 0.1}
    paid = {"Fewest operations": ("per clip", WORK), "Least time": ("ms", spent)}
    levels = {"one frame": 0.25, "chance": 0.2}
    fig = three_scores.against_costs(SHARES, paid, levels)
    for ax, cost in zip(fig.axes, (WORK, spent), strict=True):
        places = [bars.lines[0].get_xydata()[0].tolist() for bars in ax.containers]
        assert places == [[cost[kind], SHARES[kind][0]] for kind in three_scores.KINDS]
        assert [line.get_ydata()[0] for line in ax.lines[-2:]] == [0.25, 0.2]
    titles = [ax.get_title(loc="left") + ax.get_title() for ax in fig.axes]
    assert titles == ["Fewest operations:\nCNN+LSTM", "Least time:\nConv3D"]
    plt.close(fig)


def test_only_the_first_of_the_confusions_names_its_rows():
    shares = {kind: np.eye(2) for kind in three_scores.KINDS}
    fig = three_scores.confusions(shares, ["left", "right"], "who is who")
    named = [[label.get_text() for label in ax.get_yticklabels()] for ax in fig.axes]
    assert named == [["left", "right"], ["", ""], ["", ""]]
    assert [ax.get_title(loc="left") + ax.get_title() for ax in fig.axes] == list(shares)
    plt.close(fig)


def test_the_bars_stand_in_pairs_of_ordered_and_shuffled():
    shuffled = dict.fromkeys(SHARES, (0.3, 0.01))
    _, ax = plt.subplots()
    three_scores.without_order(ax, SHARES, shuffled, chance=0.2)
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == [0.5, 0.3, 0.7, 0.3, 0.8, 0.3]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sorted(labels) == ["chance", "frames in order", "frames shuffled"]
    plt.close("all")


@pytest.mark.parametrize(
    ("low", "words"), [(0.1, "CNN+LSTM at chance"), (0.3, "no network at chance")]
)
def test_the_title_names_the_networks_that_shuffling_brings_to_chance(low, words):
    shuffled = dict.fromkeys(SHARES, (0.4, 0.05)) | {"CNN+LSTM": (low + 0.05, 0.04)}
    _, ax = plt.subplots()
    three_scores.without_order(ax, SHARES, shuffled, chance=0.2)
    assert ax.get_title().endswith(words)
    plt.close("all")


def test_the_title_names_the_weaker_of_the_straight_pairs_for_each_kind_of_clips():
    scores = {
        "as they are": {"right, left": (0.9, 0.1), "down, up": (0.5, 0.1), "circles": (0.1, 0.1)},
        "mirrored": {"right, left": (0.4, 0.1), "down, up": (0.8, 0.1), "circles": (0.1, 0.1)},
    }
    _, ax = plt.subplots()
    three_scores.pair_bars(ax, scores)
    assert ax.get_title() == "Weaker: down, up (as they are), right, left (mirrored)"
    assert [bar.get_height() for bar in ax.patches] == [0.9, 0.5, 0.1, 0.4, 0.8, 0.1]
    plt.close("all")


def test_the_leads_of_all_seeds_are_drawn_and_those_over_both_are_counted():
    ordered = {"over A": (0.1, -0.1, 0.2), "over B": (0.3, 0.3, 0.3)}
    _, ax = plt.subplots()
    three_scores.draw_leads(ax, ordered, {"over A": (0.0, 0.0, 0.1), "over B": (-0.1, 0.0, 0.0)})
    assert ax.get_title() == "Conv3D leads both rivals in 2 of 3 trainings"
    assert list(ax.lines[0].get_xdata()) == [0.1, -0.1, 0.2]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["frames in order", "frames shuffled"]
    plt.close("all")


def test_a_cost_below_that_of_the_rival_goes_to_the_left_and_the_title_names_the_clear_ones():
    _, ax = plt.subplots()
    ratios = {"time": 0.4, "memory": 0.2, "answers": 0.9, "operations": 2.5}
    three_scores.draw_ratios(ax, ratios, 0.67)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([-0.6, -0.8, -0.1, 1.5])
    assert ax.get_title() == "Conv3D is clearly below its rival in time and memory"
    plt.close("all")
