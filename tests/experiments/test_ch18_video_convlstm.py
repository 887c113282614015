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


def test_errors_by_horizon_stand_beside_those_of_the_naive_forecasts(clips):
    weights = {"network": [0.0, 0.0], "control": [1.0, 0.5]}
    curves = experiment.horizon_errors(rollout, Constant(), weights, clips, 4, seeds=(1, 2))
    assert set(curves) == {"network", "control", *experiment.NAIVE}
    assert {rows.shape for rows in curves.values()} == {(2, 3)}
    np.testing.assert_allclose(curves["network"], curves["empty frame"])
    assert np.all(curves["control"][0] > 0.5) and np.all(curves["control"][1] < 0.4)
    videos = clips(64, "test", 202)
    kept = np.mean((videos[:, 3] - videos[:, 6]) ** 2)
    np.testing.assert_allclose(curves["persistence"][1, 2], kept, rtol=1e-5)


def test_what_is_saved_is_a_share_of_the_best_naive_error():
    naive = dict(zip(experiment.NAIVE, ([[4.0, 4.0]], [[1.0, 3.0]], [[9.0, 9.0]]), strict=True))
    curves = {name: np.repeat(rows, 2, axis=0) for name, rows in naive.items()}
    curves["network"] = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = experiment.saved(curves, "network")
    assert found.mean == pytest.approx((0.75 + 0.5) / 2)
    assert found.low < 0.5 < 0.75 < found.high
    assert experiment.saved(curves, "mean frame").mean == 0


def test_the_title_counts_the_frames_for_which_the_network_is_ahead():
    flat = {name: np.full((2, 3), 5.0) for name in (*experiment.NAIVE, "control")}
    rows = {**flat, "network": np.array([[1.0, 4.0, 6.0], [1.1, 4.1, 6.1]])}
    _, ax = plt.subplots()
    experiment.draw_horizons(ax, {name: experiment.spans(each) for name, each in rows.items()})
    assert "for 2 of 3 frames" in ax.get_title(loc="left") + ax.get_title()
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


def test_the_leaking_tail_does_better_on_whole_clips_only(clips):
    def causal():
        before = ((2, 0), (1, 1), (1, 1))
        layers = [
            layer
            for filters, activation in ((6, "relu"), (1, "sigmoid"))
            for layer in (
                keras.layers.ZeroPadding3D(before),
                keras.layers.Conv3D(filters, 3, activation=activation),
            )
        ]
        return keras.Sequential([keras.Input((None, 10, 10, 1)), *layers])

    tails = {"leaking": partial(experiment.leaking_tail, 10), "causal": causal}
    errors = experiment.tail_errors(tails, pairs, rollout, clips, 4, seeds=(0,))
    leaking, honest = errors["leaking"], errors["causal"]
    assert leaking.shape == honest.shape == (1, 2)
    assert leaking[0, 0] < honest[0, 0]
    assert leaking[0, 1] > 2 * leaking[0, 0]


@pytest.mark.parametrize(
    ("alone", "title"), [(0.5, "The leak wins on whole clips and loses alone"), (0.1, "What the")]
)
def test_the_title_of_the_two_tails_follows_from_their_errors(alone, title):
    errors = {
        "leaking tail": np.array([[0.1, alone], [0.12, alone + 0.01]]),
        "causal tail": np.array([[0.3, 0.2], [0.31, 0.22]]),
    }
    _, ax = plt.subplots()
    experiment.draw_tails(ax, errors)
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, np.concatenate([e.mean(axis=0) for e in errors.values()]))
    assert title in ax.get_title(loc="left") + ax.get_title()
    plt.close("all")


@pytest.mark.parametrize(("claimed", "title"), [(0.1, "Told the truth"), (0.9, "The poster and")])
def test_the_title_of_the_poster_says_whether_it_was_told_the_truth(claimed, title):
    _, ax = plt.subplots()
    experiment.draw_poster(ax, np.array([0.1, claimed]), np.array([0.1, 1.0]))
    assert title in ax.get_title(loc="left") + ax.get_title()
    plt.close("all")
