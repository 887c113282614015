"""Padding and its cost: the figures show the numbers, the titles follow them."""

from __future__ import annotations

import numpy as np

from course_utils.plots import padding


def title(ax):
    return " ".join((ax.get_title(loc="left") + ax.get_title()).split())


def test_names_are_counted_by_kind_and_length():
    ax = padding.lengths_of_kinds(np.array([1, 3, 3]), np.array([0, 1, 1]), ["a", "b", "c"]).axes[0]
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1, 0, 0], [0, 0, 2], [0, 0, 0]]
    assert "3 letters or fewer" in title(ax)


def test_a_batch_shows_its_letters_and_its_share_of_padding():
    mask = np.array([[True, True], [True, False]])
    ax = padding.batch_of_names(["ab", "c"], mask).axes[0]
    assert [each.get_text() for each in ax.texts] == ["a", "b", "c"]
    assert title(ax) == "25% of this batch is padding"


def test_the_cost_in_the_title_is_that_of_the_worst_padding():
    arms = {"Elman, mask": np.array([0.8, 0.8]), "Elman, padding to 40": np.array([0.6, 0.8])}
    arms |= {"GRU, mask": np.array([0.7]), "GRU, padding to 40": np.array([0.7])}
    ax = padding.accuracy_of_arms(arms, {"rule": 0.75}).axes[0]
    assert title(ax) == "The padding that counts costs an Elman ~10 and a GRU ~0 points at most"
    assert [each.get_text() for each in ax.get_yticklabels()] == list(arms)[::-1]


def test_the_title_names_who_loses_most_by_another_width():
    arms = {"a": np.array([[0.8], [0.8]]), "b": np.array([[0.9], [0.4]])}
    ax = padding.accuracy_over_widths([20, 40], arms).axes[0]
    assert title(ax) == "Padded to 40, b loses ~50 points of its best"
    np.testing.assert_allclose(ax.lines[1].get_ydata(), [90, 40])
