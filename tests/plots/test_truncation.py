"""The drawing of truncated BPTT."""

from __future__ import annotations

import matplotlib.pyplot as plt
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
