"""The first references of chapter 18 against definitions, where no library takes part."""

from __future__ import annotations

import numpy as np

from course_utils.oracles import maths
from course_utils.oracles.cells import cell_outcome
from course_utils.oracles.ch18_video_convlstm import conv_lstm_cell as cell
from course_utils.oracles.ch18_video_convlstm.causal_conv3d import causal_conv3d


def test_the_cell_s_gradients_are_those_of_complex_steps():
    case = next(
        case
        for case in cell.cases(np.random.default_rng(5))
        if case.setup["task"] == "sequence" and case.about[-1] == "1"
    )
    found = cell.outcome(cell.conv_lstm_cell, case.inputs, case.setup)
    by_complex_steps = cell_outcome(cell.CELL, cell.conv_lstm_cell)
    exact = by_complex_steps(cell.conv_lstm_cell, case.inputs, case.setup)
    assert set(found) == set(exact)
    for name, value in exact.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-10, atol=1e-13, err_msg=name)


def test_a_same_convolution_is_the_sum_over_the_neighbours_that_there_are():
    rng = np.random.default_rng(6)
    frames, kernel = rng.normal(size=(2, 3, 4, 2)), rng.normal(size=(3, 5, 2, 3))
    slow = np.zeros((2, 3, 4, 3))
    for y, x, v, u in np.ndindex(3, 4, 3, 5):
        row, column = y + v - 1, x + u - 2
        if 0 <= row < 3 and 0 <= column < 4:
            slow[:, y, x] += frames[:, row, column] @ kernel[v, u]
    np.testing.assert_allclose(maths.convolution(frames, kernel), slow, atol=1e-12)


def test_no_output_of_the_causal_layer_changes_with_a_later_frame():
    rng = np.random.default_rng(7)
    videos, kernel = rng.normal(size=(1, 5, 3, 4, 2)), rng.normal(size=(3, 3, 1, 2, 2))
    before = causal_conv3d(videos, kernel, np.zeros(2))
    for t in range(5):
        moved = videos.copy()
        moved[:, t] += 1.0
        changed = np.abs(causal_conv3d(moved, kernel, np.zeros(2)) - before).max(axis=(0, 2, 3, 4))
        assert np.flatnonzero(changed > 1e-9).tolist() == list(range(t, min(t + 3, 5)))
