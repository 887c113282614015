"""The shapes of a task are drawn from their masks."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import task_shapes


def letters(ax):
    return sorted(each.get_text() for each in ax.texts)


def test_a_column_has_an_input_where_it_reads_and_a_loss_where_it_counts():
    ax = task_shapes.task_shape(plt.gca(), np.array([True, True, False]), np.arange(3) == 2)
    assert letters(ax) == ["$\\ell$", "$h$", "$h$", "$h$", "$x$", "$x$", "$y$"]


@pytest.mark.parametrize(("reads", "counts"), [(2, 3), (0, 0)])
def test_masks_that_do_not_fit_are_refused(reads, counts):
    with pytest.raises(ValueError, match="steps"):
        task_shapes.task_shape(plt.gca(), np.ones(reads, bool), np.ones(counts, bool))


def test_each_shape_stands_under_its_name_and_above_its_example():
    shapes = {"one to one": (np.ones(1, bool), np.ones(1, bool)), "two": (np.ones(2, bool),) * 2}
    figure = task_shapes.five_shapes(shapes, {"one to one": "a thing", "two": "things"})
    assert [ax.get_title() for ax in figure.axes] == list(shapes)
    assert [ax.texts[-1].get_text() for ax in figure.axes] == ["a thing", "things"]
