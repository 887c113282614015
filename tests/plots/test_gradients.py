"""The drawings of chapter 6: the chain of factors and the map of norms."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plots import gradients, use_style


@pytest.fixture
def ax():
    use_style()
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_the_chain_shows_every_factor_and_both_ends(ax):
    assert gradients.chain(ax) is ax
    texts = {text.get_text() for text in ax.texts}
    assert {"$h_0$", "$h_T$", "$L$", "$× J_1$", "$× J_T$", "$∂L/∂h_0$"} <= texts


def test_the_map_shows_the_numbers_and_theorys_boundary(ax):
    radii, steps = np.array([0.5, 1.0, 2.0]), np.array([10, 20])
    logarithms = steps * np.log10(radii)[:, None]
    mesh = gradients.norm_map(ax, radii, steps, logarithms, boundary=1.0)
    assert np.array_equal(np.asarray(mesh.get_array()).reshape(2, 3), logarithms.T)
    assert mesh.norm(0.0) == 0.5  # no change stands in the middle of the colours
    assert [line.get_xdata()[0] for line in ax.lines] == [1.0]


def test_numbers_that_fit_no_map_are_refused(ax):
    with pytest.raises(ValueError, match="one row for each of the 2 radii"):
        gradients.norm_map(ax, [1, 2], [1, 2, 3], np.zeros((3, 2)))
