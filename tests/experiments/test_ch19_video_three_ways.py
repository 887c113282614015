"""The harness of chapter 19: its clips, one frame alone, costs, trainings and what they name."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from course_utils.experiments import ch19_video_three_ways as experiment


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


def test_a_network_is_trained_for_each_seed_and_tested_as_it_is_and_shuffled():
    def darken(videos, rng):
        return np.zeros_like(videos)

    first, second = (
        experiment.train_and_test(build, LAMPS, darken, 100, (3, 4), 5e-3, "") for _ in range(2)
    )
    assert [each.seed for each in first] == [3, 4]
    assert [each.right for each in first] == [1.0, 1.0]
    assert [each.right_shuffled for each in first] == [0.5, 0.5]  # one name for all
    for one, same in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.named, same.named)
        np.testing.assert_array_equal(one.laws, lamps("test", one.seed).laws)


def test_the_rate_is_the_one_that_is_given():
    def darken(videos, rng):
        return videos

    (still,) = experiment.train_and_test(build, LAMPS, darken, 3, (3,), 1e-9, "")
    (moved,) = experiment.train_and_test(build, LAMPS, darken, 30, (3,), 3e-2, "")
    assert still.right < 1 and moved.right == 1


def test_the_best_rate_is_found_on_clips_that_were_not_trained_with():
    seen = []

    def draw(part, seed):
        seen.append((part, seed))
        return lamps(part, seed)

    origin = experiment.Source(("off", "on"), draw)
    found = experiment.tune(build, origin, 30, rates=(1e-9, 3e-2), seeds=(1, 2))
    assert list(found) == [1e-9, 3e-2]
    assert found[1e-9] < found[3e-2] == 1
    assert {part for part, _ in seen} == {"train"}
    assert len(set(seen)) == 4


def runs_of(rights, seeds=range(5), shuffled=0.2):
    return [run(seed, right, shuffled) for seed, right in zip(seeds, rights, strict=True)]


def prices(work=(400, 5000, 900), megabytes=(2.0, 9.0, 0.5)):
    each = zip(experiment.KINDS, work, megabytes, strict=True)
    return {kind: experiment.Cost(1, count, {1: 1.0}, size) for kind, count, size in each}


@pytest.mark.parametrize(
    ("conv_lstm", "shuffled", "verdict"),
    [
        ((0.7, 0.71, 0.72, 0.7, 0.7), 0.2, "supported"),
        ((0.7, 0.9, 0.75, 0.85, 0.8), 0.2, "qualified"),  # an interval across zero
        ((0.9, 0.91, 0.92, 0.9, 0.9), 0.2, "refuted"),
        ((0.7, 0.71, 0.72, 0.7, 0.7), 0.6, "qualified"),  # the lead is there without the order
    ],
)
def test_most_are_named_where_both_leads_are_wholly_above_zero(conv_lstm, shuffled, verdict):
    results = {
        "CNN+LSTM": runs_of((0.5, 0.52, 0.51, 0.5, 0.5)),
        "ConvLSTM": runs_of(conv_lstm),
        "Conv3D": runs_of((0.8, 0.8, 0.81, 0.8, 0.8), shuffled=shuffled),
    }
    found = experiment.claim_names_most(results, 640, 12)
    assert found.verdict == verdict
    assert found.values["lead over CNN+LSTM"][0] == pytest.approx(0.3)
    assert found.control_values["lead over ConvLSTM, shuffled"][0] == pytest.approx(shuffled - 0.2)


@pytest.mark.parametrize(
    ("milliseconds", "megabytes", "verdict"),
    [(0.1, 0.5, "supported"), (0.25, 0.5, "qualified"), (0.1, 3.0, "refuted")],
)
def test_it_is_cheaper_where_memory_and_time_are_a_third_below_the_cheaper_rivals(
    milliseconds, megabytes, verdict
):
    def runs(spent):
        each = enumerate(runs_of((0.5,) * 5))
        return [replace(run, milliseconds=spent * (1 + seed / 50)) for seed, run in each]

    spent = {"CNN+LSTM": 0.3, "ConvLSTM": 0.9, "Conv3D": milliseconds}
    results = {kind: runs(ms) for kind, ms in spent.items()}
    found = experiment.claim_cheapest(results, prices(megabytes=(2.0, 9.0, megabytes)))
    assert found.verdict == verdict
    assert found.values["training time"][0] == pytest.approx(milliseconds / 0.3)
    assert found.values["memory"][0] == pytest.approx(megabytes / 2)


@pytest.mark.parametrize(("count", "verdict"), [(300, "supported"), (900, "refuted")])
def test_operations_are_compared_with_the_cheaper_rivals(count, verdict):
    found = experiment.claim_fewest_operations(prices(work=(400, 5000, count)))
    assert found.verdict == verdict
    assert found.values["operations"] == (count / 400,)


def test_the_most_confused_are_the_two_taken_for_each_other_most_often():
    first = np.array([[0.9, 0.1, 0], [0, 0.6, 0.4], [0, 0.1, 0.9]])
    second = np.array([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0, 0.3, 0.7]])
    assert experiment.most_confused({"a": first, "b": second}, "xyz") == ("y", "z")


def test_a_pair_is_right_and_goes_the_right_way():
    matrix = np.array([[0.4, 0.2, 0.4, 0], [0.1, 0.5, 0, 0.4], [0, 0, 1, 0], [0, 0, 1, 0]])
    assert np.allclose(experiment.by_pair(matrix), [(0.45, 0.75), (0.5, 0.5)])
    runs = [run(k, 1, named=(0, 1, 2, 3), laws=(0, 1, 2, 3)) for k in range(5)]
    assert experiment.pair_scores(runs, "abcd") == {"a, b": (1, 0), "c, d": (1, 0)}


def test_clips_in_a_mirror_are_clips_of_the_law_they_are_given():
    origin = experiment.source("digits")
    clips = experiment.in_a_mirror(origin).draw("test", 0)
    named = experiment.named_by_heading(experiment.headings(clips.videos))
    np.testing.assert_array_equal(named, clips.laws)
    assert not np.array_equal(clips.laws, origin.draw("test", 0).laws)


def test_only_digits_have_a_mirror_image():
    with pytest.raises(ValueError, match="mirror"):
        experiment.in_a_mirror(LAMPS).draw("test", 0)


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
