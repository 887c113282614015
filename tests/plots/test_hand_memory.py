"""A memory whose gates are set by hand."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots.hand_memory import draw_memory, run_memory

TAPE = [("write", 0.5), ("wait", -0.9), ("show", 0.3), ("write", -0.2), ("show", 1.0)]
RIGHT = {"write": (1, 0, 0), "wait": (0, 1, 0), "show": (0, 1, 1)}


def test_a_memory_keeps_and_replaces_its_number():
    shown = run_memory(RIGHT, TAPE)
    assert shown.right == 5
    assert shown.c.tolist() == [0.5, 0.5, 0.5, -0.2, -0.2]
    assert shown.h == pytest.approx([0, 0, np.tanh(0.5), 0, np.tanh(-0.2)])


@pytest.mark.parametrize(
    "wrong",
    [{"write": (1, 1, 0)}, {"wait": (1, 1, 0)}, {"wait": (0, 0, 0)}, {"wait": (0, 1, 1)},
     {"show": (0, 1, 0)}, {"show": (0, 0, 1)}, {"write": (1, 0, 1)}],
)  # fmt: skip
def test_every_wrong_gate_shows(wrong):
    assert run_memory(RIGHT | wrong, TAPE).right < 5


def test_the_title_counts_and_impossible_gates_are_refused():
    fig, axes = plt.subplots(2, 1)
    draw_memory(axes, run_memory(RIGHT, TAPE), TAPE)
    assert "keeps" in axes[0].get_title() + axes[0].get_title(loc="left")
    plt.close(fig)
    with pytest.raises(ValueError, match="from 0 to 1"):
        run_memory(RIGHT | {"wait": (0, 2, 0)}, TAPE)
    with pytest.raises(ValueError, match="no entry 'wait'"):
        run_memory({"write": (1, 0, 0)}, TAPE)
