"""What is read off a moving picture without a network."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import datasets
from course_utils.recurrent.motion_reading import (
    headings,
    ink_changed,
    motion_energy,
    named_by_heading,
)


def conv3d(video, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return np.einsum("tijabc,abc->tij", windows, kernel)


def test_a_motion_gives_its_own_kernel_the_least_energy():
    clips = datasets.moving_digits(12, size=(12, 12), laws=("right", "left"), seed=0)
    kernels = np.zeros((2, 2, 3, 3))
    kernels[:, 0, 1, 1] = -1
    kernels[0, 1, 1, 2] = kernels[1, 1, 1, 0] = 1
    energy = motion_energy(conv3d, kernels, clips.videos)
    assert energy.shape == (12, 2)
    np.testing.assert_array_equal(energy.argmin(axis=1), clips.laws)


def test_a_heading_is_the_angle_of_the_true_move():
    clips = datasets.moving_digits(60, size=(12, 12), laws=datasets.LAWS[:6], seed=1)
    down, right = np.moveaxis(np.diff(clips.places[:, :, 0], axis=1), -1, 0)
    apart = headings(clips.videos) - np.arctan2(down, right)
    assert np.abs(np.angle(np.exp(1j * apart))).max() < 0.05


def test_the_heading_names_all_six_laws():
    clips = datasets.moving_digits(120, size=(12, 12), laws=datasets.LAWS[:6], seed=2)
    np.testing.assert_array_equal(named_by_heading(headings(clips.videos)), clips.laws)


STRAIGHT = [(0, 0), (np.pi, 1), (-np.pi, 1), (np.pi / 2, 2), (-np.pi / 2, 3)]


@pytest.mark.parametrize(("first", "law"), STRAIGHT)
@pytest.mark.parametrize(("turn", "circle"), [(0, None), (2.0, 4), (-2.0, 5)])
def test_an_angle_that_stays_names_a_straight_move_and_one_that_turns_a_circle(
    first, law, turn, circle
):
    angles = first + np.linspace(0, turn, 7)
    assert named_by_heading(angles[None])[0] == (circle or law)


def test_changed_ink_is_the_mean_of_each_law():
    videos = np.zeros((3, 2, 1, 2, 1))
    videos[0, 1] = 2.0  # both pixels change by 2
    videos[1, 1, 0, 0] = 2.0  # one of two
    np.testing.assert_allclose(ink_changed(videos, np.array([0, 0, 1])), [3.0, 0.0])
