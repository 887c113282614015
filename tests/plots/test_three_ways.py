"""Pictures of videos."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import three_ways


@pytest.fixture
def ax():
    fig, axes = plt.subplots(figsize=(9, 3.2))
    yield axes
    plt.close(fig)


def test_a_film_strip_shows_every_frame_of_every_clip_in_its_place(ax):
    clips = np.zeros((2, 3, 4, 5))
    clips[1, 2, 0, 0] = 1
    assert three_ways.film_strip(ax, clips, ["one", "two"]) is ax
    picture = ax.images[0].get_array()
    assert picture.shape == (2 * 5 + 1, 3 * 6 + 1)
    assert np.argwhere(picture == 1).tolist() == [[6, 13]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "3"]


def test_a_strip_without_a_name_for_each_clip_is_refused(ax):
    with pytest.raises(ValueError, match="2 clips and 1 names"):
        three_ways.film_strip(ax, np.zeros((2, 3, 4, 5)), ["one"])


def test_the_three_ways_read_three_frames_each_and_give_one_answer(ax):
    assert three_ways.three_ways(ax) is ax
    words = [text.get_text() for text in ax.texts]
    assert [words.count(f"$x_{k}$") for k in (1, 2, 3)] == [3, 3, 3]
    assert words.count("$y$") == 3
    assert {"2D CNN + LSTM", "ConvLSTM", "Conv3D"} <= set(words)


def test_a_confusion_writes_each_share_that_can_be_seen_in_percent(ax):
    shares = np.array([[0.75, 0.25], [0.0, 1.0]])
    assert three_ways.confusion(ax, shares, ["left", "right"]) is ax
    assert [text.get_text() for text in ax.texts] == ["75", "25", "100"]
    assert ax.texts[0].get_color() == "white"  # on a dark square


def test_shares_that_do_not_fit_the_names_are_refused(ax):
    with pytest.raises(ValueError, match="names"):
        three_ways.confusion(ax, np.eye(3), ["left", "right"])
