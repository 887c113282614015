"""The harness of chapter 12 measures what it says, at sizes that take no time."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import datasets
from course_utils.experiments import ch12_teacher_forcing as experiment
from course_utils.recurrent.forecasters import Forecasters
from tests.taught import taught_cell


@pytest.fixture(autouse=True)
def _no_figure_stays() -> Iterator[None]:
    yield
    plt.close("all")


def test_tracks_begin_at_the_origin_and_are_the_same_each_time() -> None:
    learn, test = experiment.track_windows("", 9)
    assert learn.shape == (1000, 9, 2) and test.shape == (300, 9, 2)
    assert not learn[:, 0].any() and not test[:, 0].any()
    assert np.array_equal(learn, experiment.track_windows("", 9)[0])


def test_swings_have_unit_spread_and_oil_stops_them() -> None:
    learn, test, spread = experiment.swing_windows(30)
    assert learn.shape == (400, 30, 2) and test.shape == (200, 30, 2)
    assert learn.std(axis=(0, 1)) == pytest.approx([1, 1])
    damped, _, damped_spread = experiment.swing_windows(30, damping=4.0)
    final, begun = (np.abs(damped[:, k] * damped_spread).mean() for k in (-1, 0))
    assert final < 0.3 * begun
    assert np.abs(learn[:, -1] * spread).mean() > 0.3 * np.abs(learn[:, 0] * spread).mean()


def test_naive_swings_agree_where_nothing_moves_and_one_goes_on() -> None:
    windows = np.ones((2, 6, 2)) * [1.0, 0.5]
    naive = experiment.naive_swings(windows, seen=2, spread=np.array([2.0, 4.0]))
    assert np.array_equal(naive["persistence"], windows[:, 2:])
    angles = naive["constant velocity"][0, :, 0]  # 2 rad/s are 0.1 standard deviations a step
    assert angles == pytest.approx([1.1, 1.2, 1.3, 1.4])


def test_a_true_forecast_keeps_the_energy() -> None:
    swings = datasets.pendulums(3, 12, seed=0)
    spread = np.array([0.5, 2.0])
    truth = swings[:, 2:] / spread
    off = experiment.energy_error(truth, np.stack([truth, truth]), spread)
    assert off.shape == (10,) and off.max() < 1e-2
    faster = truth * [1.0, 1.5]
    assert experiment.energy_error(truth, faster[None], spread).min() > 0.1


def test_gradient_sizes_see_where_nothing_crosses() -> None:
    import tensorflow as tf

    def sizes(carries: float) -> np.ndarray:
        h, states, losses = tf.constant([[1.0, 2.0]]), [], []
        with tf.GradientTape(persistent=True) as tape:
            for _ in range(3):
                h = carries * h + 1.0 if carries else tf.constant([[1.0, 1.0]])
                tape.watch(h)
                states.append(h)
                losses.append(tf.reduce_sum(h))
        return experiment.gradient_sizes(tape, losses, states)

    alone, chained = sizes(0.0), sizes(0.5)
    assert experiment.crossing(alone) == 0.0
    root = np.sqrt(2)
    assert chained == pytest.approx(
        np.array([[root, 0, 0], [root / 2, root, 0], [root / 4, root / 2, root]]), rel=1e-5
    )
    assert experiment.crossing(chained) == pytest.approx(1.25 / 4.25)


@pytest.fixture
def errors() -> experiment.HorizonErrors:
    """Three ways of five networks whose error grows from 1 to 3, beside two naive forecasts."""
    truth = np.zeros((4, 3, 1))
    rising = np.arange(1.0, 4.0)[:, None] * np.ones((4, 3, 1))
    made = {
        way: np.stack([rising + scale * seed for seed in range(5)])
        for way, scale in (("forced", 0.0), ("free", 0.1), ("scheduled", 0.2))
    }
    naive = {"persistence": 2 * rising, "constant velocity": 3 * rising}
    return experiment.horizon_errors(taught_cell("horizon_error"), truth, made, naive)


def test_errors_are_told_per_way_and_horizon(errors: experiment.HorizonErrors) -> None:
    assert errors.curves["free"].shape == (5, 3)
    assert errors.curves["forced"][2] == pytest.approx([1, 2, 3])
    assert errors.interval("forced", -1).mean == pytest.approx(3)
    rows = errors.rows()
    assert len(rows) == 5
    assert rows[0].split() == ["forced", "~1.000,", "~3.000", "(~3.000", "to", "~3.000)"]
    assert rows[4].split() == ["constant", "velocity", "~3.000,", "~9.000"]


def test_the_title_over_the_tracks_is_what_was_measured(errors: experiment.HorizonErrors) -> None:
    worse = experiment.HorizonErrors(errors.curves, {"persistence": np.array([1.0, 1.0, 1.0])})
    assert errors.won and not worse.won
    for tracks, words in ((errors, "all ways beat"), (worse, "is hard to beat")):
        figure = experiment.draw_errors(errors, tracks, "vehicles")
        assert words in " ".join(figure.axes[1].get_title().split())
        assert figure.axes[0].get_yscale() == "log"


def test_growth_is_the_last_error_over_the_first() -> None:
    truth = np.zeros((2, 3, 1))
    made = np.array([1.0, 5.0, 4.0])[None, None, :, None] * np.ones((2, 2, 3, 1))
    assert experiment.growth(taught_cell("horizon_error"), truth, made) == pytest.approx([4, 4])


def test_fed_the_truth_each_network_says_what_it_says_alone() -> None:
    shift_right = taught_cell("shift_right")
    windows = np.random.default_rng(0).normal(size=(4, 6, 2))
    both, one = Forecasters(2, 3, [5, 6], 2), Forecasters(2, 3, [6], 2)
    said = experiment.fed_the_truth(shift_right, both, windows, warm=2)
    assert said.shape == (2, 4, 4, 2)
    alone = experiment.fed_the_truth(shift_right, one, windows, warm=2)
    assert np.allclose(said[1], alone[0], atol=1e-5)
    later = windows.copy()
    later[:, 4:] += 1.0  # what comes later changes nothing that was said before
    moved = experiment.fed_the_truth(shift_right, one, later, warm=2)
    assert np.allclose(moved[:, :, :3], alone[:, :, :3], atol=1e-5)
    assert not np.allclose(moved[:, :, 3], alone[:, :, 3])


def test_the_figure_of_the_repair_says_whether_it_peeks() -> None:
    titles = [
        experiment.draw_repair([0.1, 0.2], peeks).axes[0].get_title() for peeks in (True, False)
    ]
    assert "peeks" in titles[0] and titles[1] == "The error grows"
