"""The drawing of teacher forcing."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

from course_utils.plots import forcing


@pytest.fixture
def words():
    fig, ax = plt.subplots(figsize=(9, 3.2))
    assert forcing.feeding(ax) is ax
    yield [text.get_text() for text in ax.texts]
    plt.close(fig)


def test_the_forced_network_is_fed_three_values_and_the_free_one_a_single_one(words):
    assert words.count("$x_0$") == 2
    assert words.count("$x_1$") == words.count("$x_2$") == 1


def test_both_networks_have_their_states_and_outputs(words):
    for k in (1, 2, 3):
        assert words.count(f"$h_{k}$") == words.count(f"$y_{k}$") == 2
