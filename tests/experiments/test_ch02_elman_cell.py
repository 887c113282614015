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


def test_statements_are_counted_without_the_docstring():
    assert experiment.statements(elman_step) == 1
    assert experiment.statements(unroll) == 5


def test_the_right_step_agrees_with_keras_and_one_without_the_past_does_not():
    def forgetful(x, h, *weights):
        return elman_step(x, 0 * h, *weights)

    assert experiment.difference_from_keras(0, elman_step, unroll) < 1e-9
    assert experiment.difference_from_keras(0, forgetful, unroll) > 0.01


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


def test_through_a_linear_step_an_effect_shrinks_by_the_recurrent_weight(wave):
    weights = np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros(1)
    effects = experiment.effects(weights, wave, linear_step, unroll)
    np.testing.assert_allclose(effects, 0.5 ** np.arange(experiment.LAGS), atol=1e-12)
    alone = experiment.effects(weights, wave, linear_step, unroll, recurrence=0)
    np.testing.assert_allclose(alone, np.eye(experiment.LAGS)[0], atol=1e-12)


def test_a_carried_state_answers_after_one_input_and_unrolling_after_all(monkeypatch):
    monkeypatch.setattr(experiment, "HISTORIES", (3, 8))
    waits, seconds = experiment.one_more_number(0, elman_step, unroll, stream, carried=True)
    assert waits == [1, 1]
    assert len(seconds) == 2
    waits, seconds = experiment.one_more_number(0, elman_step, unroll, stream, carried=False)
    assert waits == [3, 8]
    assert min(seconds) > 0


def test_the_figures_show_the_numbers_they_are_given(wave):
    import matplotlib.pyplot as plt

    years = np.arange(50)
    bars = experiment.draw_forecasts(
        years, wave, wave, wave, {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}
    ).axes[1]
    assert [each.get_width() for each in bars.patches] == [4.0, 3.0, 2.0, 1.0]
    assert [each.get_text() for each in bars.get_yticklabels()] == ["d", "c", "b", "a"]
    cycle = experiment.draw_cycle(years, wave).axes[1]
    assert sum(len(each.get_offsets()) for each in cycle.collections) == 48
    assert len(experiment.draw_states(years, wave, np.zeros((50, 3))).axes[1].lines) == 3
    reach = experiment.draw_reach(np.ones((2, experiment.LAGS))).axes[0]
    assert len(reach.lines) == 3
    times = experiment.draw_one_more([4e-6] * 4, [1e-6] * 4).axes[0]
    assert [line.get_ydata()[0] for line in times.lines] == pytest.approx([4, 1])
    grown = experiment.draw_parameters([10, 100], [5, 5], [10, 100]).axes[0]
    assert [list(line.get_ydata()) for line in grown.lines] == [[10, 100], [5, 5]]
    tables = experiment.draw_unrolled_twice(np.zeros((2, 4)), np.full((2, 4), 7.0))
    assert {each.get_text() for each in tables.axes[1].texts} == {"7"}
    plt.close("all")
