"""What three networks name rightly, drawn."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plots import three_scores

SHARES = {"CNN+LSTM": (0.5, 0.1), "ConvLSTM": (0.7, 0.05), "Conv3D": (0.8, 0.02)}
WORK = {"CNN+LSTM": 3e5, "ConvLSTM": 5e6, "Conv3D": 8e5}


def test_each_network_stands_at_its_cost_and_its_share():
    spent = {kind: work / 1e6 for kind, work in WORK.items()}
    fig = three_scores.against_costs(SHARES, WORK, spent, chance=0.2, one_frame=0.25)
    for ax, cost in zip(fig.axes, (WORK, spent), strict=True):
        places = [bars.lines[0].get_xydata()[0].tolist() for bars in ax.containers]
        assert places == [[cost[kind], SHARES[kind][0]] for kind in three_scores.KINDS]
        assert [line.get_ydata()[0] for line in ax.lines[-2:]] == [0.2, 0.25]
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
