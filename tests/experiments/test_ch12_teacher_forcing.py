"""The harness of chapter 12 measures what it says, at sizes that take no time."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import datasets
from course_utils.experiments import ch12_teacher_forcing as experiment
from course_utils.plots.forcing_results import from_here
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


def test_added_is_the_last_error_less_the_first() -> None:
    truth = np.zeros((2, 3, 1))
    made = np.array([1.0, 5.0, 4.0])[None, None, :, None] * np.ones((2, 2, 3, 1))
    errors = experiment.each_error(taught_cell("horizon_error"), truth, made)
    assert experiment.added(errors) == pytest.approx([3, 3])


def test_the_law_running_freely_stays_on_the_truth() -> None:
    _, swings, spread = experiment.swing_windows(12)
    run = experiment.run_by_the_law(taught_cell("free_run"), swings[:, 3], 8, spread)
    assert run == pytest.approx(swings[:, 4:], abs=1e-9)


def test_ways_are_ordered_and_compared_at_the_last_horizon(
    errors: experiment.HorizonErrors,
) -> None:
    assert errors.order(-1) == ["forced", "free", "scheduled"]
    assert errors.ratio("free", "forced") == pytest.approx([1, 3.1 / 3, 3.2 / 3, 1.1, 3.4 / 3])
    figure = experiment.draw_beside_forced(errors, errors, "vehicles")
    for axes in figure.axes:
        title = " ".join(axes.get_title().split())
        assert "least mean error forced, largest scheduled" in title


def test_two_ways_differ_only_where_the_interval_of_their_ratio_says_so(
    errors: experiment.HorizonErrors,
) -> None:
    curves = dict(errors.curves)
    curves["free"] = curves["forced"] * np.array([0.9, 1.1, 1.0, 1.05, 0.95])[:, None]
    alike = experiment.HorizonErrors(curves, errors.floor)
    titles = [
        " ".join(axes.get_title().split())
        for axes in experiment.draw_two_ways(errors, alike, "vehicles").axes
    ]
    assert "forced has the smaller" in titles[0] and "do not differ clearly" in titles[1]


def test_the_growth_figure_says_what_grows() -> None:
    rising, flat = np.linspace(1, 2, 5) * np.ones((3, 5)), np.ones((3, 5))
    titles = [
        " ".join(experiment.draw_growth(curves).axes[0].get_title().split())
        for curves in ({"a": rising, "b": flat}, {"a": rising}, {"b": flat})
    ]
    assert titles == [
        "The error grows when a, not when b",
        "The error grows when a",
        "The error grows nowhere",
    ]


def test_the_cut_figure_says_how_many_times_larger_the_error_is(
    errors: experiment.HorizonErrors,
) -> None:
    cut = 2 * errors.curves["forced"]
    figure = experiment.draw_cut(errors, cut, errors, 3 * cut, "vehicles")
    titles = [" ".join(axes.get_title().split()) for axes in figure.axes]
    assert "2.0 times" in titles[0] and "6.0 times" in titles[1]


def test_naive_tracks_stay_and_go_on() -> None:
    positions = np.array([[[0.0, 0.0], [1.0, 2.0], [9.0, 9.0], [9.0, 9.0]]])
    naive = experiment.naive_tracks(positions, 1)
    assert naive["persistence"][0].tolist() == [[1, 2], [1, 2]]
    assert naive["constant velocity"][0].tolist() == [[2, 4], [3, 6]]


def test_tracks_are_turned_until_the_last_move_goes_right() -> None:
    up = np.array([[[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [-3.0, 2.0]]])
    assert from_here(up, 2)[0] == pytest.approx(np.array([[-2, 0], [-1, 0], [0, 0], [0, 3]]))


def test_a_gradient_crosses_where_the_state_or_an_output_goes_on() -> None:
    shift_right = taught_cell("shift_right")
    crossing = {
        (hidden, forced): experiment.crossing(
            experiment.gradient_map(shift_right, 0, hidden, forced, steps=4)
        )
        for hidden in (False, True)
        for forced in (False, True)
    }
    assert crossing.pop((False, True)) == 0.0
    assert min(crossing.values()) > 0.1


def test_the_mixture_is_worse_where_the_beginning_is_not_told() -> None:
    _, swings, _ = experiment.swing_windows(8)
    networks = Forecasters(2, 4, [0], updates=2)
    answers = taught_cell("shift_right"), taught_cell("scheduled_inputs")
    everywhere, late = (
        experiment.mixture_errors(*answers, networks, swings, spared) for spared in (0, 6)
    )
    assert everywhere.shape == (8,)
    assert everywhere[2:5].min() > late[2:5].max()


def test_exposure_compares_steps_and_tells_them_in_words() -> None:
    _, swings, spread = experiment.swing_windows(12)
    networks = {"forced": Forecasters(2, 4, [0, 1, 2, 3, 4], updates=2)}
    wild = swings[None, :, 4:] + np.arange(8)[:, None] * np.ones((5, 1, 1, 1))
    found = experiment.exposure(
        taught_cell("shift_right"), networks, swings, {"forced": wild}, spread
    )
    assert found.own["forced"].shape == found.told["forced"].shape == (5,)
    assert found.ratio("forced").mean > 1.25
    title = " ".join(found.draw().axes[1].get_title().split())
    assert "times worse" in title
    assert "ratio ~" in found.rows()[0]


def test_the_cones_name_the_widest_and_the_narrowest() -> None:
    rng = np.random.default_rng(0)
    truth = np.zeros((40, 3, 2))
    made = {
        way: scale * rng.normal(size=(5, 40, 3, 2)) for way, scale in (("forced", 1), ("noisy", 9))
    }
    title = experiment.draw_cones(truth, made, np.ones(2)).get_suptitle()
    assert "cone of noisy" in title and "that of forced" in title


def test_curves_that_bend_to_the_wrong_side_are_counted() -> None:
    _, tracks = experiment.track_windows("", 21)
    mirrored = from_here(tracks, 8)
    right = {"forced": np.stack([tracks[:, 9:]] * 2)}
    figure = experiment.draw_forecasts_and_energy(tracks, 8, right, {"forced": np.ones(3)})
    assert "100% of curves" in " ".join(figure.axes[0].get_title().split())
    wrong = {"forced": np.stack([mirrored[:, 9:] * [1, -1]] * 2)}
    figure = experiment.draw_forecasts_and_energy(mirrored, 8, wrong, {"forced": np.ones(3)})
    assert ": 0% of curves" in " ".join(figure.axes[0].get_title().split())


def test_a_repair_is_mended_only_by_a_free_run() -> None:
    swings = datasets.pendulums(3, 40, seed=0)

    def step(x: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return datasets.pendulum_step(x), state

    def peeking(step, state, window, warm):
        said = [step(window[:, t], state)[0] for t in range(window.shape[1] - 1)]
        return np.stack(said[warm - 1 :], axis=1)

    def mended(step, state, window, warm):
        return taught_cell("warm_up_and_forecast")(
            step, state, window[:, :warm], window.shape[1] - warm
        )

    def still(step, state, window, warm):
        return np.repeat(window[:, warm - 1 : warm], window.shape[1] - warm, axis=1)

    said = [experiment.try_repair(each, step, swings)[0] for each in (peeking, mended, still)]
    assert "Not mended" in said[0] and said[1].startswith("Mended.")
    assert "no free run yet" in said[2]


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
