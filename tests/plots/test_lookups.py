"""A one-hot beside a look-up: the title follows the largest table."""

from __future__ import annotations

import numpy as np

from course_utils.plots import lookups


def title(ax):
    return " ".join((ax.get_title(loc="left") + ax.get_title()).split())


def test_a_look_up_is_compared_at_the_largest_table():
    costs = {"one-hot": np.array([[1e-3, 1e6], [1e-2, 1e7]]), "look-up": np.full((2, 2), 1e-3)}
    left, right = lookups.look_up_costs([10, 100], costs).axes
    assert title(left) == "At 100 rows: ~10 times the time"
    np.testing.assert_allclose(right.lines[0].get_ydata(), [1, 10])
