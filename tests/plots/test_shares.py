"""The distribution of values between 0 and 1."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import palette
from course_utils.plots.shares import shares


def test_the_heights_are_percent_of_all_values_together():
    fig, ax = plt.subplots()
    assert shares(ax, [np.full((2, 3), 0.01), np.array([0.99, 0.51])], "x", palette.GATE) is ax
    (outline,) = ax.patches
    corners = outline.get_xy()
    assert corners[:, 1].max() == pytest.approx(75)
    assert corners[corners[:, 0] > 0.96, 1].max() == pytest.approx(12.5)
    plt.close(fig)


def test_no_values_are_refused():
    fig, ax = plt.subplots()
    with pytest.raises(ValueError, match="nothing has no values"):
        shares(ax, [np.zeros((0, 3))], "nothing", palette.GATE)
    plt.close(fig)
