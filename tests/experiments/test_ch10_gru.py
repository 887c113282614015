"""Chapter 10's experiments at small size, with answers written here."""

from __future__ import annotations

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import datasets
from course_utils.experiments import ch10_gru as experiment
from course_utils.recurrent.classifier import SequenceClassifier
from course_utils.recurrent.held_gates import Traces, held
from course_utils.recurrent.register import LEVELS

SEEDS = range(10, 15)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def keras_step(x, h, kernel, recurrent_kernel, bias):
    x_z, x_r, x_h = np.split(x @ kernel + bias[0], 3, axis=1)
    h_z, h_r, h_h = np.split(h @ recurrent_kernel + bias[1], 3, axis=1)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h + (1 - z) * np.tanh(x_h + r * h_h)


@pytest.fixture(scope="module")
def digits():
    return datasets.digits()


@pytest.fixture(scope="module")
def network():
    return SequenceClassifier(lambda: keras.layers.SimpleRNNCell(6), 8, 8, 10)


@pytest.fixture
def ax():
    fig, ax = plt.subplots(figsize=(7, 3))
    yield ax
    plt.close(fig)


def test_the_halves_are_a_split_that_the_seed_draws():
    learn, test = experiment.halves(1797, 3)
    assert (len(learn), len(test)) == (1200, 597)
    assert sorted([*learn, *test]) == list(range(1797))
    assert not np.array_equal(learn, experiment.halves(1797, 4)[0])


def test_a_linear_classifier_needs_more_than_one_row(digits):
    one = experiment.linear_baseline(*digits, rows=[7], seeds=[0])
    two = experiment.linear_baseline(*digits, rows=[2, 7], seeds=[0])
    assert 0.3 < one < two < 0.9


def test_the_bars_and_both_digits_are_drawn(digits):
    fig, axes = plt.subplots(1, 3)
    experiment.draw_digits(axes, *digits, {"a": 0.1, "b": 0.5})
    assert [each.get_height() for each in axes[2].patches] == pytest.approx([10, 50])
    assert [len(each.images) for each in axes] == [1, 1, 0]
    plt.close(fig)


def test_the_bias_alone_sets_how_long_a_state_stays(ax):
    def gru_step(x, h, W, U, b, reset_after):
        return sigmoid(b[0]) * h

    courses = {b: experiment.course_of_state(gru_step, b, steps=5) for b in (0.0, 1.0, 2.0, 4.0)}
    assert courses[0.0] == pytest.approx([1, 0.5, 0.25, 0.125, 0.0625, 0.03125])
    experiment.draw_courses(ax, courses)
    assert [each.get_ydata()[-1] for each in ax.lines] == sorted(
        each[5] for each in courses.values()
    )


def test_training_helps_and_the_seed_decides_everything(network, digits):
    few = experiment.accuracies(network, *digits, updates=1, rate=0.01, seeds=[0])
    many = experiment.accuracies(network, *digits, updates=60, rate=0.01, seeds=[0, 1, 0])
    assert many[0] == many[2] != many[1]
    assert few[0] + 0.2 < many[0]
    held = experiment.held_out_accuracy(network, *digits, updates=60, rate=0.01, seeds=[0])
    assert held > few[0] + 0.2


def test_each_network_has_its_time_in_each_turn(network, digits):
    found = experiment.milliseconds({"a": network, "b": network}, *digits, turns=2, updates=1)
    assert {name: len(each) for name, each in found.items()} == {"a": 2, "b": 2}
    times = experiment.times_by_size({6: {"lstm": network, "gru": network}}, *digits, rounds=2)
    assert {name: len(each) for name, each in times[6].items()} == {
        "lstm": 2,
        "gru": 2,
        "lstm again": 2,
    }
    for name in ("gru", "lstm again"):
        assert all(
            0.1 < each < 10 for each in experiment.ratios(times, name)[6]
        )  # the same network


def times_of(small, large):
    noise = np.array([-0.02, -0.01, 0.0, 0.01, 0.02])
    lstm = np.ones(5)
    return {
        units: {"lstm": lstm, "gru": ratio + noise, "lstm again": lstm + noise}
        for units, ratio in ((24, small), (128, 1.0), (256, large))
    }


@pytest.mark.parametrize(
    ("gap", "small", "large", "verdict"),
    [
        (0.0, 0.75, 0.75, "supported"),
        (0.0, 1.5, 0.7, "qualified"),
        (0.0, 1.5, 1.2, "qualified"),
        (-0.1, 0.75, 0.75, "refuted"),
    ],
)
def test_c30_asks_for_as_good_and_for_less_time_at_each_size(gap, small, large, verdict):
    noise = np.array([-0.01, -0.005, 0.0, 0.005, 0.01])
    differences = {
        "digits": gap + noise,
        "register": noise,
        "digits, GRU of 3 units": noise - 0.4,
        "register, update gate held at 0": noise - 0.5,
    }
    found = experiment.claim_as_good(differences, times_of(small, large), SEEDS)
    assert found.verdict == verdict
    assert found.claim.statement.endswith("at 24 and 256 units alike.")
    assert list(found.claim.control_metric) == list(experiment.CONTROL)


def test_the_register_is_learned_with_gates_and_not_without():
    def network(make):
        return SequenceClassifier(make, steps=4, features=3, classes=LEVELS)

    whole = network(lambda: keras.layers.GRUCell(8))
    few, many = (
        experiment.register_accuracies(whole, 0.03, [0], updates=updates)[0] for updates in (1, 200)
    )
    assert many > few + 0.3
    stuck = network(held(lambda: keras.layers.GRUCell(8), {"z": -100, "r": 100}))
    assert experiment.register_accuracies(stuck, 0.03, [0], updates=200)[0] < many - 0.1
    block = stuck.cell.units
    kernel, recurrent, bias = (np.asarray(each) for each in stuck.cell.trainable_weights)
    assert not kernel[:, : 2 * block].any() and not recurrent[:, : 2 * block].any()
    assert np.all(bias[0, :block] == -100) and np.all(bias[0, block : 2 * block] == 100)


@pytest.mark.parametrize(
    ("update", "reset", "letter"), [(0.3, 0.4, "a"), (0.3, 1.0, "b"), (1.0, 0.3, "c"), (1, 1, "d")]
)
def test_a_gate_is_needed_where_no_network_without_it_comes_near(update, reset, letter):
    accuracy = {
        "GRU": np.array([0.98, 1.0]),
        "no update gate": np.array([update, update - 0.1]),
        "no reset gate": np.array([reset, reset - 0.1]),
    }
    assert experiment.gates_needed(accuracy) == letter


def test_gates_are_averaged_by_command():
    z = np.array([[[0.9], [0.2], [0.4], [0.6]]])
    found = experiment.gates_by_command(Traces(z, 1 - z, z), np.array([[0, 0, 1, 2]]))
    assert found["z"] == pytest.approx({"write": 0.2, "flip": 0.4, "keep": 0.6})
    assert found["r"]["write"] == pytest.approx(0.8)


def test_speakers_are_told_apart_when_they_differ():
    rng = np.random.default_rng(0)
    speakers = np.arange(64) % 2
    frames = np.where(speakers[:, None, None] == 0, 3.0, -3.0) + rng.standard_normal((64, 5, 12))
    heard = datasets.Utterances(frames.astype("float32"), np.full(64, 5), speakers)
    longer = datasets.Utterances(
        np.pad(heard.frames, ((0, 0), (0, 2), (0, 0))), heard.lengths, heard.speakers
    )
    network = SequenceClassifier(lambda: keras.layers.SimpleRNNCell(4), 5, 12, 2)
    found = experiment.speaker_accuracies(
        network, heard, longer, updates=30, rate=0.02, seeds=[0, 1]
    )
    assert found.shape == (2,) and np.all(found > 0.9)


def test_a_right_device_does_what_the_layer_does_and_the_readout_sees_it(ax, digits):
    images, labels = digits
    trained = experiment.trained_gru(images, labels, units=5, updates=40)
    assert [each.shape for each in trained.cell] == [(8, 15), (5, 15), (2, 15)]
    layer = experiment.states_of_layer(trained.cell, images[:50])
    device = experiment.states_of_device(keras_step, trained.cell, images[:50])
    assert layer.shape == device.shape == (50, 8, 5)
    assert np.abs(layer - device).max() < 1e-5
    scores = trained.accuracy(layer, labels[:50])
    assert scores.shape == (8,) and scores[7] > scores[0]
    experiment.draw_device(ax, scores, scores, 0.1, mended=False)
    assert "forgets" in (ax.get_title() or ax.get_title(loc="left"))
