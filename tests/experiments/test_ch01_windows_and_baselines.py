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
    return experiment.Task(
        WAVE, first_test=90, width=8, horizon=3, steps=steps, rate=0.03, unit="units"
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
    mean = WAVE[:90].mean()
    assert error == pytest.approx(np.sqrt(np.mean((forecasts + mean - WAVE[90:]) ** 2)), rel=1e-4)
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
    for changed in ({}, {"width": 1}, {"rate": 0.5}, {"shuffle": "order"}, {"shuffle": "time"}):
        experiment.train_and_test(dense, task(), 0, split, **changed)
    windows, rates = [call[1] for call in given], [call[4] for call in given]
    assert [each.shape[1] for each in windows] == [8, 1, 8, 8, 8]
    assert rates == [0.03, 0.03, 0.5, 0.03, 0.03]
    usual, _, _, by_order, by_time = windows
    np.testing.assert_array_equal(np.sort(by_order), np.sort(usual))  # each window has its values
    assert not np.array_equal(by_order, usual)
    assert not np.allclose(np.sort(by_time), np.sort(usual))
    np.testing.assert_array_equal(by_time[1:, :-1], by_time[:-1, 1:])  # still windows of a series


def test_over_seeds_gives_the_error_of_each_start(given):
    errors, forecasts = experiment.over_seeds(dense, task(), split, width=3, seeds=2)
    single = [experiment.train_and_test(dense, task(), seed, split, 3) for seed in range(2)]
    assert errors.tolist() == [error for _, error in single]
    assert errors[0] != errors[1]
    np.testing.assert_array_equal(forecasts, single[-1][0])


def test_c1_is_measured_on_both_series_in_order_and_shuffled(monkeypatch, tasks):
    def pretend(build, task, seed, split, width=None, shuffle=None, rate=None):
        return np.zeros(1), 10.0 + seed if width == 1 or shuffle else 4.0

    monkeypatch.setattr(experiment, "train_and_test", pretend)
    found, errors = experiment.snapshots_lack_context(dense, tasks, split)
    assert found.verdict == "supported"
    assert errors["CO₂", "in order"].tolist() == [[10.0 + seed, 4.0] for seed in range(5)]
    assert errors["Sunspots", "shuffled in time"][3].tolist() == [13.0, 13.0]


def test_c4_is_measured_against_the_free_forecast_and_the_recurrent_network(monkeypatch, tasks):
    rates = []

    def pretend(build, task, seed, split, width=None, shuffle=None, rate=None):
        rates.append(rate)
        return np.zeros(1), {"conv": 2.0, "loop": 2.5}[build] * (2 if shuffle else 1)

    monkeypatch.setattr(experiment, "train_and_test", pretend)
    networks, best_free = {"convolution": "conv", "recurrent": "loop"}, dict.fromkeys(tasks, 3.0)
    found, errors, seconds = experiment.convolutions_surprise(networks, tasks, split, best_free)
    assert found.verdict == "supported"
    assert found.interval("CO₂, recurrent").mean == pytest.approx(0.8)
    assert errors["CO₂", "random order"] == [4.0] * 5
    assert errors["Sunspots", "recurrent"] == [2.5] * 5
    assert rates.count(0.01) == 10
    assert set(seconds) == set(networks)


def test_the_whole_sequence_is_counted_as_keras_counts():
    sizes = experiment.whole_sequence(count_parameters, weeks=50, measured_weeks=40)
    assert sizes["per number"] == 51 * 32 / 40
    assert sizes["per recurrent"] == 51 / 34
    lengths, counts, megabytes = experiment.size_curves(count_parameters)
    assert lengths[0] == 4
    assert counts[0].tolist() == [5 * 32, 34 * 32]
    # what training holds, by the curves' formula at the same length
    dense_mb, recurrent_mb = 4 * 51 * 32 + 32 * (50 + 32), 4 * 34 * 32 + 32 * 50 * 33
    assert sizes["memory"] == pytest.approx(dense_mb / recurrent_mb)
    assert megabytes.shape == counts.shape
    with pytest.raises(ValueError, match="disagrees with Keras"):
        experiment.whole_sequence(lambda *shape: (1, 2), weeks=50, measured_weeks=40)


def test_the_house_uses_more_in_the_evening_and_loses_one_reading_in_a_hundred():
    archive = experiment.house_readings()
    assert archive.shape == (24 * 7 * 12,)
    lost = archive == -9999
    assert 0.005 < lost.mean() < 0.02
    assert archive[~lost].min() >= 0.1
    hour = np.arange(len(archive)) % 24
    evening, night = (archive[~lost & (hour == h)].mean() for h in (20, 3))
    assert evening > night
