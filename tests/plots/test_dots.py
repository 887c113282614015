"""A row for each name, a dot for each run."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import palette
from course_utils.plots.dots import dots


def test_the_first_name_stands_on_top_with_its_runs_and_their_median():
    fig, ax = plt.subplots()
    rows = {"first": [0.1, 0.2, 0.9], "second": [0.5]}
    assert dots(ax, rows, lambda name: palette.CELL) is ax
    labels = [each.get_text() for each in ax.get_yticklabels()]
    assert labels == ["second", "first"]
    runs, median = ax.lines[2], ax.lines[3]
    assert list(runs.get_xdata()) == [0.1, 0.2, 0.9] and set(runs.get_ydata()) == {1}
    assert np.allclose(median.get_xdata(), 0.2)
    plt.close(fig)


def test_a_row_without_runs_is_refused():
    fig, ax = plt.subplots()
    with pytest.raises(ValueError, match="empty has no runs"):
        dots(ax, {"empty": []}, lambda name: palette.CELL)
    plt.close(fig)
