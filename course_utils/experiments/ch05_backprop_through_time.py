"""Chapter 5: the sunspots, the gradient three ways, training with it, and what a sweep costs.

Weights are lists [W_x (F, U), W_h (U, U), b (U,), W_y (U, O), b_y (O,)] of float64 arrays. What the
student wrote comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from course_utils import datasets
from course_utils.claims.intervals import student_interval
from course_utils.progress import progress
from course_utils.recurrent.adam import adam
from course_utils.recurrent.gradient_costs import RunsForward, runs_forward
from course_utils.recurrent.sweep_costs import SweepCosts
from course_utils.recurrent.through_time import (
    RATES,
    Task,
    recall_task,
    single_steps,
    test_errors,
)

__all__ = [
    "RATES",
    "Learned",
    "Prices",
    "Steps",
    "Sunspots",
    "Ways",
    "apart",
    "compare",
    "price_gradients",
    "random_weights",
    "shares_of_blame",
    "single_steps",
    "split",
    "sunspots",
    "sweep_costs",
    "train_five",
    "try_recall",
    "try_steps",
    "try_sunspots",
]

Array: TypeAlias = np.ndarray
Weights: TypeAlias = list[Array]
Answer: TypeAlias = Callable[..., Any]  # the student's, or one that is built on it
Errors: TypeAlias = dict[str, Array]  # gradient → (rates, seeds)

_SEEDS = range(5)
_FIRST_TEST_YEAR = 1930
_STEPS = 30  # years in each window


def random_weights(seed: int, units: int = 6, features: int = 1, outputs: int = 1) -> Weights:
    """W_x, W_h, b, W_y, b_y of an untrained network, all float64."""
    rng = np.random.default_rng(seed)
    return [
        rng.normal(size=(features, units)) * 0.8,
        rng.normal(size=(units, units)) / np.sqrt(units),
        rng.normal(size=units) * 0.1,
        rng.normal(size=(units, outputs)) / np.sqrt(units),
        np.zeros(outputs),
    ]


# --- the sunspots --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sunspots:
    """The yearly sunspot numbers.

    Attributes:
        years: (N,) the years.
        spots: (N,) the counted numbers.
        first_test: the place of 1930: training uses the years before it.
        mean: of the years before 1930, in sunspots.
        spread: the standard deviation of the years before 1930, in sunspots.
    """

    years: Array
    spots: Array
    first_test: int
    mean: float
    spread: float

    @property
    def series(self) -> Array:
        """(N,) the numbers standardised: mean 0, standard deviation 1 before 1930."""
        return (self.spots - self.mean) / self.spread

    @property
    def naive_error(self) -> float:
        """RMSE of the baseline, next year like this year, from 1930 on, in sunspots."""
        return _rmse(self.spots[self.first_test - 1 : -1], self.spots[self.first_test :])

    def line_error(self, count: int) -> float:
        """RMSE from 1930 on of a line through the last `count` years, fitted to those before."""
        series, split = self.series, self.first_test
        lagged = np.stack([series[k : len(series) - count + k] for k in range(count)], axis=1)
        known = np.column_stack([lagged, np.ones(len(lagged))])
        trained = split - count
        line = np.linalg.lstsq(known[:trained], series[count:split], rcond=None)[0]
        return self.rmse(known[trained:] @ line, series[split:])

    def window(self, steps: int) -> tuple[Array, Array, Array]:
        """The last years before 1930: years (T,), xs (1, T, 1), targets (1, T, 1).

        `years` are those that are forecast; each input is the year before it. Both arrays are
        standardised.
        """
        read = slice(self.first_test - steps - 1, self.first_test - 1)
        forecast = slice(read.start + 1, read.stop + 1)
        series = self.series
        return self.years[read] + 1, series[None, read, None], series[None, forecast, None]

    def in_spots(self, values: Any) -> Array:
        """Standardised values as numbers of sunspots."""
        return np.asarray(values) * self.spread + self.mean

    def rmse(self, forecast: Any, truth: Any) -> float:
        """The root of the mean squared error of standardised values, in sunspots."""
        return _rmse(self.in_spots(forecast), self.in_spots(truth))


def sunspots() -> Sunspots:
    """The yearly sunspot numbers, 1700 to 2008."""
    years, spots = datasets.sunspots_yearly()
    first = int(np.searchsorted(years, _FIRST_TEST_YEAR))
    return Sunspots(years, spots, first, spots[:first].mean(), spots[:first].std())


def _rmse(forecast: Array, truth: Array) -> float:
    return float(np.sqrt(np.mean((forecast - truth) ** 2)))


# --- central differences -------------------------------------------------------------------------


class Steps(NamedTuple):
    """The largest relative error of a gradient for each step size ε."""

    sizes: Array
    central: list[float]
    one_sided: list[float]

    @property
    def best(self) -> float:
        """The ε with the smallest error of central differences."""
        return float(self.sizes[int(np.argmin(self.central))])


def try_steps(numerical_gradient: Answer, function: Answer, slope: Answer) -> Steps:
    """Central and forward differences of sum(function(w)) at seven points, for ε of 1e-12 to 0.3.

    Args:
        numerical_gradient: the student's.
        function: works on each number of an array, np.sin.
        slope: its derivative, np.cos.
    """
    point = np.linspace(0.2, 1.4, 7)
    slopes = slope(point)
    sizes = 10.0 ** np.arange(-12, 0, 0.5)

    def largest_error(gradient: Any) -> float:
        return float(np.max(np.abs(np.asarray(gradient) - slopes) / slopes))

    def total(values: Array) -> float:
        return float(function(values).sum())

    central = [largest_error(numerical_gradient(total, point, eps)) for eps in sizes]
    one_sided = [largest_error((function(point + eps) - function(point)) / eps) for eps in sizes]
    return Steps(sizes, central, one_sided)


# --- three ways to one gradient ------------------------------------------------------------------


class Ways(NamedTuple):
    """One gradient in three ways: a list with an array for each weight.

    Attributes:
        taped: by TensorFlow's tape.
        swept: by the student's sweep.
        differences: by central differences.
    """

    taped: list[Array]
    swept: list[Array]
    differences: list[Array]

    @property
    def apart(self) -> tuple[float, float]:
        """How far sweep and differences are from the tape, as in `apart`."""
        return apart(self.swept, self.taped), apart(self.differences, self.taped)


def compare(
    numerical_gradient: Answer,
    run: Answer,
    by_sweep: Answer,
    by_tape: Answer,
    weights: Weights,
    xs: Array,
    targets: Array,
) -> Ways:
    """The gradient of one network by tape, by sweep and by differences.

    Args:
        numerical_gradient: the student's.
        run: run(weights, xs, targets) → states, loss, gradient at the outputs.
        by_sweep: by_sweep(weights, xs, targets) → loss, a gradient for each weight.
        by_tape: by_tape(weights, xs, targets) → a gradient for each weight.
        weights: of the network.
        xs: (B, T, 1) inputs.
        targets: (B, T, 1) what they should give.
    """
    given = weights, xs, targets
    numeric = _by_differences(numerical_gradient, run, *given)
    return Ways(by_tape(*given), list(by_sweep(*given)[1]), numeric)


def _by_differences(
    numerical_gradient: Answer, run: Answer, weights: Weights, xs: Array, targets: Array
) -> list[Array]:
    def loss_with(place: int, value: Array) -> float:
        return float(run([*weights[:place], value, *weights[place + 1 :]], xs, targets)[1])

    return [
        np.asarray(numerical_gradient(partial(loss_with, place), each))
        for place, each in enumerate(weights)
    ]


class Prices(NamedTuple):
    """What a gradient costs, in runs forward on the same sequences, as the network grows.

    Attributes:
        many: forward and sweep, on fifty windows at once.
        one: forward and sweep, on one window.
        differences: central differences, on one window.
    """

    many: RunsForward
    one: RunsForward
    differences: RunsForward

    def words(self) -> str:
        """The numbers as three lines."""
        (counts, many), (_, one), (small, differences) = self
        return (
            f"Forward and sweep, in runs forward, for {counts[0]} and {counts[-1]:,} weights.\n"
            f"Fifty sequences at once: ~{many[0]:.1f} and ~{many[-1]:.1f}. "
            f"One sequence: ~{one[0]:.1f} and ~{one[-1]:.0f}.\n"
            f"Central differences, {small[-1]:,} weights: ~{differences[-1]:.0f} runs forward."
        )


def price_gradients(
    numerical_gradient: Answer,
    run: Answer,
    by_sweep: Answer,
    sun: Sunspots,
    sizes: Sequence[int] = (6, 16, 64, 256, 512),
    small: Sequence[int] = (6, 12, 24),
) -> Prices:
    """Time the gradient of networks of several sizes on windows of thirty years.

    Args:
        numerical_gradient: the student's.
        run: run(weights, xs, targets) → states, loss, gradient at the outputs.
        by_sweep: by_sweep(weights, xs, targets) → loss, a gradient for each weight.
        sun: the sunspots.
        sizes: units of the networks whose sweep is timed.
        small: units of those whose central differences are.
    """
    inputs, goals = _windows(sun.series[: sun.first_test], _STEPS)

    def price(work: Answer, count: int, units: Sequence[int]) -> RunsForward:
        given = {"xs": inputs[:count], "targets": goals[:count]}
        return runs_forward(partial(work, **given), partial(run, **given), random_weights, units)

    differences = partial(_by_differences, numerical_gradient, run)
    return Prices(
        price(by_sweep, len(inputs), sizes), price(by_sweep, 1, sizes), price(differences, 1, small)
    )


def apart(ones: Sequence[Array], others: Sequence[Array]) -> float:
    """The largest difference of two lists of arrays, over the largest number in the second."""
    pairs = zip(ones, others, strict=True)
    return max(float(np.abs(a - c).max() / np.abs(c).max()) for a, c in pairs)


# --- training ------------------------------------------------------------------------------------


class Learned(NamedTuple):
    """Five trained networks: weights, losses (5, updates), test errors (5,) in sunspots."""

    weights: list[Weights]
    curves: Array
    errors: list[float]
    mean_errors: list[float]  # of forecasting the mean of the training years

    def interval(self) -> tuple[float, float]:
        """Mean and half-width of the 95% interval of the five errors (Student's t)."""
        found = student_interval(self.errors)
        return found.mean, (found.high - found.low) / 2


def train_five(
    by_sweep: Answer, forward: Answer, sun: Sunspots, updates: int, shuffled: bool = False
) -> Learned:
    """Train five networks on windows before 1930 and test them on the years from 1930 on.

    Args:
        by_sweep: by_sweep(weights, xs, targets) → loss, a gradient for each weight.
        forward: forward(xs, h0, W_x, W_h, b) → the states.
        sun: the sunspots.
        updates: how often every weight is moved, by Adam's rule.
        shuffled: the control: all years in random order, another one for each seed.
    """
    learned = Learned([], np.zeros((len(_SEEDS), updates)), [], [])
    split, series = sun.first_test, sun.series
    for seed in progress(_SEEDS, "control" if shuffled else "five networks"):
        values = np.random.default_rng(seed).permutation(series) if shuffled else series
        windows = _windows(values[:split], _STEPS)
        weights, losses = adam(by_sweep, random_weights(seed), *windows, updates)
        learned.curves[seed] = np.array(losses) / _STEPS
        rest = values[split:]
        learned.weights.append(weights)
        learned.errors.append(_test_error(sun, values, forward, weights))
        learned.mean_errors.append(sun.rmse(np.full(len(rest), values[:split].mean()), rest))
    return learned


def try_sunspots(gradients: Mapping[str, Answer], forward: Answer, sun: Sunspots) -> Errors:
    """The sunspots from 1930 on with each gradient, at each learning rate, for five networks.

    Args:
        gradients: name → gradient(weights, xs, targets) → loss, a gradient for each weight.
        forward: forward(xs, h0, W_x, W_h, b) → the states.
        sun: the sunspots.

    Returns:
        name → (rates, seeds) RMSE in sunspots.
    """
    windows = _windows(sun.series[: sun.first_test], _STEPS)
    task = Task(*windows, lambda weights: _test_error(sun, sun.series, forward, weights))
    return test_errors(gradients, random_weights, [task for _ in _SEEDS], updates=250)


def try_recall(
    gradients: Mapping[str, Answer], forward: Answer, delays: Sequence[int]
) -> list[Errors]:
    """Recalling a sign after some steps with each gradient: for each delay as `try_sunspots`."""
    found = []
    for delay in delays:
        tasks = [recall_task(seed, delay, forward) for seed in _SEEDS]
        found.append(test_errors(gradients, random_weights, tasks, updates=150))
    return found


def _test_error(sun: Sunspots, values: Array, forward: Answer, weights: Weights) -> float:
    """RMSE in sunspots from the place of 1930 on, where the network reads all values."""
    W_x, W_h, b, W_y, b_y = weights
    hs = forward(values[None, :-1, None], np.zeros((1, len(b))), W_x, W_h, b)
    return sun.rmse((hs @ W_y + b_y)[0, sun.first_test - 1 :, 0], values[sun.first_test :])


def _windows(values: Array, steps: int) -> tuple[Array, Array]:
    """Every fourth window, and each value's successor as its goal: twice (windows, T, 1)."""
    starts = range(0, len(values) - steps - 1, 4)
    inputs = np.stack([values[s : s + steps] for s in starts])[..., None]
    goals = np.stack([values[s + 1 : s + steps + 1] for s in starts])[..., None]
    return inputs, goals


# --- which step added what -----------------------------------------------------------------------


def shares_of_blame(
    sent_to_states: Answer,
    contributions: Answer,
    networks: Sequence[Weights],
    xs: Array,
    targets: Array,
) -> Array:
    """How much each use of W_h adds for the last loss alone; the largest is 1: (networks, T).

    Args:
        sent_to_states: sent_to_states(weights, xs, targets) → dhs, hs.
        contributions: the student's.
        networks: their weights.
        xs: (1, T, 1) inputs.
        targets: (1, T, 1) what they should give.
    """
    shares = []
    for weights in networks:
        dhs, hs = sent_to_states(weights, xs, targets)
        last = dhs * (np.arange(dhs.shape[1]) == dhs.shape[1] - 1)[:, None]
        h0 = np.zeros_like(hs[:, 0])
        terms = np.asarray(contributions(last, xs, hs, h0, weights[0], weights[1]))
        sizes = np.linalg.norm(terms, axis=(1, 2))
        shares.append(sizes / sizes.max())
    return np.array(shares)


def split(
    sent_to_states: Answer,
    contributions: Answer,
    by_loss: Answer,
    by_tape: Answer,
    seed: int,
    alone: bool = False,
) -> dict[str, float]:
    """Both splits of dW_h against the tape, for a network and three sequences drawn from the seed.

    Args:
        sent_to_states: sent_to_states(weights, xs, targets) → dhs, hs.
        contributions: the student's.
        by_loss: the same arguments → what each step's loss adds, (T, U, U).
        by_tape: by_tape(weights, xs, targets) → a gradient for each weight.
        seed: draws everything.
        alone: the control: every step stands alone and pays for its own loss only.

    Returns:
        "digits, terms by use" and "digits, terms by loss": the decimal digits in which each sum
        agrees with the tape's gradient; and, if not `alone`, "largest gap in one step": the largest
        difference of the two in one step, over the largest term.
    """
    rng = np.random.default_rng(100 + seed)
    drawn = random_weights(100 + seed, features=2)
    sequences, goals = rng.normal(size=(3, _STEPS, 2)), rng.normal(size=(3, _STEPS, 1))
    dhs, hs = sent_to_states(drawn, sequences, goals)
    given: tuple[Array, ...] = (dhs, sequences, hs, np.zeros_like(hs[:, 0]))
    if alone:
        given = single_steps(*given)
    uses = np.asarray(contributions(*given, *drawn[:2]))
    losses = by_loss(*given, *drawn[:2])
    gradient = by_tape(drawn, sequences, goals)[1]
    found = {
        "digits, terms by use": _digits(uses, gradient),
        "digits, terms by loss": _digits(losses, gradient),
    }
    if not alone:  # in one step alone, use and loss are the same
        gap = np.abs(uses - losses).max() / np.abs(uses).max()
        found["largest gap in one step"] = float(gap)
    return found


def _digits(terms: Array, gradient: Array) -> float:
    """In how many decimal digits a sum of terms agrees with a gradient: at most 17."""
    difference = np.abs(terms.sum(axis=0) - gradient).max() / np.abs(gradient).max()
    return float(-np.log10(max(difference, 1e-17)))


# --- what a sweep costs --------------------------------------------------------------------------


def sweep_costs(forward: Answer, bptt: Answer) -> SweepCosts:
    """What measures the student's sweep on four random sequences; each seed has its own units.

    Args:
        forward: forward(xs, h0, W_x, W_h, b) → the states (B, T, U).
        bptt: the student's.
    """

    def long_sequence(seed: int, steps: int) -> tuple[Array, Array, Array, Weights]:
        rng, units = np.random.default_rng(seed), 6 + 2 * seed
        sequences = rng.normal(size=(4, steps, 1))
        dhs = rng.normal(size=(4, steps, units)) / steps
        return dhs, sequences, np.zeros((4, units)), random_weights(seed, units)[:3]

    return SweepCosts(forward, bptt, long_sequence)
