"""Chapter 2's harness, at tiny size, with right answers."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.experiments import ch02_elman_cell as experiment


def elman_step(x, h, W_x, W_h, b):
    """One step."""
    return np.tanh(x @ W_x + h @ W_h + b)


def linear_step(x, h, W_x, W_h, b):
    return x @ W_x + h @ W_h + b


def unroll(step, xs, h0):
    states = []
    for t in range(xs.shape[1]):
        h0 = step(xs[:, t], h0)
        states.append(h0)
    return np.stack(states, axis=1)


def stream(step, h, xs):
    for x in xs:
        h = step(x, h)
        yield h


def readout(hs, W_y, b_y):
    return hs @ W_y + b_y


def network():
    import keras

    return keras.Sequential(
        [
            keras.Input((None, 1)),
            keras.layers.SimpleRNN(3, return_sequences=True),
            keras.layers.Dense(1),
        ]
    )


@pytest.fixture(scope="module")
def wave():
    return np.sin(np.arange(50) * 2 * np.pi / 11)


@pytest.fixture(scope="module")
def trained(wave):
    return experiment.train(network, 1, wave[:40], epochs=8)


def test_statements_are_counted_with_the_def_and_without_the_docstring():
    assert experiment.statements(elman_step) == 2
    assert experiment.statements(unroll) == 6


def test_the_right_step_agrees_with_keras_and_one_without_the_past_does_not():
    def forgetful(x, h, *weights):
        return elman_step(x, 0 * h, *weights)

    assert experiment.difference_from_keras(0, elman_step, unroll, readout) < 1e-9
    assert experiment.difference_from_keras(0, forgetful, unroll, readout) > 0.01


def test_untrained_states_are_the_same_each_time_and_depend_on_the_series(wave):
    states = experiment.untrained_states(elman_step, unroll, wave, units=4)
    assert states.shape == (50, 4)
    assert np.abs(states).max() < 1
    np.testing.assert_array_equal(
        states, experiment.untrained_states(elman_step, unroll, wave, units=4)
    )
    assert not np.allclose(states, experiment.untrained_states(elman_step, unroll, -wave, 4))


def test_equal_seeds_train_equal_networks_and_training_lowers_the_error(wave, trained):
    import keras

    def error(model):
        forecasts = experiment.forecast(model, wave, first_test=40)
        assert forecasts.shape == (10,)
        return float(np.mean((forecasts - wave[40:]) ** 2))

    keras.utils.set_random_seed(1)
    untrained = network()
    again = experiment.train(network, 1, wave[:40], epochs=8)
    assert error(trained) == error(again)
    assert error(trained) < error(untrained)


def test_a_forecast_does_not_see_the_year_it_forecasts(wave, trained):
    changed = wave.copy()
    changed[45] += 5
    before = experiment.forecast(trained, wave, 40)
    after = experiment.forecast(trained, changed, 40)
    np.testing.assert_array_equal(before[:6], after[:6])  # the years up to 45
    assert before[6] != after[6]


def test_a_line_through_two_numbers_knows_a_wave_and_one_through_one_does_not(wave):
    truth = wave[40:]
    one, two = (experiment.line_forecast(wave, lags, 40) for lags in (1, 2))
    assert experiment.rmse(two, truth) < 1e-9 < 0.1 < experiment.rmse(one, truth)


def test_a_line_sees_nothing_from_its_first_forecast_on(wave):
    changed = wave.copy()
    changed[44:] += 7
    before, after = (experiment.line_forecast(each, 3, 40) for each in (wave, changed))
    np.testing.assert_array_equal(before[:5], after[:5])  # the years 40 to 44
    assert before[5] != after[5]


def test_years_in_random_order_are_forecast_no_better_than_by_their_mean(wave):
    error, of_mean = experiment.shuffled_errors(network, wave, 40)
    assert error > 0.8 * of_mean


def test_the_phase_counts_cycles_from_minimum_to_minimum():
    phase = experiment.cycle_phase(np.cos(np.arange(50) * 2 * np.pi / 10))  # minima at 5, 15, …
    np.testing.assert_allclose(phase[[5, 10, 15, 20, 25]] - phase[5], [0, 0.5, 1, 1.5, 2])
    assert phase[5] % 1 == 0


def test_lagged_numbers_stand_side_by_side_the_latest_first():
    table = experiment.lagged(np.array([1.0, 2, 3]), 2)
    np.testing.assert_array_equal(table, [[1, 0], [2, 1], [3, 2]])


def test_a_probe_reads_the_direction_from_two_numbers_of_a_wave_and_not_from_one(wave):
    long = np.sin(np.arange(200) * 2 * np.pi / 11)
    one, two = (
        experiment.right_directions(experiment.lagged(long, lags), long, 150) for lags in (1, 2)
    )
    assert two > 0.95
    assert one < 0.8


def test_states_that_circle_are_counted_once_a_round():
    angle = np.linspace(0, 2 * np.pi * 5, 120)
    circle = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    rounds = 5 * (119 - 20) / 119  # the first twenty years are left out
    assert experiment.turns([circle]) == pytest.approx(rounds, abs=0.1)
    assert experiment.turns([circle[::-1]]) == pytest.approx(rounds, abs=0.1)
    assert experiment.main_plane(circle).shape == (120, 2)


def test_states_are_those_of_the_given_weights(wave):
    weights = [np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros(1), "more"]
    states = experiment.read(weights, wave, linear_step, unroll)
    assert states.shape == (50, 1)
    assert states[2, 0] == pytest.approx(wave[2] + 0.5 * wave[1] + 0.25 * wave[0])


def test_untrained_weights_depend_on_the_seed_alone():
    one, same, other = (experiment.untrained_weights(network, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one[0], same[0])
    assert not np.array_equal(one[0], other[0])


def test_forecasts_are_placed_by_what_the_years_can_tell():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=88)
    noise = rng.normal(size=(3, 88))
    rivals = {"far": truth + 3, "like": truth + noise[2], "near": truth + 0.01}
    words = experiment.placed([truth + noise[0], truth + noise[1]], rivals, truth)
    assert words == "better than far; worse than near; not to be told from like"


def test_a_measured_value_finds_its_letter():
    limits = {"c": 0.01, "b": 0.5, "a": np.inf}
    assert [experiment.letter(value, limits) for value in (0.001, 0.01, 0.7)] == ["c", "b", "a"]


def test_lessons_on_parity_are_begun_again_until_they_are_learned(monkeypatch):
    import keras

    from course_utils.recurrent.parity import running_parity

    monkeypatch.setattr(experiment, "LESSONS", ((2, 40), (3, 40)))
    bits, answers = running_parity(np.random.default_rng(5), 60, 3)

    def error(model):
        return float(np.mean((np.asarray(model(bits)) - answers) ** 2))

    monkeypatch.setattr(experiment, "_LEARNED", 0.0)
    model, starts = experiment.train_on_parity(network, 3)
    keras.utils.set_random_seed(3)
    assert error(model) < error(network())
    assert starts == 1
    monkeypatch.setattr(experiment, "_LEARNED", 1.1)
    monkeypatch.setattr(experiment, "_STARTS", 2)
    assert experiment.train_on_parity(network, 3)[1] == 2


def test_through_a_linear_step_an_effect_shrinks_by_the_recurrent_weight(wave):
    weights = np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros(1), np.full((1, 1), 2.0), np.ones(1)
    answers = (linear_step, unroll, readout)
    effects = experiment.effects(weights, wave, wave + 1, *answers)
    np.testing.assert_allclose(effects[:10], 2 * 0.5 ** np.arange(10), rtol=1e-3)
    assert not effects[40:].any()  # below the last digit of float32
    alone = experiment.effects(weights, wave, wave + 1, *answers, recurrence=0)
    assert alone[0] == pytest.approx(2, rel=1e-5)
    assert not alone[1:].any()


def test_each_way_to_read_one_more_number_waits_as_it_must(monkeypatch):
    monkeypatch.setattr(experiment, "HISTORIES", (3, 8))
    waits, seconds = experiment.ways_to_read_one_more(range(2), elman_step, unroll, stream)
    assert list(waits.values()) == [1, 9, 8, 3]
    assert all(np.shape(each) == (2, 2) and np.min(each) > 0 for each in seconds.values())
    seconds = {way: [[1.0, 2.0], [2.0, 8.0]] for way in experiment.WAYS}
    measured = experiment.real_time(waits, seconds, 1, experiment.WAYS[3])
    assert list(measured.values()) == [1, 0.25, 0.25, 1]


def test_the_figures_show_the_numbers_they_are_given(wave):
    import matplotlib.pyplot as plt

    years = np.arange(50)
    cycle = experiment.draw_cycle(years, wave).axes[1]
    assert sum(len(each.get_offsets()) for each in cycle.collections) == 48
    assert len(experiment.draw_states(years, wave, np.zeros((50, 3))).axes[1].lines) == 3
    rings = experiment.draw_rings({"trained": [np.zeros((50, 3)) + years[:, None]]}, years / 11)
    assert len(rings.axes[0].collections[0].get_offsets()) == 30
    grown = experiment.draw_parameters([10, 100], [5, 5], [10, 100]).axes[0]
    assert [list(line.get_ydata()) for line in grown.lines] == [[10, 100], [5, 5]]
    tables = experiment.draw_unrolled_twice(np.zeros((2, 4)), np.full((2, 4), 7.0))
    assert {each.get_text() for each in tables.axes[1].texts} == {"7"}
    plt.close("all")
