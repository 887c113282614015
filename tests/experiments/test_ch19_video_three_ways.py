"""The harness of chapter 19: its clips, one frame alone, costs, trainings and what they name."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from course_utils import datasets
from course_utils.experiments import ch19_video_three_ways as experiment


def conv3d(video, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return np.einsum("tijabc,abc->tij", windows, kernel)


def build(shape, classes):
    return keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


def lamps(part, seed, frame=1):
    """Clips of three frames in which one pixel of one frame tells which of two laws it is."""
    rng = np.random.default_rng([seed, part == "test"])
    laws = rng.permutation(np.arange(64) % 2)
    videos = np.zeros((64, 3, 2, 2, 1), "float32")
    videos[:, frame, 0, 0, 0] = 6.0 * laws - 3
    return SimpleNamespace(videos=videos, laws=laws)


LAMPS = experiment.Source(("off", "on"), lamps)


def run(seed, right, shuffled=0.5, named=(0,), laws=(0,)):
    return experiment.Run(seed, right, shuffled, np.array(named), np.array(laws), 1.0)


def test_digits_follow_six_laws_and_the_seed_decides():
    names, draw = experiment.source("digits")
    train, test = draw("train", 1), draw("test", 1)
    assert len(names) == 6
    assert train.videos.shape == (640, 8, 12, 12, 1) and len(test.laws) == 600
    assert set(train.laws) == set(range(6))
    np.testing.assert_array_equal(draw("test", 1).videos, test.videos)
    assert not np.array_equal(draw("test", 2).videos, test.videos)


def test_a_source_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="'films'"):
        experiment.source("films")


@pytest.mark.parametrize(("frame", "score"), [(1, 1.0), (0, 0.5)])
def test_a_single_frame_is_the_middle_one(frame, score):
    found = experiment.single_frame_score(lambda part, seed: lamps(part, seed, frame), 0)
    assert found == pytest.approx(score, abs=0.01)


def test_a_motion_gives_its_own_kernel_the_least_energy():
    laws = ("right", "left")
    clips = datasets.moving_digits(12, size=(12, 12), laws=laws, seed=0)
    kernels = np.zeros((2, 2, 3, 3))
    kernels[:, 0, 1, 1] = -1
    kernels[0, 1, 1, 2] = kernels[1, 1, 1, 0] = 1
    energy = experiment.motion_energy(conv3d, kernels, clips.videos)
    assert energy.shape == (12, 2)
    np.testing.assert_array_equal(energy.argmin(axis=1), clips.laws)


def test_costs_are_counted_for_each_network():
    clips = np.zeros((4, 3, 2, 2, 1), "float32")
    found = experiment.costs({"dense": build}, clips, 5)["dense"]
    assert found.weights == 12 * 5 + 5
    assert found.operations == 2 * 12 * 5
    assert found.milliseconds > 0
    assert 0 < found.megabytes < 0.01


def test_a_network_is_trained_for_each_seed_and_tested_as_it_is_and_shuffled():
    def darken(videos, rng):
        return np.zeros_like(videos)

    first, second = (
        experiment.train_and_test(build, LAMPS, darken, 100, (3, 4), "") for _ in range(2)
    )
    assert [each.seed for each in first] == [3, 4]
    assert [each.right for each in first] == [1.0, 1.0]
    assert [each.right_shuffled for each in first] == [0.5, 0.5]  # one name for all
    for one, same in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.named, same.named)
        np.testing.assert_array_equal(one.laws, lamps("test", one.seed).laws)


def test_the_lead_is_that_of_the_seed_and_the_work_is_beside_the_cheaper_rival():
    rights = {"CNN+LSTM": (0.5, 0.6), "ConvLSTM": (0.7, 0.7), "Conv3D": (0.9, 0.5)}
    results = {kind: [run(8, a), run(9, b, 0.1)] for kind, (a, b) in rights.items()}
    work = {"CNN+LSTM": 400, "ConvLSTM": 200, "Conv3D": 300}
    prices = {kind: experiment.Cost(1, count, 1.0, 1.0) for kind, count in work.items()}
    found = experiment.leads(results, prices, 9)
    assert found == pytest.approx(
        {"lead over CNN+LSTM": -0.1, "lead over ConvLSTM": -0.2, "operations": 1.5}
    )
    assert experiment.leads(results, prices, 8, shuffled=True)["lead over ConvLSTM"] == 0


def test_the_rows_of_a_confusion_are_shares_over_all_runs():
    runs = [run(0, 0.5, named=(0, 1, 1), laws=(0, 0, 1)), run(1, 1, named=(0, 1), laws=(0, 1))]
    np.testing.assert_allclose(experiment.confusion(runs, 2), [[2 / 3, 1 / 3], [0, 1]])


def test_the_half_width_is_that_of_five_seeds():
    mean, half = experiment.interval([1.0, 2.0, 3.0, 4.0, 5.0])
    assert mean == 3
    assert half == pytest.approx(1.9632, rel=1e-3)


def test_most_of_the_unbalanced_clips_follow_the_first_law_and_one_frame_says_no_more():
    named, laws = experiment.unbalanced_names(("right", "left", "down", "up"))
    commonest = np.mean(laws == 0)
    assert 0.7 < commonest < 0.8
    assert np.mean(named == laws) == pytest.approx(commonest, abs=0.05)
