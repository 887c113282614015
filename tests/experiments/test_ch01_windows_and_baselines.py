"""Chapter 1's harness, at tiny size, with right answers."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.experiments import ch01_windows_and_baselines as experiment

T = np.arange(120)
WAVE = 5 + 2 * np.sin(T * 2 * np.pi / 12) + 0.3 * np.sin(T * 2 * np.pi / 7)


def split(values, first_test, width, horizon):
    count = len(values) - width - horizon + 1
    inputs = np.stack([values[i : i + width] for i in range(count)])
    targets, cut = values[width + horizon - 1 :], first_test - (width + horizon - 1)
    return inputs[:cut], targets[:cut], inputs[cut:], targets[cut:]


def count_parameters(steps, features, units):
    return (steps * features + 1) * units, (features + units + 1) * units


def dense(width):
    import keras

    return keras.Sequential(
        [keras.Input((width,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)]
    )


def task(steps=60):
    rates = {"snapshot": 0.01, "window": 0.03, "convolution": 0.1, "recurrent": 0.02}
    return experiment.Task(
        WAVE, first_test=90, width=8, horizon=3, steps=steps, rates=rates, unit="units"
    )


@pytest.fixture(scope="module")
def tasks():
    return {"CO₂": task(), "Sunspots": task(steps=40)}


@pytest.fixture
def given(monkeypatch):
    """What training is given, call by call; no network is trained."""
    calls = []
    monkeypatch.setattr(experiment, "descend_on_all", lambda *call: calls.append(call))
    return calls


def test_a_trained_network_forecasts_the_test_in_units_and_equal_seeds_agree():
    forecasts, error = experiment.train_and_test(dense, task(), 1, split)
    again, error_again = experiment.train_and_test(dense, task(), 1, split)
    assert forecasts.shape == (30,)
    np.testing.assert_array_equal(forecasts, again)
    assert error == pytest.approx(np.sqrt(np.mean((forecasts - WAVE[90:]) ** 2)), rel=1e-4)
    assert error == error_again
    assert error < WAVE[:90].std()


def test_training_sees_standardised_windows_from_before_the_test(given):
    experiment.train_and_test(dense, task(), 0, split)
    ((_, inputs, targets, steps, rate),) = given
    assert inputs.shape == (80, 8)
    assert targets.shape == (80,)
    before = WAVE[:90]
    np.testing.assert_allclose(inputs[0], (WAVE[:8] - before.mean()) / before.std(), rtol=1e-5)
    np.testing.assert_allclose(targets, (WAVE[10:90] - before.mean()) / before.std(), rtol=1e-4)
    assert (steps, rate) == (60, 0.03)


def test_the_width_the_rate_and_the_order_can_be_changed(given):
    for changed in ({}, {"width": 1}, {"kind": "snapshot"}, {"any_order": True}):
        experiment.train_and_test(dense, task(), 0, split, **changed)
    windows, rates = [call[1] for call in given], [call[4] for call in given]
    assert [each.shape[1] for each in windows] == [8, 1, 8, 8]
    assert rates == [0.03, 0.03, 0.01, 0.03]
    usual, _, _, by_order = windows
    np.testing.assert_array_equal(np.sort(by_order), np.sort(usual))  # each window has its values
    assert not np.array_equal(by_order, usual)


def test_rates_are_tried_on_years_before_the_test(given):
    parts = [(50, 70), (70, 90)]
    found = experiment.validation_errors(dense, task(), split, parts, "recurrent", seeds=(3, 4))
    assert list(found) == list(experiment.RATES)
    assert [call[4] for call in given] == [
        rate for rate in experiment.RATES for _ in parts for _ in (3, 4)
    ]
    assert [len(call[2]) for call in given[:4]] == [40, 40, 60, 60]  # 10 steps before a target
    with pytest.raises(ValueError, match="the test starts"):
        experiment.validation_errors(dense, task(), split, [(70, 91)])


def test_a_series_without_memory_keeps_the_correlation_of_neighbours_and_no_more():
    long = np.tile(WAVE, 100)
    drawn = experiment.without_memory(long, 1)
    assert drawn.shape == long.shape
    near = np.corrcoef(long[:-1], long[1:])[0, 1]
    assert np.corrcoef(drawn[:-1], drawn[1:])[0, 1] == pytest.approx(near, abs=0.03)
    columns = np.stack([drawn[:-2], drawn[1:-1]], axis=1) - drawn.mean()
    older, newer = np.linalg.lstsq(columns, drawn[2:] - drawn.mean(), rcond=None)[0]
    assert older == pytest.approx(0, abs=0.04)  # beside the last value the one before says nothing
    assert newer == pytest.approx(near, abs=0.04)
    assert not np.array_equal(drawn, experiment.without_memory(long, 2))


def test_the_mean_year_averages_the_same_week_of_the_years_that_are_known():
    dates = np.arange("1990-01-01", "1994-01-01", 7, dtype="datetime64[D]")
    values = np.arange(len(dates), dtype=float)
    first = int(np.searchsorted(dates, np.datetime64("1993-01-05")))
    forecasts = experiment.mean_year(dates, values, first, 13)
    assert len(forecasts) == len(dates) - first
    week = (dates - dates.astype("datetime64[Y]")).astype(int) // 7
    known = np.arange(len(dates)) <= first - 13
    assert forecasts[0] == values[known & (week == week[first])].mean()


def test_a_date_is_told_as_waves_that_come_back_after_a_year():
    dates = np.arange("1990-01-01", "1994-01-01", dtype="datetime64[D]")
    columns = experiment.with_date(dates, np.arange(len(dates)))
    assert columns.shape == (len(dates), 5)
    np.testing.assert_array_equal(columns[:, 0], np.arange(len(dates)))
    np.testing.assert_allclose(columns[0, 1:], columns[1461 - 1, 1:], atol=0.04)


def test_forecasts_are_compared_year_by_year():
    dates = np.arange("1990-01-01", "1993-01-01", dtype="datetime64[D]")
    truth = np.zeros(len(dates))
    off = dates.astype("datetime64[Y]").astype(int) - 19  # 1, 2, 3 in the three years
    found = experiment.year_by_year(dates, truth, off.astype(float), truth + 1)
    assert found.mean == pytest.approx(1)
    assert found.low < 0 < found.high
    assert found.n == 3


def test_over_seeds_gives_the_error_of_each_start(given):
    errors, forecasts = experiment.over_seeds(dense, task(), split, width=3, seeds=2)
    single = [experiment.train_and_test(dense, task(), seed, split, width=3) for seed in range(2)]
    assert errors.tolist() == [error for _, error in single]
    assert errors[0] != errors[1]
    np.testing.assert_array_equal(forecasts, single[-1][0])


def test_c1_is_measured_on_both_series_and_on_two_without_memory(monkeypatch, tasks):
    def pretend(build, task, seed, split, kind="window", width=None):
        invented = not np.array_equal(task.values, WAVE)
        assert (kind == "snapshot") == (width == 1)
        return np.zeros(1), 10.0 + seed if width == 1 or invented else 4.0

    monkeypatch.setattr(experiment, "train_and_test", pretend)
    found, errors = experiment.snapshots_lack_context(dense, tasks, split)
    assert found.verdict == "supported"
    assert errors["CO₂", "measured"].tolist() == [[10.0 + seed, 4.0] for seed in range(5)]
    assert errors["Sunspots", "without memory"][3].tolist() == [13.0, 13.0]


@pytest.mark.parametrize(("of_dense", "verdict"), [(4.0, "supported"), (2.5, "qualified")])
def test_c4_is_the_convolutions_only_if_a_dense_network_falls_behind(
    monkeypatch, tasks, of_dense, verdict
):
    def pretend(build, task, seed, split, kind="window"):
        return np.zeros(1), {"conv": 2.0, "loop": 2.5, "dense": of_dense}[build]

    monkeypatch.setattr(experiment, "train_and_test", pretend)
    networks = {"convolution": "conv", "recurrent": "loop", "window": "dense"}
    found, errors, seconds = experiment.convolutions_surprise(networks, tasks, split)
    assert found.verdict == verdict
    assert found.interval("CO₂, convolution over recurrent").mean == pytest.approx(0.8)
    assert errors["CO₂", "window"] == [of_dense] * 5
    assert errors["Sunspots", "recurrent"] == [2.5] * 5  # trained once a seed
    assert set(seconds) == set(networks)


def test_the_rivals_of_the_convolution_are_of_its_size():
    sizes = [
        build(width).count_params()
        for build in (experiment.convolutional, experiment.recurrent)
        for width in (26, 10)
    ]
    assert sizes == [323, 343, 341, 341]


def test_the_whole_sequence_is_counted_as_keras_counts():
    sizes = experiment.whole_sequence(count_parameters, weeks=50, measured_weeks=40)
    assert sizes["parameters per number"] == 51 * 32 / 40
    lengths, counts, sequences, megabytes = experiment.size_curves(count_parameters, weeks=50)
    assert lengths[0] == 4
    assert counts[0].tolist() == [5 * 32, 34 * 32]
    # what training holds, by the curves' formula
    dense_mb, recurrent_mb = 4 * 51 * 32 + (50 + 32), 4 * 34 * 32 + 50 * 33
    assert sizes["memory"] == pytest.approx(dense_mb / recurrent_mb)
    assert sequences[0] == 1
    np.testing.assert_allclose(megabytes[0], [4 * dense_mb / 1e6, 4 * recurrent_mb / 1e6])
    many = experiment.whole_sequence(count_parameters, 50, 40, sequences=8)
    assert many["memory"] == pytest.approx(megabytes[7, 0] / megabytes[7, 1])
    with pytest.raises(ValueError, match="disagrees with Keras"):
        experiment.whole_sequence(lambda *shape: (1, 2), weeks=50, measured_weeks=40)


def test_c2_names_the_batch_where_memory_turns_over():
    found, (_, _, sequences, megabytes) = experiment.whole_sequence_too_big(
        count_parameters, weeks=2000, measured_weeks=1900
    )
    assert found.verdict == "supported"
    turning = sequences[megabytes[:, 1] > megabytes[:, 0]][0]
    assert f"in batches of {turning} or more" in found.claim.statement


def test_a_look_up_that_may_copy_its_neighbours_is_told_from_one_that_may_not():
    rng = np.random.default_rng(0)
    climb = np.cumsum(rng.normal(size=400))

    def at_random(count):
        order = np.random.default_rng(0).permutation(count)
        return order[: 3 * count // 4], order[3 * count // 4 :]

    def by_time(count):
        return np.arange(3 * count // 4), np.arange(3 * count // 4, count)

    leaky, honest = (
        experiment.look_up(climb, 300, split, choose, width=12, horizon=3)
        for choose in (at_random, by_time)
    )
    assert leaky.reported < 0.8 * leaky.apart
    assert (leaky.honest, honest.honest) == (False, True)
    past, after, late, after_late = split(climb, 300, 12, 3)
    nearest = [((past - one) ** 2).sum(axis=1).argmin() for one in late]
    assert honest.later == pytest.approx(np.sqrt(np.mean((after[nearest] - after_late) ** 2)))
    assert honest.free[1] == pytest.approx(np.sqrt(np.mean((late[:, 2] - after_late) ** 2)))


def test_the_house_uses_more_in_the_evening_and_loses_one_reading_in_a_hundred():
    archive = experiment.house_readings()
    assert archive.shape == (24 * 7 * 12,)
    lost = archive == -9999
    assert 0.005 < lost.mean() < 0.02
    assert archive[~lost].min() >= 0.1
    hour = np.arange(len(archive)) % 24
    evening, night = (archive[~lost & (hour == h)].mean() for h in (20, 3))
    assert evening > night
