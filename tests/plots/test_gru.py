"""The drawing of a GRU, and accuracy against cost."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import Circle, FancyBboxPatch

from course_utils.plots import gru


def place_of(ax, text):
    return next(each.get_position() for each in ax.texts if each.get_text() == text)


@pytest.mark.parametrize("reset_after", [False, True])
def test_the_reset_gate_stands_before_or_after_the_product(reset_after):
    fig, ax = plt.subplots(figsize=(5, 2.9))
    assert gru.cell(ax, reset_after) is ax
    reset, product = place_of(ax, "$r$")[0], place_of(ax, "$U_h$")[0]
    assert (reset > product) is reset_after
    assert any("c_h" in each.get_text() for each in ax.texts) is reset_after
    assert f"reset_after={reset_after}" in (ax.get_title() or ax.get_title(loc="left"))
    plt.close(fig)


@pytest.mark.parametrize("reset_after", [False, True])
def test_nothing_in_the_drawing_overlaps(reset_after):
    fig, ax = plt.subplots(figsize=(5, 2.9))
    gru.cell(ax, reset_after)
    shapes = [p for p in ax.patches if isinstance(p, (Circle, FancyBboxPatch))]
    boxes = [p.get_window_extent() for p in shapes]
    for k, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[k + 1 :])
    plt.close(fig)


def test_every_kind_has_its_own_name_colour_marker_and_dashes():
    for column in zip(*gru.KINDS.values(), strict=True):
        assert len(set(column)) == len(gru.KINDS)
