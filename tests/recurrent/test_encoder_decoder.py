"""Encoder and decoder learn to write what only the encoder has read."""

from __future__ import annotations

import numpy as np

from course_utils.recurrent.encoder_decoder import train_halves


def test_what_was_read_is_written():
    rng = np.random.default_rng(0)
    xs = rng.choice([-1.0, 1.0], size=(40, 2, 1))
    targets = 0.5 * xs[:, :1] * np.ones((1, 3, 1))
    halves = train_halves(xs, targets, [0, 1], 200, 0.02, units=6)
    assert len(halves) == 2
    for each in halves:
        h = np.zeros((40, 6))
        for t in range(2):
            h = np.tanh(xs[:, t] @ each["E_x"] + h @ each["E_h"] + each["b"])
        y, ys = np.zeros((40, 1)), []
        for _ in range(3):
            h = np.tanh(y @ each["D_y"] + h @ each["D_h"] + each["c"])
            y = h @ each["W_y"] + each["b_y"]
            ys.append(y)
        assert np.abs(np.stack(ys, axis=1) - targets).max() < 0.15
