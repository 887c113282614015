"""Moving digits: real, exact in their motion, and silent about the law in any single frame."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats
from sklearn.ensemble import RandomForestClassifier

from course_utils import datasets
from course_utils.datasets import LAWS, REVERSED, moving_digits
from course_utils.errors import UnknownNameError

PAIRED = LAWS[:-1]


def law_of_each_clip(laws: tuple[str, ...], seed: int, features) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Accuracy of a random forest on features of a clip, on digits it never saw, and chance."""
    train = moving_digits(600, laws=laws, part="train", seed=seed)
    test = moving_digits(400, laws=laws, part="test", seed=seed + 1000)
    forest = RandomForestClassifier(100, random_state=seed)
    forest.fit(features(train.videos), train.laws)
    return float(forest.score(features(test.videos), test.laws)), 1 / len(laws)


def test_shapes_dtypes_and_range_are_as_promised() -> None:
    clips = moving_digits(5, frames=3, size=(12, 20), count=2, seed=4)
    assert clips.videos.shape == (5, 3, 12, 20, 1)
    assert clips.videos.dtype == np.float32
    assert clips.videos.min() >= 0 and 0.9 < clips.videos.max() <= 1
    assert clips.laws.shape == (5,) and clips.laws.dtype == np.int64
    assert clips.digits.shape == (5, 2) and clips.digits.dtype == np.int64
    assert clips.places.shape == (5, 3, 2, 2)


def test_the_seed_alone_decides() -> None:
    one, again, other = (moving_digits(6, seed=seed) for seed in (3, 3, 4))
    for a, b in zip(one, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.videos, other.videos)


def test_every_law_has_its_share_of_the_clips_in_random_order() -> None:
    laws = moving_digits(82, laws=LAWS, seed=1).laws
    counts = np.bincount(laws, minlength=len(LAWS))
    assert counts.max() - counts.min() <= 1
    assert not np.array_equal(laws, np.sort(laws))


def stored_image(video: np.ndarray, place: np.ndarray) -> int:
    """Which of the stored images the first frame shows at its place, between the pixels."""
    row, column = place[0, 0]
    corner = np.roll(video[0, :, :, 0], (-int(row), -int(column)), axis=(0, 1))[:9, :9]
    padded = np.pad(datasets.digits()[0], ((0, 0), (1, 1), (1, 1)))
    mixed = (1 - row % 1) * padded[:, 1:] + row % 1 * padded[:, :-1]
    mixed = (1 - column % 1) * mixed[:, :, 1:] + column % 1 * mixed[:, :, :-1]
    far = np.abs(mixed - corner).max(axis=(1, 2))
    assert far.min() < 1e-5
    return int(far.argmin())


def test_a_frame_shows_a_stored_digit_mixed_by_nearness_between_the_pixels() -> None:
    _, labels = datasets.digits()
    clips = moving_digits(20, laws=("right",), seed=2)
    for video, place, digit in zip(clips.videos, clips.places, clips.digits, strict=True):
        assert labels[stored_image(video, place)] == digit[0]


@pytest.mark.parametrize("law", PAIRED)
def test_no_ink_is_lost_on_the_way(law: str) -> None:
    videos = moving_digits(20, laws=(law,), seed=7).videos
    ink = videos.sum(axis=(2, 3, 4))
    np.testing.assert_allclose(ink, ink[:, :1] * np.ones_like(ink), rtol=1e-5)


@pytest.mark.parametrize(
    ("law", "step"), [("right", (0, 1)), ("left", (0, -1)), ("down", (1, 0)), ("up", (-1, 0))]
)
def test_a_straight_law_shifts_the_picture_by_its_step(law: str, step: tuple[int, int]) -> None:
    videos = moving_digits(10, laws=(law,), speed=(1, 1), seed=5).videos
    np.testing.assert_allclose(videos[:, 1:], np.roll(videos[:, :-1], step, axis=(2, 3)), atol=1e-6)


@pytest.mark.parametrize(("law", "sense"), [("clockwise", 1), ("counterclockwise", -1)])
def test_an_orbit_turns_in_its_sense_at_its_speed(law: str, sense: int) -> None:
    places = moving_digits(50, laws=(law,), speed=(1, 1), seed=5).places[:, :, 0]
    rows, columns = np.moveaxis(np.diff(places, axis=1), -1, 0)
    turned = columns[:, :-1] * rows[:, 1:] - rows[:, :-1] * columns[:, 1:]  # rows count downwards
    assert (np.sign(turned) == sense).all()
    np.testing.assert_allclose(np.hypot(rows, columns), 1, rtol=0.01)  # the chord of the arc


@pytest.mark.parametrize(("law", "sense"), [("accelerate", 1), ("decelerate", -1)])
def test_an_accelerated_digit_gains_or_loses_speed_at_every_step(law: str, sense: int) -> None:
    places = moving_digits(50, laws=(law,), seed=5).places[:, :, 0]
    speed = np.linalg.norm(np.diff(places, axis=1), axis=-1)
    assert (np.sign(np.diff(speed, axis=1)) == sense).all()
    assert ((speed.mean(axis=1) > 0.75) & (speed.mean(axis=1) < 1.25)).all()


def test_a_bouncing_digit_stays_whole_and_inside() -> None:
    clips = moving_digits(60, frames=20, size=(14, 18), laws=("bounce",), scale=1.25, seed=6)
    assert (clips.places >= 0.25 - 1e-9).all()
    assert (clips.places <= np.array([14, 18]) - 10 + 1e-9).all()
    speed = np.linalg.norm(np.diff(clips.places[:, :, 0], axis=1), axis=-1)
    assert (speed < 1.25 + 1e-9).all()
    ink = clips.videos.sum(axis=(2, 3, 4))
    assert (ink > 0).all()


@pytest.mark.parametrize("law", PAIRED)
def test_a_clip_played_backwards_follows_the_reversed_law(law: str) -> None:
    """The steps of a path, turned round, are steps that the reversed law draws as likely."""

    def steps(name: str, seed: int) -> np.ndarray:
        clips = moving_digits(400, laws=(name,), seed=seed)
        return np.diff(clips.places[:, :, 0], axis=1)

    backwards = -steps(law, 1)[:, ::-1]
    forwards = steps(REVERSED[law], 2)
    for step in (0, 3, 6):
        for axis in (0, 1):
            a, b = backwards[:, step, axis], forwards[:, step, axis]
            if np.ptp(np.concatenate([a, b])) > 1e-9:  # a straight law has an axis without motion
                assert stats.ks_2samp(np.round(a, 9), np.round(b, 9)).pvalue > 1e-4
    assert REVERSED[REVERSED[law]] == law


@pytest.mark.parametrize("law", PAIRED)
def test_in_every_frame_every_place_is_as_likely(law: str) -> None:
    places = moving_digits(600, laws=(law,), seed=8).places[:, :, 0] % 16 / 16
    for frame in (0, 4, 7):
        for axis in (0, 1):
            assert stats.kstest(places[:, frame, axis], "uniform").pvalue > 1e-4


@pytest.mark.parametrize("frame", [0, 7])
def test_a_single_frame_leaves_a_classifier_at_chance(frame: int) -> None:
    laws = ("right", "left", "clockwise", "counterclockwise")
    runs = [
        law_of_each_clip(laws, seed, lambda videos: videos[:, frame].reshape(len(videos), -1))
        for seed in range(5)
    ]
    mean, half = np.mean([score for score, _ in runs]), 2.776 * stats.sem([r[0] for r in runs])
    assert half < 0.06
    assert mean - half - 0.02 < 0.25 < mean + half + 0.02


def test_the_motion_itself_gives_the_law_away() -> None:
    """The control: the same classifier, shown how the picture changes, is far above chance."""

    def change(videos: np.ndarray) -> np.ndarray:
        now, later = videos[:, :-1, :, :, 0], videos[:, 1:, :, :, 0]
        moved = [
            (later * np.roll(now, step, axis=(2, 3))).sum(axis=(2, 3))
            for step in ((0, 1), (0, -1), (1, 0), (-1, 0))
        ]
        return np.concatenate(moved, axis=1)

    score, chance = law_of_each_clip(("right", "left", "down", "up"), 0, change)
    assert score > 3 * chance


def test_train_and_test_clips_show_different_writing() -> None:
    def images_of(part: str) -> set[int]:
        clips = moving_digits(200, laws=("right",), part=part, seed=9)
        return {stored_image(*each) for each in zip(clips.videos, clips.places, strict=True)}

    assert max(images_of("train")) < 1438 <= min(images_of("test"))


def test_a_clip_takes_well_under_a_millisecond() -> None:
    moving_digits(1)  # scikit-learn is imported here
    start = time.process_time()
    moving_digits(500)
    assert (time.process_time() - start) / 500 < 1e-3


def test_no_clips_is_an_answer_too() -> None:
    assert moving_digits(0).videos.shape == (0, 8, 16, 16, 1)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"clips": -1}, "clips"),
        ({"frames": 0}, "frames"),
        ({"count": 0}, "count"),
        ({"laws": ()}, "laws"),
        ({"laws": "right"}, "laws"),
        ({"size": (8, 16)}, "size"),
        ({"size": (16, 16), "scale": 2}, "size"),
        ({"scale": 0.5}, "scale"),
        ({"speed": (2, 1)}, "speed"),
        ({"speed": (-1, 1)}, "speed"),
        ({"part": "half"}, "part"),
    ],
)
def test_an_impossible_argument_is_named(arguments: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        moving_digits(**{"clips": 2, **arguments})


def test_an_unknown_law_is_met_with_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="clockwise"):
        moving_digits(2, laws=("clokwise",))
