"""Rules without a network, drawn: their titles say what was measured."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import motion_rules


@pytest.fixture
def ax():
    fig, axes = plt.subplots()
    yield axes
    plt.close(fig)


@pytest.mark.parametrize(("own", "count"), [(0.0, 4), (2.0, 0)])
def test_the_title_counts_the_motions_that_silence_their_own_kernel(ax, own, count):
    typical = np.ones((4, 4)) + (own - 1) * np.eye(4)
    motion_rules.draw_energy(ax, typical, ("right", "left", "down", "up"))
    assert ax.get_title().startswith(f"{count} of 4 motions")


def test_headings_are_drawn_in_degrees_between_the_frames(ax):
    angles = np.full((6, 3), np.pi / 2)
    motion_rules.draw_headings(ax, angles, list("abcdef"), 0.5)
    assert ax.lines[0].get_xdata().tolist() == [1.5, 2.5, 3.5]
    assert ax.lines[0].get_ydata().tolist() == [90, 90, 90]
    assert ax.get_title().endswith("50% of the clips named rightly")


def test_the_title_gives_the_best_score_of_those_who_know_nothing(ax):
    motion_rules.draw_repair(ax, {"one frame": 0.2, "always": 0.7, "perfect": 1.0})
    assert ax.get_title().endswith("up to 0.70")
    assert [bar.get_width() for bar in ax.patches] == [0.2, 0.7, 1.0]
