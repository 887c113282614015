"""Glimpses of a picture: parts, and what is known after each."""

from __future__ import annotations

import numpy as np

from course_utils.plots import glimpses


def title(ax):
    return " ".join((ax.get_title(loc="left") + ax.get_title()).split())


def test_a_way_to_look_numbers_its_parts():
    axes = glimpses.ways_to_look(np.eye(8), [(8, 8), (4, 4)]).axes
    assert [each.get_title(loc="center") for each in axes] == ["1 glimpse", "4 glimpses"]
    assert [each.get_text() for each in axes[1].texts] == ["1", "2", "3", "4"]


def test_accuracy_is_drawn_over_what_was_seen():
    networks = {1: np.array([[0.9], [0.8]]), 2: np.array([[0.2, 0.5], [0.4, 0.5]])}
    after = {1: np.array([0.9]), 2: np.array([0.7])}
    left, right = glimpses.accuracy_by_share(networks, np.array([0.5, 0.8]), after).axes
    np.testing.assert_allclose(left.lines[1].get_xydata(), [[50, 30], [100, 50]])
    assert title(left) == "The whole picture seen, ~50 to ~85% are right"
    assert title(right) == "Whole at once ~85%, in 2 glimpses ~50%"
