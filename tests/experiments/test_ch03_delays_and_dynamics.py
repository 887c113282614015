"""Chapter 3's harness, at tiny size, with right answers."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import datasets
from course_utils.experiments import ch03_delays_and_dynamics as experiment


def delay(xs, steps=1):
    return np.concatenate([np.zeros((steps, *xs.shape[1:])), xs])[: len(xs)]


def multi_step_elman(xs, W_x, W_hs, b):
    states = []
    for t in range(xs.shape[1]):
        total = xs[:, t] @ W_x + b
        for k in range(1, min(len(W_hs), t) + 1):
            total = total + states[t - k] @ W_hs[k - 1]
        states.append(np.tanh(total))
    return np.stack(states, axis=1)


def state_space(A, B, C, D, us, x0):
    x, ys = x0, []
    for u in us:
        ys.append(C @ x + D @ u)
        x = A @ x + B @ u
    return np.stack(ys), x


def weights(patterns):
    W = patterns.T @ patterns / patterns.shape[1]
    np.fill_diagonal(W, 0)
    return W


def recall(W, state, order):
    s = np.array(state, dtype=float)
    for i in order:
        field = W[i] @ s
        s[i] = np.sign(field) if field else s[i]
    return s


@pytest.fixture(scope="module")
def small():
    return experiment.pendulum_record("small")


@pytest.fixture(scope="module")
def pool():
    return experiment.digit_patterns(datasets.digits()[0])


def test_a_record_is_measured_around_the_truth_and_its_three_parts_differ(small):
    steps = experiment.SEEN + experiment.AHEAD
    shapes = [each.shape for each in (small.learn, small.tune, small.test, small.truth)]
    assert shapes == [(256, steps), (128, steps), (200, steps), (200, steps)]
    assert np.std(small.test - small.truth) == pytest.approx(0.02, rel=0.05)
    assert np.abs(small.truth).max() <= 0.4 + 1e-6
    assert not np.allclose(small.learn[:128], small.tune)
    large = experiment.pendulum_record("large")
    assert np.abs(large.truth).max() > 2


def test_longer_swings_go_on_where_the_record_ends(small):
    long = experiment.swings("small", 200, 40, seed=3)
    np.testing.assert_allclose(long[:, : small.truth.shape[1]], small.truth)


def test_two_ways_meet_and_part():
    one, other = experiment.opposite_ways(experiment.pendulum_record("large"))
    now = experiment.SEEN - 1
    assert abs(one[now] - other[now]) < 0.1
    assert one[now] > one[now - 1] and other[now] < other[now - 1]
    assert abs(one[now + 5] - other[now + 5]) > 1


def test_naive_forecasts_are_what_their_names_say(small):
    found = experiment.naive_forecasts(small)
    truth, last = small.truth[:, experiment.SEEN :], small.test[:, experiment.SEEN - 1, None]
    assert found["stays"] == pytest.approx(experiment.rmse(last, truth))
    assert found["hangs at 0"] == pytest.approx(experiment.rmse(0, truth))
    assert found["goes on"] > found["hangs at 0"]


def test_autoregression_finds_a_law_and_noise_shrinks_it(small):
    t = np.arange(30)[:, None]
    wave = np.cos(0.4 * t + np.linspace(0, 6, 50))
    found = experiment.autoregression(wave, 2, delay)
    assert found == pytest.approx([2 * np.cos(0.4), -1])
    assert np.abs(experiment.poles_of(found)) == pytest.approx([1, 1])
    noisy = experiment.autoregression(small.learn.T, 2, delay)
    assert np.abs(experiment.poles_of(noisy)).max() < 0.95
    two, ten = (experiment.autoregression_errors(small, k, delay)[1] for k in (2, 10))
    assert ten < 0.2 * two


def test_poles_are_the_roots_of_the_loop_the_largest_first():
    assert experiment.poles_of([0.5]) == pytest.approx([0.5])
    assert experiment.poles_of([0.5, 0.14]) == pytest.approx([0.7, -0.2])
    assert len(experiment.poles_of([])) == 0


def test_an_echo_comes_back_after_as_many_steps_as_its_loop_has():
    states = experiment.echo(multi_step_elman, {3: 0.5}, 8)
    assert list(np.flatnonzero(states)) == [0, 3, 6]
    assert states[3] == pytest.approx(np.tanh(0.5 * np.tanh(1)))


def test_a_fitted_model_is_the_best_of_its_grid_and_runs_as_a_state_space_model(small):
    fitted = experiment.fit_model(small, "state space, 2 numbers", seeds=(0, 1), updates=60)
    assert fitted.rate in experiment.RATES
    assert fitted.errors.shape == (2,)
    low, high = (float(each.split(" ")[0]) for each in fitted.told.split("~")[1:3])
    assert low <= fitted.errors.mean() <= high
    shown = small.test[:1, : experiment.SEEN] / small.scale
    A, B, C = experiment.control_matrices(fitted, 1)
    none = np.zeros((1, 1))
    _, x = state_space(A, B, C, none, shown[0][:, None], np.zeros(2))
    ys, _ = state_space(A + B @ C, B, C, none, np.zeros((7, 1)), x)
    np.testing.assert_allclose(
        ys[:, 0], experiment.free_run(fitted, 1, shown, 7)[0], rtol=1e-3, atol=1e-4
    )


def test_a_closed_loop_is_the_network_fed_its_own_output(small):
    fitted = experiment.fit_model(small, "Elman, 16 numbers", seeds=(0,), updates=3)
    W_x, W_h, b, W_y, b_y = fitted.models.weights(fitted.rate, 0)
    W, bias = experiment.closed_loop(fitted, 0)
    h = np.random.default_rng(0).uniform(-1, 1, 16)
    y = h @ W_y + b_y
    np.testing.assert_allclose(h @ W + bias, y @ W_x + h @ W_h + b)


def test_digits_become_signs_and_grow_without_changing_much(pool):
    images = datasets.digits()[0]
    assert set(np.unique(pool)) == {-1, 1}
    assert pool.shape == (1797, 64)
    big = experiment.enlarged(images[:5], 16)
    assert big.shape == (5, 16, 16)
    np.testing.assert_allclose(experiment.enlarged(images[:5], 8), images[:5])
    assert big.min() >= 0 and big.max() <= 1
    np.testing.assert_allclose(big.mean(axis=(1, 2)), images[:5].mean(axis=(1, 2)), atol=0.03)


def test_recall_goes_unit_by_unit_downhill_and_from_another_place_than_the_noise(pool):
    W = weights(pool[:2])
    begun = pool[0].copy()
    turned = np.random.default_rng(0).permutation(64)[:10]
    begun[turned] *= -1
    states, energies = experiment.recall_steps(W, begun, recall, steps=128)
    assert states.shape == (129, 64)
    assert (np.abs(np.diff(states, axis=0)).sum(axis=1) <= 2).all()
    assert np.diff(energies).max() <= 1e-9
    assert energies[0] == pytest.approx(-0.5 * begun @ W @ begun)
    assert (states[16] != pool[0]).sum() > 0
    np.testing.assert_array_equal(states[-1], pool[0])


def test_settling_ends_where_no_unit_turns():
    rng = np.random.default_rng(1)
    W = weights(experiment.random_patterns(rng, 3, 40))
    end = experiment.settle(W, experiment.random_patterns(rng, 1, 40)[0], rng, recall)
    np.testing.assert_array_equal(recall(W, end, np.arange(40)), end)


def test_the_list_finds_the_pattern_that_agrees_most():
    patterns = np.array([[1.0, 1, 1, 1], [1, -1, 1, -1]])
    found = experiment.nearest_stored(patterns, np.array([[1.0, 1, -1, 1], [-1, -1, 1, -1]]))
    np.testing.assert_array_equal(found, patterns)


def test_shares_fall_with_the_number_of_digits_and_the_list_keeps_all(pool):
    found = experiment.recalled_by_count((1, 8), pool, weights, recall, seeds=range(2))
    assert list(found["digits, Hebb"].mean(axis=1)) == [1, 0]
    assert found["look in the list"].shape == (2, 2)
    assert (found["look in the list"] == 1).all()
    assert found["digits, pseudo-inverse"].mean() > 0.9


def test_networks_keep_a_low_load_and_lose_a_high_one():
    images = np.random.default_rng(0).random((60, 8, 8))
    kept = experiment.kept_by_load((0.1, 0.8), images, weights, recall, seeds=range(3))
    assert list(kept) == ["64 units, random", "8 units, random", "64 units, real digits"]
    assert kept["64 units, random"].shape == (2, 3)
    assert kept["64 units, random"][0].min() > 0.8
    assert kept["64 units, random"][1].max() < 0.3


def test_the_half_is_found_on_a_line_between_two_loads():
    assert experiment.half_forgotten([0.1, 0.2, 0.3], [1, 0.75, 0.25]) == pytest.approx(0.25)
    assert experiment.half_forgotten([0.1, 0.2], [1, 0.6]) == np.inf


def test_ends_of_recall_are_told_apart(pool):
    stored = experiment.random_patterns(np.random.default_rng(2), 3, 60)
    shares, often = experiment.ends_of_recall(stored, weights(stored), recall, starts=40)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["stored"] > 0 and shares["reversed"] > 0
    assert any(np.array_equal(often["stored"], each) for each in stored)
    assert any(np.array_equal(often["reversed"], -each) for each in stored)


def test_only_sweeps_one_by_one_come_to_rest():
    def one_by_one(W, state):
        return recall(W, state, np.arange(len(state)))

    assert experiment.still_turning(one_by_one, range(8)) == 0
    assert experiment.still_turning(lambda W, s: np.sign(W @ s), range(8)) >= 4


def test_pulses_are_rare_and_the_last_one_is_asked_for():
    given, last = experiment.pulses(50, 40, seed=0)
    assert set(np.unique(given)) == {-1, 0, 1}
    assert 0.1 < np.mean(given[:, 1:] != 0) < 0.2
    held = 0.0
    for t in range(40):
        held = given[3, t] or held
        assert last[3, t] == held


def test_a_trained_memory_holds_its_pulses():
    models = experiment.flip_flop(seeds=(0,), updates=300)
    given, last = experiment.pulses(20, 40, seed=1)
    assert np.mean(np.sign(models.outputs(given)[0, 0]) == last) > 0.95
