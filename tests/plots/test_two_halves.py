"""Encoder and decoder at work: the title follows the errors."""

from __future__ import annotations

import numpy as np

from course_utils.plots import two_halves


def title(ax):
    return " ".join((ax.get_title(loc="left") + ax.get_title()).split())


def test_the_error_without_a_half_is_told_as_a_multiple():
    written = {"both": np.zeros(2), "one": np.ones(2)}
    errors = {"both": [0.1, 0.1], "one": [0.4, 0.6], "line": [0.2]}
    left, right = two_halves.halves_at_work(np.ones(3), np.zeros(2), written, errors, "rad").axes
    assert title(right) == "Without one of its halves: ~5 times the error or more"
    np.testing.assert_array_equal(left.lines[1].get_xdata(), [3, 4])
