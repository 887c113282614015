"""Chapter 3: pendulums and their models, poles, memories of digits, the fixed points of a network.

A student's own functions come in as arguments: `delay(xs, steps)`, `state_space(A, B, C, D, us,
x0)`, `hopfield_weights(patterns)` and `hopfield_recall(W, state, order)`. The figures stand in
`plots`; this module hands on those of the chapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils import datasets
from course_utils.claims.intervals import student_interval
from course_utils.progress import progress
from course_utils.recurrent.state_models import StateModels

__all__ = [
    "AHEAD",
    "INTERVAL",
    "MODELS",
    "RATES",
    "SEEN",
    "Fitted",
    "Record",
    "autoregression",
    "autoregression_errors",
    "closed_loop",
    "control_matrices",
    "digit_patterns",
    "echo",
    "ends_of_recall",
    "energy",
    "enlarged",
    "fit_model",
    "flip_flop",
    "free_run",
    "half_forgotten",
    "kept_by_load",
    "naive_forecasts",
    "nearest_stored",
    "opposite_ways",
    "pendulum_record",
    "poles_of",
    "pulses",
    "random_patterns",
    "recall_steps",
    "recalled_by_count",
    "recalled_digits",
    "recalled_share",
    "rmse",
    "settle",
    "still_turning",
    "swings",
]

Array = np.ndarray
Answer = Callable[..., Any]  # a student's function

INTERVAL = 0.1  # seconds between two looks at the pendulum
SEEN, AHEAD = 10, 20  # steps that a model is shown, and steps that it must go on by itself
NOISE = 0.02  # rad: the standard deviation of a measured angle around the true one
RATES = (0.002, 0.007, 0.02, 0.07, 0.2, 0.5)  # one grid for every model that is trained
#: name → (numbers in the state, whether there is a tanh).
MODELS: Mapping[str, tuple[int, bool]] = {
    "state space, 2 numbers": (2, False),
    "state space, 16 numbers": (16, False),
    "Elman, 16 numbers": (16, True),
}
_UPDATES = 1200
_SWINGS = {"small": (0.1, 0.4), "large": (0.5, 2.5)}
_RECALLED = 0.9  # the overlap above which a pattern counts as remembered


def rmse(made: Any, truth: Any) -> float:
    """The root of the mean squared error, in the unit of the truth."""
    return float(np.sqrt(np.mean((np.asarray(made) - truth) ** 2)))


# --- the pendulum ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """Angles of pendulums in rad, each row one pendulum over SEEN + AHEAD steps.

    Attributes:
        learn: (256, T) measured: to fit models to.
        tune: (128, T) measured: to choose between them.
        test: (200, T) measured: models are shown its first SEEN steps.
        truth: (200, T) the true angles of `test`.
    """

    learn: Array
    tune: Array
    test: Array
    truth: Array

    @property
    def scale(self) -> float:
        """The standard deviation of what is learned from."""
        return float(self.learn.std())


def swings(kind: str, count: int, steps: int, seed: int) -> Array:
    """True angles (count, steps) of pendulums let go at 0.1–0.4 ("small") or 0.5–2.5 rad."""
    found = datasets.pendulums(count, steps, seed, interval=INTERVAL, swing=_SWINGS[kind])
    return np.asarray(found[..., 0])


def pendulum_record(kind: str) -> Record:
    """Measured pendulums with "small" or "large" swings."""

    def measured(count: int, seed: int) -> tuple[Array, Array]:
        truth = swings(kind, count, SEEN + AHEAD, seed)
        return truth + np.random.default_rng(seed + 100).normal(0, NOISE, truth.shape), truth

    test, truth = measured(200, 3)
    return Record(measured(256, 1)[0], measured(128, 2)[0], test, truth)


def naive_forecasts(record: Record) -> dict[str, float]:
    """Three forecasts that need no learning: name → RMSE in rad over AHEAD steps."""
    last = record.test[:, SEEN - 1, None]
    speed = last - record.test[:, SEEN - 2, None]
    forecasts = {
        "stays": last,
        "goes on": last + speed * np.arange(1, AHEAD + 1),
        "hangs at 0": 0.0 * last,
    }
    return {name: rmse(each, record.truth[:, SEEN:]) for name, each in forecasts.items()}


def opposite_ways(record: Record) -> tuple[Array, Array]:
    """Two pendulums (T,) that are at nearly the same angle at step SEEN − 1 and part from there."""
    now, before = record.truth[:, SEEN - 1], record.truth[:, SEEN - 2]
    speed = now - before
    gaps = np.abs(now[:, None] - now[None]) - 0.2 * np.minimum(speed[:, None], -speed[None])
    up, down = np.unravel_index(np.argmin(gaps), gaps.shape)
    return record.truth[up], record.truth[down]


def autoregression(xs: Array, lags: int, delay: Answer) -> Array:
    """Weights of the last values by least squares, the newest first: (T, B) → (lags,).

    Args:
        xs: B series side by side.
        lags: how many of the last values are used.
        delay: z⁻ᵏ.
    """
    past = [np.asarray(delay(xs, k))[lags:].ravel() for k in range(1, lags + 1)]
    return np.asarray(np.linalg.lstsq(np.stack(past, axis=1), xs[lags:].ravel(), rcond=None)[0])


def autoregression_errors(record: Record, lags: int, delay: Answer) -> tuple[float, float]:
    """RMSE in rad over AHEAD steps, on `tune` and on the truth of `test`."""
    weights = autoregression(record.learn.T, lags, delay)

    def go_on(seen: Array) -> Array:
        values = list(seen[:, SEEN - lags : SEEN].T)
        for _ in range(AHEAD):
            values.append(sum(w * v for w, v in zip(weights, values[::-1], strict=False)))
        return np.stack(values[lags:], axis=1)

    on_tune = rmse(go_on(record.tune), record.tune[:, SEEN:])
    return on_tune, rmse(go_on(record.test), record.truth[:, SEEN:])


@dataclass(frozen=True)
class Fitted:
    """Models of one kind, trained on one record.

    Attributes:
        models: all of them: every rate, every seed.
        rate: the rate with the least error on `tune`, averaged over the seeds.
        errors: (S,) RMSE in rad on the truth of `test`, one for each seed at this rate.
    """

    models: StateModels
    rate: float
    errors: Array

    @property
    def told(self) -> str:
        """The errors' 95% interval over the seeds (Student's t), and the rate, as printed."""
        found = student_interval([float(each) for each in self.errors])
        return f"~{found.low:.3f} to ~{found.high:.3f} (rate ~{self.rate})"


def fit_model(
    record: Record, name: str, seeds: Sequence[int] = range(5), updates: int = _UPDATES
) -> Fitted:
    """Train one of MODELS by gradient: shown SEEN steps, it must go on for AHEAD steps.

    Args:
        record: the pendulums.
        name: a key of MODELS.
        seeds: of the first weights.
        updates: for each rate and seed.
    """
    units, bent = MODELS[name]
    models = StateModels(units, bent, RATES, seeds)
    xs = record.learn / record.scale
    models.fit(xs[:, :-1], xs[:, 1:], updates, fed=SEEN)

    def errors(shown: Array, truth: Array) -> Array:
        made = models.outputs(shown[:, :-1] / record.scale, fed=SEEN)[..., SEEN - 1 :]
        squares = (made * record.scale - truth[:, SEEN:]) ** 2
        return np.sqrt(squares.mean(axis=(2, 3)))

    by_rate = np.nan_to_num(errors(record.tune, record.tune), nan=np.inf).mean(axis=1)
    best = int(np.argmin(by_rate))
    return Fitted(models, RATES[best], errors(record.test, record.truth)[best])


def control_matrices(fitted: Fitted, seed: int) -> tuple[Array, Array, Array]:
    """A, B and C of a linear model as control engineers write it: x' = A x + B u, forecast C x."""
    W_x, W_h, _, W_y, _ = fitted.models.weights(fitted.rate, seed)
    return W_h.T, W_x.T, W_y.T


def free_run(fitted: Fitted, seed: int, shown: Array, steps: int) -> Array:
    """What a model forecasts by itself after (B, SEEN) shown: (B, steps), on the same scale."""
    rate = fitted.models.rates.index(fitted.rate)
    nothing = np.zeros((len(shown), steps - 1))
    made = fitted.models.outputs(np.concatenate([shown, nothing], axis=1), fed=SEEN)
    return made[rate, fitted.models.seeds.index(seed)][:, SEEN - 1 :]


def closed_loop(fitted: Fitted, seed: int) -> tuple[Array, Array]:
    """W (N, N) and b (N,) of an Elman network that reads its own output: h' = tanh(h W + b)."""
    W_x, W_h, b, W_y, b_y = fitted.models.weights(fitted.rate, seed)
    return W_h + W_y @ W_x, b + b_y @ W_x


# --- poles ----------------------------------------------------------------------------------------


def poles_of(feedback: Any) -> Array:
    """The poles of a recurrence: the roots of z^K − a₁ z^{K−1} − … − a_K, the largest first."""
    found = np.roots([1.0, *(-np.asarray(feedback, dtype=float))])
    return found[np.argsort(-np.abs(found), kind="stable")]


def echo(multi_step_elman: Answer, weights: Mapping[int, float], steps: int) -> Array:
    """The states (steps,) of a network of one unit after one push of 1.

    Args:
        multi_step_elman: runs it.
        weights: over how many steps a recurrence goes → its weight; the others are zero.
        steps: T.
    """
    W_hs = np.zeros((max(weights), 1, 1))
    for lag, weight in weights.items():
        W_hs[lag - 1] = weight
    push = np.zeros((1, steps, 1))
    push[0, 0] = 1.0
    return np.asarray(multi_step_elman(push, np.ones((1, 1)), W_hs, np.zeros(1)))[0, :, 0]


# --- Hopfield networks ----------------------------------------------------------------------------


def digit_patterns(images: Array) -> Array:
    """Real digits as patterns: (P, H, W) of ink 0 to 1 → (P, H · W) of 1 (ink) and −1 (paper)."""
    return np.where(images.reshape(len(images), -1) > 0.5, 1.0, -1.0)


def enlarged(images: Array, size: int = 32) -> Array:
    """Pictures (P, H, W) with size × size pixels, by straight lines between the old ones."""

    def stretched(maps: Array) -> Array:
        """Along the last axis."""
        old = maps.shape[-1]
        at = np.clip((np.arange(size) + 0.5) * old / size - 0.5, 0, old - 1)
        low = np.minimum(at.astype(int), old - 2)
        return maps[..., low] * (1 - (at - low)) + maps[..., low + 1] * (at - low)

    return np.asarray(stretched(stretched(images).swapaxes(1, 2)).swapaxes(1, 2))


def random_patterns(rng: np.random.Generator, count: int, units: int) -> Array:
    """(count, units) of 1 and −1, each drawn by a fair coin."""
    return rng.choice([-1.0, 1.0], (count, units))


def energy(W: Array, state: Array) -> float:
    """−½ Σ_ij s_i W_ij s_j, which no turn of a unit lets rise where W is symmetric."""
    return float(-0.5 * state @ W @ state)


def settle(
    W: Array, state: Array, rng: np.random.Generator, recall: Answer, most: int = 30
) -> Array:
    """The state after sweeps over all units in random order, until none of them turns."""
    for _ in range(most):
        new = np.asarray(recall(W, state, rng.permutation(len(state))))
        if np.array_equal(new, state):
            break
        state = new
    return state


def recall_steps(
    W: Array, start: Array, recall: Answer, steps: int = 128, seed: int = 0
) -> tuple[Array, Array]:
    """One unit after the other: the states (steps + 1, N) and their energies (steps + 1,)."""
    rng = np.random.default_rng([seed, 3])  # other numbers than whoever disturbed the start drew
    sweeps = -(-steps // len(start))
    order = np.concatenate([rng.permutation(len(start)) for _ in range(sweeps)])[:steps]
    states = [np.asarray(start, dtype=float)]
    for unit in order:
        states.append(np.asarray(recall(W, states[-1], np.array([unit]))))
    return np.stack(states), np.array([energy(W, each) for each in states])


def nearest_stored(patterns: Array, states: Array) -> Array:
    """The stored pattern that agrees most with each state: a look into the list, no network."""
    return patterns[np.argmax(states @ patterns.T, axis=1)]


def recalled_digits(
    count: int, pool: Array, ways: Mapping[str, Answer], recall: Answer, seed: int, turned: int = 6
) -> dict[str, float]:
    """The share of stored patterns that come back whole with some pixels turned: way → share.

    Args:
        count: how many patterns of the pool are stored.
        pool: (M, N) to draw them from.
        ways: name → what makes the weights (N, N) of patterns (count, N); and, as "look in the
            list", nothing: the stored pattern that agrees most.
        recall: runs the network.
        seed: of the patterns and the pixels.
        turned: how many pixels of each are turned.
    """
    rng = np.random.default_rng(seed)
    stored = pool[rng.permutation(len(pool))[:count]]
    disturbed = stored.copy()
    for row in disturbed:
        row[rng.permutation(len(row))[:turned]] *= -1
    shares = {}
    for name, weights in ways.items():
        W = np.asarray(weights(stored))
        ends = [settle(W, row, rng, recall) for row in disturbed]
        shares[name] = float(
            np.mean([np.array_equal(*each) for each in zip(ends, stored, strict=False)])
        )
    found = nearest_stored(stored, disturbed)
    shares["look in the list"] = float(np.mean((found == stored).all(axis=1)))
    return shares


def recalled_by_count(
    counts: Sequence[int],
    pool: Array,
    weights: Answer,
    recall: Answer,
    seeds: Sequence[int] = range(10),
) -> dict[str, Array]:
    """`recalled_digits` over how many are stored: way → (len(counts), S) shares.

    Args:
        counts: how many patterns are stored.
        pool: (M, N) real digits as patterns.
        weights: Hebb's rule.
        recall: runs the network.
        seeds: S draws.
    """
    rules = {"digits, Hebb": weights, "digits, pseudo-inverse": lambda p: np.linalg.pinv(p) @ p}
    found: dict[str, list[list[float]]] = {}
    for count in progress(counts, "patterns"):
        rows: dict[str, list[float]] = {}
        for seed in seeds:
            tossed = random_patterns(np.random.default_rng(seed), 100, pool.shape[1])
            of_coins = recalled_digits(count, tossed, {"random, Hebb": weights}, recall, seed)
            for name, share in {
                **of_coins,
                **recalled_digits(count, pool, rules, recall, seed),
            }.items():
                rows.setdefault(name, []).append(share)
        for name, row in rows.items():
            found.setdefault(name, []).append(row)
    order = ("digits, Hebb", "random, Hebb", "digits, pseudo-inverse", "look in the list")
    return {name: np.array(found[name]) for name in order}


def kept_by_load(
    loads: Sequence[float],
    pictures: Array,
    weights: Answer,
    recall: Answer,
    seeds: Sequence[int] = range(5),
) -> dict[str, Array]:
    """The share of stored patterns that a network keeps: kind → (len(loads), S).

    Args:
        loads: patterns per unit.
        pictures: (M, H, W) real digits, H · W as large as the larger networks.
        weights: Hebb's rule.
        recall: runs the network.
        seeds: S draws of the patterns.
    """
    real = digit_patterns(pictures)
    units = real.shape[1]
    few = units // 8

    def coins(size: int) -> Callable[[np.random.Generator, float], Array]:
        return lambda rng, load: random_patterns(rng, round(load * size), size)

    kinds: dict[str, Callable[[np.random.Generator, float], Array]] = {
        f"{units:,} units, random": coins(units),
        f"{few:,} units, random": coins(few),
        f"{units:,} units, real digits": lambda rng, load: real[
            rng.permutation(len(real))[: round(load * units)]
        ],
    }
    return {
        kind: np.array(
            [
                [
                    recalled_share(draw(np.random.default_rng(seed), load), weights, recall, seed)
                    for seed in seeds
                ]
                for load in loads
            ]
        )
        for kind, draw in progress(list(kinds.items()), "kinds of patterns")
    }


def recalled_share(
    patterns: Array, weights: Answer, recall: Answer, seed: int, tried: int = 20
) -> float:
    """The share of stored patterns that the network keeps when it is started on them.

    Args:
        patterns: (P, N), all stored.
        weights: makes the weights.
        recall: runs the network, until no unit turns.
        seed: of the order of the units.
        tried: of so many patterns.

    Returns:
        The share whose last state agrees with the pattern to an overlap s · p / N above 0.9.
    """
    rng = np.random.default_rng(seed)
    W = np.asarray(weights(patterns))
    overlaps = [settle(W, each, rng, recall) @ each / len(each) for each in patterns[:tried]]
    return float(np.mean(np.array(overlaps) > _RECALLED))


def half_forgotten(loads: Sequence[float], shares: Sequence[float]) -> float:
    """The load at which the share remembered falls below one half, on a line between the points;
    infinity where it never does."""
    for (a, p), (b, q) in zip(
        zip(loads, shares, strict=True), zip(loads[1:], shares[1:], strict=True), strict=False
    ):
        if p >= 0.5 > q:
            return float(a + (p - 0.5) / (p - q) * (b - a))
    return float("inf")


def ends_of_recall(
    patterns: Array, W: Array, recall: Answer, starts: int = 300, seed: int = 0
) -> tuple[dict[str, float], dict[str, Array]]:
    """Where recall ends that begins in random states.

    Returns:
        kind of end → its share, and kind → the state of this kind that came most often: a stored
        pattern, a reversed one, a mixture (the sign of a sum of three, each with either sign),
        another state.
    """
    rng = np.random.default_rng(seed)
    known = {each.tobytes(): "stored" for each in patterns}
    known |= {(-each).tobytes(): "reversed" for each in patterns}
    for i in range(len(patterns)):
        for j in range(i):
            for k in range(j):
                for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                    mixed = np.sign(patterns[i] + a * patterns[j] + b * patterns[k])
                    for each in (mixed, -mixed):
                        known.setdefault(each.tobytes(), "mixture")
    counts: dict[str, dict[bytes, int]] = {
        kind: {} for kind in ("stored", "reversed", "mixture", "other")
    }
    for start in random_patterns(rng, starts, patterns.shape[1]):
        end = (settle(W, start, rng, recall) + 0.0).tobytes()
        seen = counts[known.get(end, "other")]
        seen[end] = seen.get(end, 0) + 1
    shares = {kind: sum(each.values()) / starts for kind, each in counts.items()}
    often = {
        kind: np.frombuffer(max(each, key=lambda end: each[end]))
        for kind, each in counts.items()
        if each
    }
    return shares, often


def still_turning(sweep: Answer, networks: Iterable[int], units: int = 30) -> int:
    """How many random symmetric networks still turn units in the fortieth sweep.

    Args:
        sweep: `sweep(W, state)` gives the state after every unit was asked once.
        networks: a seed for each.
        units: N.
    """
    turning = 0
    for seed in networks:
        rng = np.random.default_rng(seed)
        W = rng.normal(size=(units, units))
        W = (W + W.T) * (1 - np.eye(units))
        state = random_patterns(rng, 1, units)[0]
        for _ in range(40):
            before, state = state, np.asarray(sweep(W, state))
        turning += not np.array_equal(before, state)
    return turning


# --- a memory of one bit --------------------------------------------------------------------------


def pulses(count: int, steps: int, seed: int) -> tuple[Array, Array]:
    """Rare pulses of ±1, and at each step the sign of the last one: (count, steps) twice."""
    rng = np.random.default_rng(seed)
    given = np.where(rng.random((count, steps)) < 0.15, rng.choice([-1.0, 1.0], (count, steps)), 0)
    given[:, 0] = rng.choice([-1.0, 1.0], count)
    places = np.maximum.accumulate(np.where(given != 0, np.arange(steps), 0), axis=1)
    return given, np.take_along_axis(given, places, axis=1)


def flip_flop(seeds: Sequence[int] = range(5), updates: int = _UPDATES) -> StateModels:
    """Elman networks of two units that learn to hold the last pulse, on sequences of 30 steps."""
    models = StateModels(2, True, (0.03,), seeds)
    models.fit(*pulses(512, 30, seed=0), updates)
    return models
