"""One path for all shapes: what counts teaches, what does not count does not."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.one_path import Networks, Task, train


@pytest.fixture(scope="module")
def signs():
    """The first of four inputs is to be said at the last step; F = 1."""
    rng = np.random.default_rng(0)
    xs = rng.choice([-1.0, 1.0], size=(80, 4, 1))
    labels = np.repeat((xs[:, :1, 0] > 0).astype(int), 4, axis=1)
    mask = np.zeros((80, 4), dtype=bool)
    mask[:, -1] = True
    return Task(xs, labels, mask)


@pytest.mark.parametrize("kind", ["elman", "gru"])
def test_a_network_learns_what_counts(signs, kind):
    networks = train(signs, range(2), 60, 0.02, kind, units=8, batch=40)
    said = networks.answers(signs.inputs)
    assert said.shape == (2, 80, 4)
    assert (said[:, :, -1] == signs.targets[:, -1]).mean() > 0.95


def test_what_does_not_count_changes_nothing(signs):
    wrong = signs.targets.copy()
    wrong[:, :-1] = 1 - wrong[:, :-1]
    one, other = (
        train(signs._replace(targets=each), [3], 5, 0.01, units=4)
        for each in (signs.targets, wrong)
    )
    for a, b in zip(one.weights, other.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_seed_gives_the_same_network_alone_and_beside_others(signs):
    alone = train(signs, [1], 5, 0.01, units=4)
    beside = train(signs, [0, 1], 5, 0.01, units=4)
    for a, b in zip(alone.weights, beside.weights, strict=True):
        np.testing.assert_allclose(a[0], b[1], atol=1e-5)
        assert np.abs(b[0] - b[1]).max() > 0 or not b.any()


def test_states_are_those_of_the_equation():
    rng = np.random.default_rng(2)
    W_x, W_h, b, W_y, b_y = (
        rng.normal(size=shape).astype("float32") for shape in ((3, 2), (2, 2), (2,), (2, 1), (1,))
    )
    networks = Networks("elman", tuple(W[None] for W in (W_x, W_h, b, W_y, b_y)))
    tokens = np.array([[2, 0], [1, 1]])
    hs, ys = networks.read(tokens)
    h1 = np.tanh(W_x[tokens[:, 0]] + b)
    h2 = np.tanh(W_x[tokens[:, 1]] + h1 @ W_h + b)
    np.testing.assert_allclose(hs[0], np.stack([h1, h2], axis=1), rtol=1e-5)
    np.testing.assert_allclose(ys[0, :, 1], h2 @ W_y + b_y, rtol=1e-5, atol=1e-6)
    one_hot = networks.read(np.eye(3)[tokens])[0]
    np.testing.assert_allclose(one_hot, hs, rtol=1e-5)


def test_a_gru_holds_its_state_while_its_gate_is_open():
    units = 2
    b = np.concatenate([np.full(units, 50.0), np.zeros(2 * units)])[None]
    weights = np.ones((1, 1, 3 * units)), np.ones((1, units, 3 * units)), b
    out = np.ones((1, units, 1)), np.zeros((1, 1))
    networks = Networks("gru", tuple(W.astype("float32") for W in (*weights, *out)))
    hs, _ = networks.read(np.ones((1, 5, 1)))
    np.testing.assert_allclose(hs, 0, atol=1e-6)


def test_numbers_are_learned_by_their_squares():
    xs = np.linspace(-1, 1, 40).reshape(40, 1, 1)
    task = Task(xs, 0.5 * xs, np.ones((40, 1), dtype=bool))
    networks = train(task, [0], 150, 0.02, units=4)
    assert np.abs(networks.read(xs)[1][0] - 0.5 * xs).max() < 0.1
