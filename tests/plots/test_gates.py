"""The LSTM's drawing and the film strip."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import gates


def test_the_drawing_names_the_states_and_all_four_blocks() -> None:
    fig, ax = plt.subplots()
    gates.lstm_cell(ax)
    words = {text.get_text() for text in ax.texts}
    assert {"$c$", "$c'$", "$h'$", "$f$", "$i$", "$g$", "$o$"} <= words
    plt.close(fig)


def test_the_film_strip_is_aligned_with_the_symbols_and_signed_where_values_are() -> None:
    fig, axes = plt.subplots(2, 1)
    values = np.linspace(0, 1, 12).reshape(4, 3)
    gate, cell = gates.film_strip(axes, {"f": values, "c": values - 2.0}, list("BTXE"))
    assert gate.get_array().shape == (3, 4)
    assert gate.get_clim() == (0.0, 1.0) and cell.get_clim() == (-2.0, 2.0)
    assert [tick.get_text() for tick in axes[-1].get_xticklabels()] == list("BTXE")
    plt.close(fig)


def test_rows_that_do_not_fit_are_refused() -> None:
    fig, axes = plt.subplots(2, 1)
    with pytest.raises(ValueError, match="axes"):
        gates.film_strip(axes, {"f": np.ones((2, 1))}, "BT")
    with pytest.raises(ValueError, match="one step for each"):
        gates.film_strip(axes, {"f": np.ones((3, 1)), "c": np.ones((2, 1))}, "BT")
    plt.close(fig)
