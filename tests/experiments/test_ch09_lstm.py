"""Chapter 9's experiments at small size, with answers written here."""

from __future__ import annotations

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import datasets
from course_utils.experiments import ch09_lstm as experiment
from tests.taught import taught_cell


def lstm_gates(x, h, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    return *(1 / (1 + np.exp(-z)) for z in (i, f)), np.tanh(g), 1 / (1 + np.exp(-o))


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = lstm_gates(x, h, W, U, b)
    return o * np.tanh(f * c + i * g), f * c + i * g


def title(ax):
    return ax.get_title().replace("\n", " ")


@pytest.fixture(scope="module")
def lstm():
    layers = [keras.layers.RNN(taught_cell("LSTMCell")(4)), keras.layers.Dense(1)]
    network = keras.Sequential([keras.Input((4, 2), batch_size=8), *layers])
    return experiment.Adder(network, updates=150)


@pytest.fixture
def axes():
    fig, axes = plt.subplots(1, 2, figsize=(9, 3))
    yield axes
    plt.close(fig)


@pytest.mark.parametrize(("far", "right"), [("same", 1.0), ("other", 0.0)])
def test_readers_are_scored_on_every_symbol_and_on_the_one_far_back(monkeypatch, far, right):
    train, test = ["BTBTXSETE", "BPBPVVEPE"], ["BPBTXSEPE", "BTBTSXSETE"]
    data = experiment.reading_data(train, test)
    assert data.inputs.shape == (2, 9, 7) and data.test_mask.sum(axis=1).tolist() == [8, 9]
    chances = np.where(np.eye(7)[data.test_targets] == 1, 0.94, 0.01)
    if far == "other":  # T and P change places at the last but one symbol
        T, P = (datasets.REBER_SYMBOLS.index(symbol) for symbol in "TP")
        for row, place in enumerate((6, 7)):
            chances[row, place, [T, P]] = chances[row, place, [P, T]]
    monkeypatch.setattr(experiment, "train_namers", lambda *_, **__: [(chances, [])] * 3)
    readers = experiment.train_readers(None, data, "networks")
    wrong = 0 if far == "same" else 2
    nats = -((17 - wrong) * np.log(0.94) + wrong * np.log(0.01)) / 17
    assert experiment.mean_scores(readers) == pytest.approx((nats, right))


def test_the_gradient_along_the_cell_grows_with_the_bias_and_c28_sees_it():
    def gradient(forget_gates):
        return np.prod(forget_gates, axis=1)

    biases = {"zero": 0.0, "one": 1.0, "two": 2.0, "five": 5.0}
    paths = {
        name: experiment.along_the_cell(lstm_gates, lstm_step, gradient, bias)
        for name, bias in biases.items()
    }
    last = [path[:, 49].mean() for path in paths.values()]
    assert last == sorted(last) and last[-1] < 0
    elman, large = experiment.along_elman(), experiment.along_elman(scale=3.0, loud=0.1)
    sums = experiment.claim_sum(paths, elman, large)
    assert sums.claim.id == "C28" and sums.verdict == "qualified"  # one and zero vanish
    open_gates = {name: np.full((5, 100), -0.1) for name in biases}
    assert experiment.claim_sum(open_gates, elman, large).verdict == "supported"


def test_equal_seeds_give_equal_runs_and_a_shut_input_gate_learns_less(lstm):
    (run,), (again,) = lstm.runs([0], "runs"), lstm.runs([0], "runs")
    assert run.error == again.error
    assert [each.shape for each in run.weights] == [(2, 16), (4, 16), (16,)]
    (shut,) = lstm.runs([0], "runs", {"i": -30.0})
    kernel, recurrent, bias = shut.weights
    assert np.all(kernel[:, :4] == 0) and np.all(recurrent[:, :4] == 0)
    assert np.all(bias[:4] == -30) and np.all(kernel[:, 4:] != 0)
    assert run.error < 0.8 * shut.error


@pytest.mark.parametrize(("long", "words"), [(0.9, "the Elman cell does not"), (0.1, "not differ")])
def test_the_title_of_the_lengths_follows_from_the_errors(axes, long, words):
    errors = {"Elman, 3 steps": [0.1], "Elman, 8 steps": [long], "LSTM, 8 steps": [0.1]}
    experiment.draw_lengths(axes[0], errors, 8)
    assert words in title(axes[0])


@pytest.mark.parametrize(("second", "words"), [(0.1, "1 of the 2 pins"), (0.9, "What the pins do")])
def test_the_title_of_the_pins_follows_from_the_errors(axes, second, words):
    errors = {"all gates": [0.1], "pin 1": [0.9], "pin 2": [second]}
    experiment.draw_pins(axes[0], errors, 8)
    assert title(axes[0]).startswith(words)


def test_c29_counts_gates_near_the_ends_and_the_figures_say_what_it_found(axes):
    spread = [np.linspace(0, 1, 101)] * 5  # 30 % within 0.15 of an end
    ends = [np.array([0.0, 0.1, 1.0, 0.5])] * 5
    middle = [np.array([0.4, 0.5, 0.6])] * 5
    errors = {"sigmoid": [0.1] * 5, "tanh": [0.3] * 5}
    found = experiment.claim_ends(ends, spread, middle, errors)
    assert found.interval("strings").mean == pytest.approx(0.75)
    assert found.interval("adding").mean == pytest.approx(0.30, abs=0.01)
    assert found.interval("tanh").mean == pytest.approx(3)
    experiment.draw_gate_values(axes[0], middle, ends, spread, apart=True)
    experiment.draw_functions(axes[1], errors)
    assert "to their ends" in title(axes[0])
    assert "learn to add too" in title(axes[1])


def test_untrained_weights_depend_on_the_seed_alone():
    one, again, other = (
        experiment.untrained_weights(lambda: taught_cell("LSTMCell")(3), 2, seed)
        for seed in (0, 0, 1)
    )
    assert np.array_equal(one[0], again[0]) and not np.array_equal(one[0], other[0])
    assert list(one[2]) == [0] * 3 + [1] * 3 + [0] * 6  # the forget gate's bias starts at 1
