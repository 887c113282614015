"""Networks side by side: each is as it would be alone."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.forecasters import Forecasters


@pytest.fixture
def windows():
    return np.random.default_rng(0).normal(size=(6, 5, 2)).astype("float32")


def test_the_step_gives_what_the_whole_sequence_gives(windows):
    networks = Forecasters(2, 4, [0, 1], updates=5)
    said = networks.outputs(windows)  # three rows of each network
    step, state = networks.step(), networks.state(3)
    for t in range(windows.shape[1]):
        y, state = step(windows[:, t], state)
        np.testing.assert_allclose(y, said[:, t], atol=1e-5)


def test_a_network_learns_the_same_with_and_without_neighbours(windows):
    alone, among = Forecasters(2, 4, [7], updates=5), Forecasters(2, 4, [3, 7], updates=5)
    targets = np.roll(windows, -1, axis=1)
    for _ in range(3):
        lost = alone.update(windows[3:], targets[3:])
        assert among.update(windows, targets)[1] == pytest.approx(lost[0], rel=1e-4)
    for mine, theirs in zip(alone.weights, among.weights, strict=True):
        np.testing.assert_allclose(mine[0], theirs[1], atol=1e-4)


def test_an_untrained_readout_of_zero_forecasts_no_change(windows):
    networks = Forecasters(2, 4, [0, 1], updates=5)
    networks.weights[3].assign(0 * networks.weights[3])
    np.testing.assert_allclose(networks.outputs(windows), windows, atol=1e-6)


def test_from_free_after_on_the_inputs_are_not_read(windows):
    networks = Forecasters(2, 4, [0, 1], updates=5)
    targets = np.zeros_like(windows)
    changed = windows.copy()
    changed[:, 2:] += 9
    weights = [weight.numpy() for weight in networks.weights]
    one = networks.update(windows, targets, free_after=2)
    for weight, value in zip(networks.weights, weights, strict=True):
        weight.assign(value)
    np.testing.assert_allclose(networks.update(changed, targets, free_after=2), one, rtol=1e-6)


def test_the_first_step_does_not_count(windows):
    networks = Forecasters(2, 4, [0, 1], updates=5)
    other = windows.copy()
    other[:, 0] += 100
    assert networks.update(windows, other).max() < 100


def test_training_makes_the_loss_small():
    line = np.cumsum(np.full((8, 10, 1), 0.2, dtype="float32"), axis=1)
    networks = Forecasters(1, 6, [0, 1], updates=150)
    losses = [networks.update(line[:, :-1], line[:, 1:]) for _ in range(150)]
    assert (losses[-1] < 0.05 * losses[0]).all()


@pytest.mark.parametrize(
    ("change", "named"),
    [({"features": 0}, "features"), ({"units": 0}, "units"), ({"updates": 0}, "updates")],
)
def test_an_impossible_size_is_refused_by_name(change, named):
    with pytest.raises(ValueError, match=named):
        Forecasters(**{"features": 2, "units": 3, "seeds": [0], "updates": 1, **change})


def test_no_seed_is_refused():
    with pytest.raises(ValueError, match="seeds"):
        Forecasters(2, 3, [], updates=1)


def test_sequences_of_three_lengths_can_be_run_one_after_the_other(windows):
    networks = Forecasters(2, 4, [0, 1], updates=5)
    for length in (5, 4, 3):
        assert networks.outputs(windows[:, :length]).shape == (6, length, 2)


def test_a_cut_gradient_changes_what_is_learned_and_not_what_is_said(windows):
    whole, cut = (Forecasters(2, 4, [0, 1], updates=5) for _ in range(2))
    targets = np.roll(windows, -1, axis=1)
    np.testing.assert_allclose(
        whole.update(windows, targets), cut.update(windows, targets, cut=True), rtol=1e-6
    )
    assert not np.allclose(whole.weights[1], cut.weights[1], atol=1e-4)  # W_h


def test_where_a_sequence_has_two_steps_the_cut_hides_the_first_from_the_loss(windows):
    networks = Forecasters(2, 4, [0], updates=5)
    before = [weight.numpy() for weight in networks.weights]
    inputs = np.zeros((3, 2, 2), dtype="float32")
    inputs[:, 0] = windows[:3, 0]  # the second input is 0: only the state links x_0 to the loss
    networks.update(inputs, np.ones((3, 2, 2), dtype="float32"), cut=True)
    np.testing.assert_array_equal(networks.weights[0], before[0])  # W_x
    assert not np.array_equal(networks.weights[1], before[1])
