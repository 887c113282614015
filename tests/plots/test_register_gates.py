"""Who learns the register, and what its gates do."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import register_gates as pictures
from course_utils.recurrent.held_gates import Traces


@pytest.mark.parametrize(
    ("update", "reset", "words"),
    [
        (0.3, 1.0, "its update gate a"),
        (0.3, 0.2, "update or its reset"),
        (1.0, 1.0, "can do without"),
    ],
)
def test_the_title_names_the_gates_that_are_missed(update, reset, words):
    fig, ax = plt.subplots(figsize=(9, 3))
    accuracy = {
        "GRU": np.ones(3),
        "no update gate": np.full(3, update),
        "no reset gate": np.full(3, reset),
    }
    pictures.draw_register(ax, accuracy, 0.4)
    assert words in ax.get_title(loc="left") + ax.get_title()
    assert [each.get_text() for each in ax.get_yticklabels()] == list(accuracy)[::-1]
    plt.close(fig)


def test_the_unit_that_keeps_most_is_on_top():
    fig, axes = plt.subplots(3, 1)
    z = np.stack([np.full((2, 4), 0.1), np.full((2, 4), 0.9)], axis=-1)
    pictures.draw_traces(axes, Traces(z, z, z - 0.5), list("abcd"))
    assert np.asarray(axes[0].images[0].get_array())[0] == pytest.approx([0.9] * 4)
    assert [each.get_text() for each in axes[2].get_xticklabels()] == list("abcd")
    plt.close(fig)


@pytest.mark.parametrize(("write", "words"), [(0.1, "in all networks"), (0.7, "not always")])
def test_the_title_says_whether_writing_closes_the_gate_in_all_networks(write, words):
    fig, axes = plt.subplots(1, 2, figsize=(12, 3))
    gate = {"write": 0.1, "flip": 0.6, "keep": 0.9}
    pictures.draw_commands(
        axes, [{"z": gate, "r": gate}, {"z": {**gate, "write": write}, "r": gate}]
    )
    assert words in axes[0].get_title(loc="left") + axes[0].get_title()
    assert "in all networks" in axes[1].get_title(loc="left") + axes[1].get_title()
    plt.close(fig)
