"""Moments of videos side by side, and the table of influence."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import frames, palette

CLIPS = np.random.default_rng(0).random((2, 4, 3, 5, 1))


def test_a_moment_shows_that_frame_of_each_clip():
    fig = frames.moment(CLIPS, 2)
    assert len(fig.axes) == 2
    for ax, clip in zip(fig.axes, CLIPS, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), clip[2, ..., 0])
    assert fig.get_suptitle() == "frame 3 of 4"
    plt.close(fig)


@pytest.mark.parametrize(("t", "thick", "words"), [(1, 0.8, "seen"), (3, 2.5, "2 ahead")])
def test_only_a_model_on_its_own_frames_is_framed_thickly(t, thick, words):
    colours = {"truth": palette.TRUTH, "model": palette.OUTPUT}
    fig = frames.rollouts({"truth": CLIPS, "model": 1 - CLIPS}, colours, context=2, t=t)
    widths = [ax.spines["left"].get_linewidth() for ax in fig.axes]
    assert widths == [0.8, thick] * 2
    np.testing.assert_array_equal(fig.axes[3].images[0].get_array(), 1 - CLIPS[1, t, ..., 0])
    assert words in fig.get_suptitle()
    plt.close(fig)


def test_the_future_in_a_table_of_influence_is_drawn_on_top():
    _, ax = plt.subplots()
    table = np.array([[True, True, False], [True, True, False], [False, True, True]])
    frames.influence(ax, table, "a layer")
    future = np.ma.filled(ax.images[1].get_array().astype(float), np.nan)
    assert np.argwhere(future == 1).tolist() == [[0, 1]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "3"]
    plt.close("all")
