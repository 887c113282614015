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


def title_of(ax):
    """Where the course's style puts it, or Matplotlib's own."""
    return ax.get_title(loc="left") or ax.get_title()


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


def test_a_line_through_nine_years_beats_one_through_two_and_both_beat_the_last_year():
    sun = experiment.sunspots()
    assert sun.line_error(9) < sun.line_error(2) < sun.naive_error
    # A line through no more than last year, but with its own slope: by numpy's own fit.
    before, after = sun.series[:-1], sun.series[1:]
    slope, level = np.polyfit(before[: sun.first_test - 1], after[: sun.first_test - 1], 1)
    found = sun.rmse(slope * before[sun.first_test - 1 :] + level, after[sun.first_test - 1 :])
    assert sun.line_error(1) == pytest.approx(found)


def test_sweep_and_differences_are_compared_with_the_way_that_is_given_as_the_tape():
    sun, weights = experiment.sunspots(), experiment.random_weights(3, units=2)
    _, xs, targets = sun.window(6)

    def doubled(*given):
        return [2 * each for each in by_sweep(*given)[1]]

    ways = experiment.compare(gradient_copies, run, by_sweep, doubled, weights, xs, targets)
    assert ways.apart == pytest.approx((0.5, 0.5), abs=1e-6)
    assert experiment.apart(ways.differences, ways.swept) < 1e-6
    prices = experiment.price_gradients(gradient_copies, run, by_sweep, sun, (2, 3), (2,))
    assert prices.many.counts == prices.one.counts == [11, 19]
    assert [len(each.runs) for each in prices] == [2, 2, 1]
    assert prices.differences.runs[0] > prices.one.runs[0] > 1
    assert "11 and 19 weights" in prices.words()
    fig = gradient_checks.agreement(*ways, *prices)
    assert [len(ax.lines) for ax in fig.axes] == [3, 4]
    assert title_of(fig.axes[0]) == "The ways do not agree"


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
    errors = {"last year": (0.9 * mean, 0), "ours": (mean, half), "shuffled": (2 * mean, half)}
    fig = sun_forecasts.learning(one.curves, errors, "ours")
    assert [bar.get_width() for bar in fig.axes[1].patches] == [each for each, _ in errors.values()]
    assert title_of(fig.axes[1]).endswith("1 of 2")


def test_recalling_needs_the_way_back_through_time():
    def by_cut(weights, xs, targets):
        hs, loss, dys = run(weights, xs, targets)
        h0 = np.zeros_like(hs[:, 0])
        given = experiment.single_steps(dys @ weights[3].T, xs, hs, h0)
        swept = bptt(*given, *weights[:2])
        return loss, [*swept[2:], np.einsum("btu,bto->uo", hs, dys), dys.sum(axis=(0, 1))]

    ways = {"whole": by_sweep, "cut": by_cut}
    (recalled,) = experiment.try_recall(ways, forward, [3])
    assert recalled["whole"].shape == (len(experiment.RATES), 5)
    assert recalled["whole"].mean(axis=1).min() < 0.1 < 0.5 < recalled["cut"].mean(axis=1).min()
    signs = {name: errors[None] for name, errors in recalled.items()}
    fig = sun_forecasts.through_time(experiment.RATES, recalled, [3], signs)
    assert len(fig.axes[1].lines) == 2 * len(experiment.RATES) + 1


def test_the_last_use_has_the_largest_share_where_the_past_is_multiplied_by_little():
    sun, weights = experiment.sunspots(), experiment.random_weights(1, units=3)
    weights[1] = 0.01 * weights[1]
    _, xs, targets = sun.window(5)
    shares = experiment.shares_of_blame(sent_to_states, contributions, [weights], xs, targets)
    assert shares.shape == (1, 5)
    assert shares[0, -1] == 1 and (np.diff(shares[0]) > 0).all()
    fig = blame.fading({"untrained": shares, "trained": shares})
    assert len(fig.axes[0].lines) == 2


def test_both_splits_add_up_to_the_gradient_and_steps_alone_miss_it():
    functions = sent_to_states, contributions, by_loss, lambda *given: by_sweep(*given)[1]
    whole = experiment.split(*functions, seed=0)
    part = experiment.split(*functions, seed=0, alone=True)
    digits = "digits, terms by use", "digits, terms by loss"
    assert min(whole[name] for name in digits) > 10
    assert max(part[name] for name in digits) < 2
    assert whole["largest gap in one step"] > 0.01
    assert set(part) == set(digits)


def test_bars_end_at_the_sum_of_their_terms():
    terms = np.array([0.5, -1.0, 2.0])
    fig = blame.running_sums(np.arange(3), terms, terms[::-1], 1.5, "w")
    for ax in fig.axes:
        last = max(ax.patches, key=lambda bar: bar.get_x())
        assert last.get_y() + last.get_height() == pytest.approx(1.5)
        assert "add sums to" in title_of(ax)
        low, high = ax.get_ylim()
        assert all(low < bar.get_y() < high for bar in ax.patches)
        assert all(low < bar.get_y() + bar.get_height() < high for bar in ax.patches)


def test_terms_that_miss_the_sum_are_said_to():
    terms = np.array([0.5, -1.0, 2.0])
    fig = blame.running_sums(np.arange(3), terms, terms[:2].repeat([1, 2]), 1.5, "w")
    assert "does not sum to" in title_of(fig.axes[1])


def test_only_kept_copies_make_the_memory_quadratic():
    sweeps = experiment.sweep_costs(forward, bptt)
    lengths = [16, 32, 64, 128]
    one = sweeps.one_sweep(range(2), lengths, lengths[:3])
    each = sweeps.sweep_for_each_loss(range(2), lengths, lengths[:3])
    copies = sweeps.copies_kept(range(2), [64, 128, 256])
    assert one.memory.shape == (2, 4) and one.seconds.shape == (2, 3)
    assert 0.9 < one.memory_exponent(0) < 1.1 and each.memory_exponent(0) < 1.1
    assert 1.8 < copies.memory_exponent(0) < 2.2
    exponents = [one.memory_exponent(seed) for seed in range(2)]
    assert one.curve("memory").exponent == pytest.approx(np.mean(exponents))
    assert sweeps.largest_difference(16) < 1e-12
    memory = {
        "one sweep back": one.curve("memory"),
        "a sweep for each loss": each.curve("memory"),
        "a copy kept for each loss": copies.curve("memory"),
    }
    time = {"one sweep back": one.curve("time"), "a sweep for each loss": each.curve("time")}
    fig = sweep_growth.growth(memory, time)
    assert [len(line.get_xdata()) for line in fig.axes[1].lines] == [3, 3]
    assert [len(line.get_xdata()) for line in fig.axes[0].lines] == [4, 4, 3]


@pytest.mark.parametrize(
    ("gaps", "mended", "title"),
    [
        ((0.0, 0.0), True, "All three agree"),
        ((0.0, 0.5), False, "The first call is right"),
        ((0.5, 0.5), False, "The first call is wrong"),
    ],
)
def test_the_title_of_the_repair_says_whether_it_is_mended(gaps, mended, title):
    fig = gradient_checks.gaps(dict(zip("ab", gaps, strict=True)), mended)
    (ax,) = fig.axes
    assert title_of(ax).startswith(title)
