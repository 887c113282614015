"""Chapter 5's harness, with right answers: relations that hold whatever the numbers are."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.experiments import ch05_backprop_through_time as experiment
from course_utils.plots import blame, gradient_checks, sun_forecasts, sweep_growth
from course_utils.recurrent.adam import adam
from tests.bank.ch05_backprop_through_time.numerical_gradient import gradient_copies


def forward(xs, h0, W_x, W_h, b):
    hs, h = [], h0
    for x in xs.swapaxes(0, 1):
        h = np.tanh(x @ W_x + h @ W_h + b)
        hs.append(h)
    return np.stack(hs, axis=1)


def step_back(dh, x, h_prev, h, W_x, W_h):
    dz = dh * (1 - h**2)
    return dz @ W_x.T, dz @ W_h.T, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)


def contributions(dhs, xs, hs, h0, W_x, W_h):
    terms, dh = [], np.zeros(h0.shape)
    for t in reversed(range(xs.shape[1])):
        before = hs[:, t - 1] if t else h0
        _, dh, _, term, _ = step_back(dhs[:, t] + dh, xs[:, t], before, hs[:, t], W_x, W_h)
        terms.append(term)
    return np.stack(terms[::-1])


def bptt(dhs, xs, hs, h0, W_x, W_h):
    dxs, dh = np.zeros(xs.shape), np.zeros(h0.shape)
    sums = [np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(len(W_h))]
    for t in reversed(range(xs.shape[1])):
        before = hs[:, t - 1] if t else h0
        dxs[:, t], dh, *terms = step_back(dhs[:, t] + dh, xs[:, t], before, hs[:, t], W_x, W_h)
        sums = [total + term for total, term in zip(sums, terms, strict=True)]
    return dxs, dh, *sums


def run(weights, xs, targets):
    W_x, W_h, b, W_y, b_y = weights
    hs = forward(xs, np.zeros((len(xs), len(b))), W_x, W_h, b)
    error = hs @ W_y + b_y - targets
    return hs, 0.5 * np.sum(error**2) / len(xs), error / len(xs)


def by_sweep(weights, xs, targets):
    hs, loss, dys = run(weights, xs, targets)
    swept = bptt(dys @ weights[3].T, xs, hs, np.zeros_like(hs[:, 0]), *weights[:2])
    return loss, [*swept[2:], np.einsum("btu,bto->uo", hs, dys), dys.sum(axis=(0, 1))]


def sent_to_states(weights, xs, targets):
    hs, _, dys = run(weights, xs, targets)
    return dys @ weights[3].T, hs


def by_loss(dhs, xs, hs, h0, W_x, W_h):
    alone = [dhs * (np.arange(dhs.shape[1]) == t)[:, None] for t in range(dhs.shape[1])]
    return np.stack([bptt(each, xs, hs, h0, W_x, W_h)[3] for each in alone])


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def test_the_window_reads_each_year_and_forecasts_the_next():
    sun = experiment.sunspots()
    years, xs, targets = sun.window(30)
    assert (years[0], years[-1]) == (1900, 1929)
    assert xs.shape == targets.shape == (1, 30, 1)
    np.testing.assert_array_equal(xs[0, 1:], targets[0, :-1])
    counted = dict(zip(sun.years, sun.spots, strict=True))
    np.testing.assert_allclose(sun.in_spots(targets)[0, :, 0], [counted[year] for year in years])
    assert sun.series[: sun.first_test].std() == pytest.approx(1)


def test_central_differences_beat_forward_ones_and_are_best_in_the_middle():
    tried = experiment.try_steps(gradient_copies, np.sin, slope=np.cos)
    assert min(tried.central) < min(tried.one_sided) / 10
    assert 1e-9 < tried.best < 1e-2
    (ax,) = gradient_checks.step_errors(tried.sizes, tried.one_sided, tried.central).axes
    assert len(ax.lines) == 2


def test_sweep_and_differences_are_compared_with_the_way_that_is_given_as_the_tape():
    sun, weights = experiment.sunspots(), experiment.random_weights(3, units=2)
    _, xs, targets = sun.window(6)

    def doubled(*given):
        return [2 * each for each in by_sweep(*given)[1]]

    ways = experiment.compare(
        gradient_copies, run, by_sweep, doubled, weights, xs, targets, sizes=(2, 3)
    )
    assert ways.apart == pytest.approx((0.5, 0.5), abs=1e-6)
    assert experiment.apart(ways.differences, ways.swept) < 1e-6
    assert [len(seconds) for seconds in ways.seconds.values()] == [2, 2, 2]
    fig = gradient_checks.agreement(*ways[:-1])
    assert [len(ax.lines) for ax in fig.axes] == [3, 3]


def test_adam_moves_every_weight_by_its_rate_first_and_leaves_the_given_ones_alone():
    start = [np.array([1.0, -2.0]), np.array(3.0)]

    def bowl(weights, inputs, targets):
        return sum(np.sum(w**2) for w in weights), [2 * w for w in weights]

    moved, curve = adam(bowl, start, np.zeros(0), np.zeros(0), updates=1, rate=0.1)
    np.testing.assert_allclose(moved[0], [0.9, -1.9])
    assert curve == [14.0]
    np.testing.assert_array_equal(start[0], [1.0, -2.0])


def test_equal_seeds_train_equal_networks_and_shuffled_years_are_another_series():
    sun = experiment.sunspots()
    one, again = (experiment.train_five(by_sweep, forward, sun, 12) for _ in range(2))
    shuffled = experiment.train_five(by_sweep, forward, sun, 12, shuffled=True)
    np.testing.assert_array_equal(one.curves, again.curves)
    assert one.errors == again.errors != shuffled.errors
    assert one.curves.shape == (5, 12)
    assert (one.curves[:, -1] < one.curves[:, 0]).all()
    mean, half = one.interval()
    assert mean == pytest.approx(np.mean(one.errors)) and half > 0
    fig = sun_forecasts.learning(one.curves, sun.naive_error, (mean, half), shuffled.interval())
    assert [bar.get_width() for bar in fig.axes[1].patches][1:] == [mean, sun.naive_error]


def test_the_last_use_has_the_largest_share_where_the_past_is_multiplied_by_little():
    sun, weights = experiment.sunspots(), experiment.random_weights(1, units=3)
    weights[1] = 0.01 * weights[1]
    _, xs, targets = sun.window(5)
    shares = experiment.shares_of_blame(sent_to_states, contributions, [weights], xs, targets)
    assert shares.shape == (1, 5)
    assert shares[0, -1] == 1 and (np.diff(shares[0]) > 0).all()
    fig = blame.fading({"untrained": shares, "trained": shares})
    assert len(fig.axes[0].lines) == 2


def test_both_splits_add_up_to_the_gradient_and_miss_it_without_one_step():
    functions = sent_to_states, contributions, by_loss, lambda *given: by_sweep(*given)[1]
    whole = experiment.split(*functions, seed=0)
    part = experiment.split(*functions, seed=0, left_out=29)
    assert min(whole["uses"], whole["losses"]) > 10
    assert max(part["uses"], part["losses"]) < 4
    assert whole["apart"] > 0.01


def test_bars_end_at_the_sum_of_their_terms():
    terms = np.array([0.5, -1.0, 2.0])
    fig = blame.running_sums(np.arange(3), terms, terms[::-1], 1.5, "w")
    for ax in fig.axes:
        last = max(ax.patches, key=lambda bar: bar.get_x())
        assert last.get_y() + last.get_height() == pytest.approx(1.5)


def test_one_sweep_keeps_each_state_once_and_a_network_for_each_loss_keeps_more():
    sweeps = experiment.sweep_costs(forward, bptt)
    lengths = [32, 64, 128, 256]
    one = sweeps.one_sweep(range(2), lengths, lengths[:2])
    each = sweeps.sweep_for_each_loss(range(2), lengths, lengths[:2])
    assert one.memory.shape == (2, 4) and one.seconds.shape == (2, 2)
    assert one.exponents(0)["memory"] < 1.3 < each.exponents(0)["memory"]
    assert one.measured()["memory"][1] == pytest.approx(
        np.mean([one.exponents(seed)["memory"] for seed in range(2)])
    )
    assert sweeps.largest_difference(16) < 1e-12
    fig = sweep_growth.growth(lengths, one.measured(), each.measured())
    assert [len(line.get_xdata()) for line in fig.axes[1].lines] == [2, 2]


@pytest.mark.parametrize(("mended", "title"), [(True, "All three agree"), (False, "Right at")])
def test_the_title_of_the_repair_says_whether_it_is_mended(mended, title):
    fig = gradient_checks.gaps({"a": 0.0, "b": 0.5}, mended)
    (ax,) = fig.axes
    assert (ax.get_title(loc="left") or ax.get_title()).startswith(title)
