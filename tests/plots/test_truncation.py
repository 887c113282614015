"""The drawing of truncated BPTT."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

from course_utils.plots import palette, truncation


@pytest.mark.parametrize("steps", [2, 4, 5])
def test_every_chunk_has_its_states_and_one_way_back(steps):
    fig, ax = plt.subplots(figsize=(7, 3))
    assert truncation.chunks(ax, steps) is ax
    assert sum(text.get_text() == "$h$" for text in ax.texts) == 3 * steps
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    loss = [a for a in arrows if to_hex(a.get_edgecolor()).upper() == palette.LOSS]
    assert len(loss) == 3
    plt.close(fig)


@pytest.mark.parametrize("steps", [1, 6])
def test_more_steps_than_can_be_drawn_are_refused(steps):
    fig, ax = plt.subplots()
    with pytest.raises(ValueError, match="steps"):
        truncation.chunks(ax, steps)
    plt.close(fig)


def test_the_reach_is_tau_where_the_cut_slides_and_the_position_at_borders():
    sliding, between, borders = (truncation.reached(12, every, 4) for every in (1, 2, 4))
    assert sliding.sum(axis=1).tolist() == [1, 2, 3] + [4] * 9
    assert between[4:].sum(axis=1).tolist() == [3, 4] * 4
    assert borders.sum(axis=1).tolist() == [1, 2, 3, 4] * 3
    assert not np.triu(sliding, 1).any()
    figure = truncation.reached_uses(12, 4)
    assert [ax.get_title() for ax in figure.axes][1] == "between: TBPTT(2, 4)"
    plt.close(figure)


@pytest.mark.parametrize(("every", "back"), [(0, 4), (5, 4)])
def test_a_walk_shorter_than_its_losses_is_refused(every, back):
    with pytest.raises(ValueError, match="every"):
        truncation.reached(12, every, back)
