"""The drawings of the video chapters."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

from course_utils.plots import palette, video


def test_a_strip_has_a_row_for_each_video_and_a_column_for_each_frame():
    frames = np.random.default_rng(0).random((4, 5, 6))
    error = frames - 0.5
    fig = video.strip(
        {"truth": frames, "error": error}, list("abcd"), signed=["error"], title="A strip"
    )
    assert len(fig.axes) == 8
    assert [ax.get_title(loc="center") for ax in fig.axes[:4]] == list("abcd")
    assert fig.axes[0].get_ylabel() == "truth"
    assert fig.axes[4].images[0].get_clim() == (-1, 1)
    assert fig.axes[0].images[0].get_clim() == (0, 1)
    plt.close(fig)


def test_a_frame_of_nan_is_left_empty():
    frames = np.full((2, 3, 3), np.nan)
    frames[1] = 0.5
    fig = video.strip({"prediction": frames}, ["1", "2"])
    assert [len(ax.images) for ax in fig.axes] == [0, 1]
    plt.close(fig)


def test_a_row_of_another_length_is_refused_by_name():
    with pytest.raises(ValueError, match="'truth'"):
        video.strip({"truth": np.zeros((3, 2, 2))}, ["1", "2"])


def test_the_cell_shows_its_two_convolutions():
    fig, ax = plt.subplots(figsize=(7, 3))
    assert video.conv_lstm(ax) is ax
    assert sum("convolution" in text.get_text() for text in ax.texts) == 2
    plt.close(fig)


def test_only_the_layer_that_is_not_causal_has_an_arrow_from_the_future():
    fig, ax = plt.subplots(figsize=(7, 3))
    assert video.receptive_fields(ax) is ax
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 6
    late = [a for a in arrows if to_hex(a.get_edgecolor()).upper() == palette.LOSS]
    assert len(late) == 1
    plt.close(fig)
