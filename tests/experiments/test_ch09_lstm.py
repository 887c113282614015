"""Chapter 9's experiments at small size, with answers written here."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import datasets
from course_utils.experiments import ch09_lstm as experiment
from course_utils.recurrent.long_gradients import TwoWays
from tests.taught import taught_cell


def lstm_gates(x, h, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    return *(1 / (1 + np.exp(-z)) for z in (i, f)), np.tanh(g), 1 / (1 + np.exp(-o))


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = lstm_gates(x, h, W, U, b)
    return o * np.tanh(f * c + i * g), f * c + i * g


def title(ax):
    return ax.get_title().replace("\n", " ")


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


def ways(bias=0.0, path=-0.1, loud=3.0):
    full = np.full((5, 100), bias)
    return TwoWays(np.full((5, 100), path), full), TwoWays(full - 9, np.full((5, 100), loud))


@pytest.mark.parametrize(
    ("bias_1", "loud", "verdict"),
    [(-4.0, 3.0, "refuted"), (-4.0, 1.0, "qualified"), (-1.0, 1.0, "supported")],
)
def test_c28_judges_the_full_gradient_and_can_be_supported(bias_1, loud, verdict):
    quiet, large = ways(bias_1, loud=loud)
    vanishes, explodes = np.full((5, 100), -9.0), np.full((5, 100), 9.0)
    found = experiment.claim_sum({1: quiet, 5: ways(0.5)[0]}, large, vanishes, explodes)
    assert found.claim.id == "C28" and found.verdict == verdict


def test_the_titles_of_the_two_ways_follow_from_the_numbers():
    fig, axes = plt.subplots(1, 3, figsize=(12, 3))
    quiet, large = ways(0.0, path=-3.0)
    flat = np.zeros((5, 100))
    loud = {"LSTM": large.full, "LSTM, one path": large.path, "Elman": large.full}
    experiment.draw_two_ways(axes, {1: quiet.path}, {1: quiet.full}, loud)
    assert "never grows" in title(axes[0]) and "$10^{3}$ times more" in title(axes[1])
    assert "both explode" in title(axes[2])
    experiment.draw_two_ways(axes, {1: quiet.path}, {1: quiet.full}, dict.fromkeys(loud, flat))
    assert "no explosion" in title(axes[2])
    plt.close(fig)


@pytest.mark.parametrize(
    ("lstm", "relu", "verdict"),
    [(0.1, 0.9, "supported"), (0.1, 0.1, "qualified"), (0.9, 0.9, "refuted")],
)
def test_c27_is_supported_only_where_no_cell_without_gates_learns(lstm, relu, verdict):
    errors = {"LSTM": [lstm] * 5, "Elman, tanh": [0.9] * 5, "ReLU, identity start": [relu] * 5}
    found = experiment.claim_longer(errors, [0.1] * 5, [0.99] * 5)
    assert found.claim.id == "C27" and found.verdict == verdict


def test_the_title_of_the_lengths_says_how_far_each_cell_learned(axes):
    errors = {"LSTM": {24: [0.1], 50: [0.2]}, "Elman, tanh": {10: [0.1], 24: [0.9]}}
    experiment.draw_lengths(axes[0], errors)
    assert "LSTM 50, Elman, tanh 10" in title(axes[0])
    assert experiment.in_words(24, [0.1, 0.9, 0.2]) == "24 steps ~0.20 (2 of 3 learned)"


@pytest.mark.parametrize(
    ("second", "words"), [(0.1, "1 of the 2 pins prevents"), (0.9, "2 of the 2 pins prevent l")]
)
def test_the_title_of_the_pins_follows_from_the_errors(axes, second, words):
    errors = {"all gates": [0.1], "pin 1": [0.9], "pin 2": [second]}
    experiment.draw_pins(axes[0], errors, 8)
    assert title(axes[0]).startswith(words)


def test_c29_asks_for_both_ends_and_the_figures_say_what_it_found(axes):
    spread = [np.tile(np.linspace(0, 1, 101), (3, 1))] * 5
    ends = [np.tile([0.0, 0.1, 1.0, 0.5], (3, 1))] * 5
    one = [np.tile([0.1, 0.9, 1.0, 1.0], (3, 1))] * 5
    middle = [np.tile([0.4, 0.5, 0.6], (3, 1))] * 5
    bad, good = [0.9] * 5, [0.1] * 5
    assert experiment.claim_ends(ends, ends, middle, bad).verdict == "supported"
    assert experiment.claim_ends(ends, ends, middle, good).verdict == "qualified"
    assert experiment.claim_ends(middle, ends, middle, bad).verdict == "refuted"
    assert experiment.near_ends(ends) == (0.5, 0.25)
    assert sum(experiment.near_ends(spread)) == pytest.approx(0.30, abs=0.01)
    experiment.draw_gates(axes[0], experiment.shares_of_gates(middle, one, middle))
    assert "to one end" in title(axes[0])
    experiment.draw_gates(axes[0], experiment.shares_of_gates(middle, ends, middle))
    assert "Where the gates lie" in title(axes[0])
    experiment.draw_functions(axes[1], {"sigmoid": good, "tanh": [0.1, 0.9]})
    assert "in 1 of 2 starts" in title(axes[1])


def test_both_films_run_over_the_strings_and_their_twins():
    own, twin = experiment.both_films(lambda weights, xs: xs[None], [], ["BTBTXSETE"])
    assert own.shape == twin.shape == (1, 1, 8, 7)
    assert np.flatnonzero((own != twin).any(axis=-1)[0, 0]).tolist() == [1]


def test_the_mean_gradients_are_those_of_one_network_where_there_is_one():
    weights, xs = [np.ones((2, 8)), np.zeros((2, 8)), np.zeros(8)], np.ones((1, 5, 2))
    answers = lstm_gates, lstm_step, lambda gates: np.prod(gates, axis=1)
    path, full = experiment.mean_gradients(answers, [weights, weights], xs)
    assert path == pytest.approx(full) and path < 0


def test_untrained_weights_depend_on_the_seed_alone():
    one, again, other = (
        experiment.untrained_weights(lambda: taught_cell("LSTMCell")(3), 2, seed)
        for seed in (0, 0, 1)
    )
    assert np.array_equal(one[0], again[0]) and not np.array_equal(one[0], other[0])
    assert list(one[2]) == [0] * 3 + [1] * 3 + [0] * 6  # the forget gate's bias starts at 1
