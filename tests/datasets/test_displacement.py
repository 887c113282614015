"""Displacements are measured, and made, on frames without walls."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.datasets import displacement, moving_digits, shifted


@pytest.fixture(scope="module")
def frames():
    return np.random.default_rng(0).random((3, 8, 6))


@pytest.mark.parametrize("rows", [0, 1, -3])
@pytest.mark.parametrize("columns", [0, 2, -2])
def test_whole_pixels_are_measured_and_made_exactly(frames, rows, columns):
    rolled = np.roll(frames, (rows, columns), axis=(-2, -1))
    np.testing.assert_allclose(displacement(frames, rolled), [[rows, columns]] * 3, atol=1e-9)
    np.testing.assert_allclose(shifted(frames, np.tile([rows, columns], (3, 1))), rolled)


def test_each_frame_is_moved_by_its_own_displacement(frames):
    moved = shifted(frames, [[0, 0], [1, 0], [0, 0.5]])
    np.testing.assert_allclose(moved[0], frames[0])
    np.testing.assert_allclose(moved[1], np.roll(frames[1], 1, axis=0))
    np.testing.assert_allclose(moved[2], (frames[2] + np.roll(frames[2], 1, axis=1)) / 2)


def test_a_blur_to_all_sides_is_no_displacement(frames):
    blurred = sum(np.roll(frames, k, axis=a) for a in (-2, -1) for k in (-1, 0, 1))
    np.testing.assert_allclose(displacement(frames, blurred), 0, atol=1e-9)


def test_the_motion_of_digits_is_measured_to_a_hundredth_of_a_pixel():
    clips = moving_digits(20, 5, laws=("right", "up"), seed=1)
    made = displacement(clips.videos[:, :-1, ..., 0], clips.videos[:, 1:, ..., 0])
    true = np.diff(clips.places[:, :, 0], axis=1)
    np.testing.assert_allclose(made, true, atol=0.01)


def test_what_comes_in_is_not_changed(frames):
    kept = frames.copy()
    shifted(frames, np.ones((3, 2)))
    displacement(frames, frames)
    np.testing.assert_array_equal(frames, kept)
