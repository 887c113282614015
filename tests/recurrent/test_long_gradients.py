"""Gradients over a hundred steps."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.long_gradients import LONG, along_elman, along_the_cell


def test_constant_gates_leave_their_power():
    def gates(x, h, W, U, b):
        return h, np.full_like(h, 0.5), h, h

    path = along_the_cell(
        gates, lambda x, h, c, *_: (h, c), lambda f: np.prod(f, axis=1), bias=0.0, seeds=[0, 1]
    )
    assert path.shape == (2, LONG)
    assert path == pytest.approx(np.tile(np.arange(1, LONG + 1) * np.log10(0.5), (2, 1)))


def test_larger_weights_and_quiet_inputs_explode_where_xavier_vanishes():
    small, large = along_elman(seeds=[0]), along_elman(scale=3.0, loud=0.1, seeds=[0])
    assert small[0, -1] < -3 < 2 < large[0].max()
