"""The harness of chapter 18: its clips, news in a hidden state, errors by horizon, two tails."""

from __future__ import annotations

from functools import partial

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.experiments import ch18_video_convlstm as experiment
from tests.taught import taught_cell


@pytest.fixture(scope="module")
def clips():
    return experiment.clip_source(7, 10, moving_mnist=False)


def pairs(videos):
    return videos[:, :-1], videos[:, 1:]


def rollout(model, context, steps):
    frames = context
    for _ in range(steps):
        frames = np.concatenate([frames, np.asarray(model(frames))[:, -1:]], axis=1)
    return frames[:, -steps:]


class Constant:
    """A network whose forecast is its only weight at every pixel."""

    def set_weights(self, weights):
        self.value = weights

    def __call__(self, videos):
        return np.full_like(videos, self.value)


def trained(*values):
    return experiment.Trained(Constant(), list(values))


def test_clips_follow_from_count_part_and_seed(clips):
    drawn = clips(8, "test", seed=3)
    assert drawn.shape == (8, 7, 10, 10, 1)
    assert 0 <= drawn.min() < 0.1 and 0.9 < drawn.max() <= 1
    np.testing.assert_array_equal(clips(8, "test", seed=3), drawn)
    assert not np.array_equal(clips(8, "test", seed=4), drawn)
    assert not np.array_equal(clips(8, "train", seed=3), drawn)


def test_shuffled_clips_keep_their_frames_and_lose_their_order(clips):
    drawn = clips(8, "train", 0)
    mixed = experiment.shuffled(drawn, 5)
    for before, after in zip(drawn, mixed, strict=True):
        assert sorted(frame.tobytes() for frame in before) == sorted(f.tobytes() for f in after)
    assert not np.array_equal(mixed, drawn)
    np.testing.assert_array_equal(experiment.shuffled(drawn, 5), mixed)


@pytest.mark.parametrize(("kernel", "widths"), [(3, [3, 5, 7, 9]), (1, [1, 1, 1, 1])])
def test_news_spreads_by_half_the_kernel_on_each_side_per_frame(kernel, widths):
    cell = taught_cell("ConvLSTMCell")(2, kernel)
    spark, differs = experiment.news(cell, 2, 12, steps=4)
    assert spark.shape == differs.shape == (4, 12, 12)
    assert spark.sum() == spark[0, 6, 6] == 1
    assert [int(frame.any(axis=0).sum()) for frame in differs] == widths


def test_rollouts_are_made_with_each_seeds_own_weights(clips):
    tests = np.array([clips(3, "test", seed) for seed in (0, 1)])
    made = experiment.rollouts(rollout, trained(0.0, 0.5), tests, 4)
    assert made.shape == (2, 3, 3, 10, 10, 1)
    assert np.all(made[0] == 0.0) and np.all(made[1] == 0.5)
    np.testing.assert_allclose(
        experiment.by_horizon(made, tests[:, :, 4:])[0], np.mean(tests[0, :, 4:] ** 2, (0, 2, 3, 4))
    )


def test_rivals_are_fitted_on_training_clips_and_the_hand_needs_none(clips):
    def taught(seed):
        return clips(60, "train", seed)

    tests = np.array([clips(40, "test", 7)])
    made = experiment.rivals(tests, taught, [3], 4)
    errors = {name: experiment.by_horizon(each, tests[:, :, 4:])[0] for name, each in made.items()}
    assert set(made) == {*experiment.NAIVE, "by hand"}
    np.testing.assert_allclose(made["persistence"][0, :, 2], tests[0, :, 3])
    np.testing.assert_allclose(made["grey frame"], taught(3).mean(), rtol=1e-6)
    assert np.all(errors["faded last frame"] < errors["persistence"])
    assert errors["by hand"].max() < 0.1 * errors["faded last frame"].min()


def test_what_is_saved_is_a_share_of_the_others_error():
    than = np.array([[4.0, 4.0], [1.0, 3.0]])
    found = experiment.saved(np.array([[1.0, 1.0], [1.0, 0.0]]), than)
    assert found.mean == pytest.approx(0.75)
    assert experiment.saved(than, than).mean == 0


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([0.2, 0.3, 0.25], "A has ≈ 25% less error than B"),
        ([-0.2, -0.3, -0.25], "A has ≈ 25% more error than B"),
        ([-0.2, 0.3, 0.0], "No clear difference between A and B"),
    ],
)
def test_the_sentence_about_two_errors_follows_from_the_interval(shares, words):
    assert experiment.in_words(experiment.interval(shares), "A", "B").startswith(words)


def test_the_way_of_the_true_frames_is_their_speed_times_the_horizon(clips):
    tests = np.array([clips(12, "test", 5)])
    way = experiment.travelled(tests, tests[:, :, 4:])
    pace = experiment.speeds(tests, 4)
    assert np.all((pace > 0.74) & (pace < 1.26))
    np.testing.assert_allclose(way, pace.mean() * np.array([[1, 2, 3]]), rtol=0.01)
    kept = np.repeat(tests[:, :, 3:4], 3, axis=2)
    np.testing.assert_allclose(experiment.travelled(tests, kept), 0, atol=1e-9)


def test_errors_of_slow_and_fast_clips_are_kept_apart():
    truth = np.zeros((2, 3, 1, 2, 2, 1))
    made = truth + np.array([1.0, 2.0, 3.0])[None, :, None, None, None, None]
    fast = np.array([[False, False, True], [True, False, False]])
    np.testing.assert_allclose(experiment.by_speed(made, truth, fast), [[2.5, 9.0], [6.5, 1.0]])


def test_lights_go_out_in_the_inputs_alone(clips):
    videos = clips(3, "test", 0)
    before = videos.copy()
    inputs, targets = experiment.dark_pairs(pairs, 2)(videos)
    np.testing.assert_array_equal(inputs[:, :2], videos[:, :2])
    assert not inputs[:, 2:].any()
    np.testing.assert_array_equal(targets, videos[:, 1:])
    np.testing.assert_array_equal(videos, before)
    made, wanted = experiment.outputs(trained(0.1, 0.2), pairs, np.array([videos, videos]))
    assert made.shape == wanted.shape == (2, 3, 6, 10, 10, 1)
    assert made[0].max() == pytest.approx(0.1) and made[1].min() == pytest.approx(0.2)


def span(*rows):
    return experiment.spans(np.array(rows))


def title_of(ax):
    return ax.get_title(loc="left") + ax.get_title()


def test_the_title_counts_the_frames_for_which_networks_are_ahead():
    flat = {name: np.full((2, 3), 5.0) for name in (*experiment.NAIVE, "control", "by hand")}
    rows = {
        **flat,
        "ConvLSTM": np.array([[1.0, 4.0, 6.0], [1.1, 4.1, 6.1]]),
        "causal tail": np.array([[1.0, 6.0, 6.0], [1.1, 6.1, 6.1]]),
    }
    _, ax = plt.subplots(figsize=(8, 3))
    found = {name: experiment.spans(each) for name, each in rows.items()}
    experiment.draw_horizons(ax, found, experiment.NAIVE)
    words = " ".join(title_of(ax).split())
    assert "for 2 of 3 frames: the ConvLSTM; for 1: the tail" in words
    plt.close("all")


def test_the_title_of_the_spacings_names_where_grey_is_better():
    _, ax = plt.subplots(figsize=(7, 3))
    experiment.draw_sampling(ax, [0.1, 0.3], grey=0.2)
    assert "every second frame on" in " ".join(title_of(ax).split())
    experiment.draw_sampling(ax, [0.1, 0.15], grey=0.2)
    assert "at every spacing" in title_of(ax)
    plt.close("all")


def test_the_title_of_the_ways_has_the_pixels():
    _, ax = plt.subplots(figsize=(7, 3))
    ways = {"ConvLSTM": span([1.0, 1.5], [1.0, 1.5]), "causal tail": span([1.0, 1.8], [1.0, 1.8])}
    experiment.draw_travel(ax, ways, np.array([1.0, 2.0]))
    assert "1.5 and 1.8 of 2.0 pixels" in title_of(ax)
    plt.close("all")


def test_the_title_in_the_dark_counts_the_dark_frames_alone():
    curves = {
        "ConvLSTM": span([1.0, 1.0, 2.0], [1.0, 1.0, 2.001]),
        "tail, 5 frames": span([3.0, 3.0, 3.0], [3.0, 3.0, 3.001]),
        "tail, 11 frames": span([3.0, 3.0, 1.0], [3.0, 3.0, 1.001]),
        "a grey frame": span([3.0, 3.0, 3.0], [3.0, 3.0, 3.0]),
    }
    _, ax = plt.subplots(figsize=(8, 3))
    experiment.draw_dark(ax, curves, lit=1, reach=5)
    words = " ".join(title_of(ax).split())
    of_each = "of the tail of 5 frames in 2, of the tail of 11 frames in 1"
    assert words == f"Of 2 dark frames the ConvLSTM is ahead {of_each}"
    plt.close("all")


def test_a_prediction_is_drawn_beside_truth_persistence_and_error(clips):
    clip = clips(1, "test", 0)[0]
    fig = experiment.draw_prediction(clip, np.zeros((3, 10, 10, 1)))
    shown = np.array([bool(ax.images) for ax in fig.axes]).reshape(4, 7)
    assert shown.tolist() == [[True] * 7, *[[False] * 4 + [True] * 3] * 3]
    kept, error = (fig.axes[7 * row + 6].images[0].get_array() for row in (2, 3))
    np.testing.assert_array_equal(kept, clip[3, ..., 0])
    np.testing.assert_array_equal(error, -clip[6, ..., 0])
    plt.close(fig)


class Causal(keras.layers.Conv3D):
    """A causal convolution of a kernel of three frames."""

    def call(self, inputs):
        return super().call(keras.ops.pad(inputs, [(0, 0), (2, 0), (1, 1), (1, 1), (0, 0)]))


def test_a_tail_sees_two_frames_more_with_each_layer_and_none_of_the_future():
    keras.utils.set_random_seed(0)
    tail = experiment.causal_tail(Causal, 8, 6, 1)
    assert tail.count_params() == 331
    clip = np.random.default_rng(0).normal(size=(1, 9, 8, 8, 1)).astype("float32")
    other = clip.copy()
    other[:, 2] += 1.0
    change = np.abs(np.asarray(tail(other)) - np.asarray(tail(clip))).max(axis=(0, 2, 3, 4)) > 1e-6
    assert change.tolist() == [False] * 2 + [True] * 5 + [False] * 2


def test_the_leaking_tail_does_better_on_whole_clips(clips):
    tails = {
        "leaking": partial(experiment.leaking_tail, 10),
        "causal": partial(experiment.causal_tail, Causal, 10, 6, 1),
    }
    errors = experiment.tail_errors(tails, pairs, rollout, clips, 4, seeds=(0, 1))
    leaking, honest = errors["leaking"], errors["causal"]
    assert leaking.shape == honest.shape == (2, 2)
    assert np.all(leaking[:, 0] < honest[:, 0])
    assert np.all(leaking[:, 1] > 2 * leaking[:, 0])


@pytest.mark.parametrize(
    ("alone", "words"),
    [
        ([0.30, 0.31], "alone it is 45% worse"),
        ([0.10, 0.11], "alone it is 50% better"),
        ([0.15, 0.28], "alone it makes no clear difference"),
    ],
)
def test_the_title_of_the_two_tails_follows_from_their_errors(alone, words):
    errors = {
        "leaking tail": np.array([[0.1, alone[0]], [0.11, alone[1]]]),
        "causal tail": np.array([[0.3, 0.205], [0.31, 0.215]]),
    }
    found = {name: experiment.spans(rows) for name, rows in errors.items()}
    gaps = experiment.spans(errors["leaking tail"] - errors["causal tail"])
    _, ax = plt.subplots(figsize=(7, 3))
    experiment.draw_tails(ax, found, gaps)
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, np.concatenate([e.mean(axis=0) for e in errors.values()]))
    assert f"The leak wins on whole clips; {words}" in " ".join(title_of(ax).split())
    plt.close("all")


@pytest.mark.parametrize(("claimed", "title"), [(0.1, "Told the truth"), (0.9, "The poster and")])
def test_the_title_of_the_poster_says_whether_it_was_told_the_truth(claimed, title):
    _, ax = plt.subplots()
    experiment.draw_poster(ax, np.array([0.1, claimed]), np.array([0.1, 1.0]))
    assert title in ax.get_title(loc="left") + ax.get_title()
    plt.close("all")
