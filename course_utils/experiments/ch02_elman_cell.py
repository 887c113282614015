"""Chapter 2: networks that forecast sunspots, what its claims measure, and its figures.

A student's own functions come in as arguments: `step` is an `elman_step(x, h, W_x, W_h, b)` with
x (B, F) and h (B, U), `unroll` runs a `step(x, h)` over (B, T, F) and gives the states (B, T, U),
`readout` makes the outputs of them, and `stream` does the same as `unroll` as the inputs arrive.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from course_utils.claims.intervals import student_interval
from course_utils.plots.elman_figures import (
    draw_cycle,
    draw_parameters,
    draw_states,
    draw_unrolled_twice,
)
from course_utils.plots.sun_state import rings
from course_utils.recurrent.parity import running_parity
from course_utils.recurrent.timing import shortest_seconds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "HISTORIES",
    "LESSONS",
    "REAL_TIME",
    "WAYS",
    "WINDOW",
    "cycle_phase",
    "difference_from_keras",
    "draw_cycle",
    "draw_parameters",
    "draw_rings",
    "draw_states",
    "draw_unrolled_twice",
    "effects",
    "forecast",
    "hits",
    "interval",
    "lagged",
    "letter",
    "line_forecast",
    "main_plane",
    "one_more_number",
    "placed",
    "read",
    "real_time",
    "right_directions",
    "rmse",
    "shuffled_errors",
    "statements",
    "train",
    "train_on_parity",
    "turns",
    "untrained_states",
    "untrained_weights",
    "ways_to_read_one_more",
]

Step: TypeAlias = Callable[..., Any]
Unroll: TypeAlias = Callable[[Callable[[Any, Any], Any], Any, Any], Any]
Stream: TypeAlias = Callable[[Callable[[Any, Any], Any], Any, Any], Iterator[Any]]

#: Years in one training sequence.
WINDOW = 30
#: Bits in a sequence with the number of updates, one after the other: short sequences first.
LESSONS = ((4, 200), (8, 300), (32, 300))
#: Lengths of the history after which one more number arrives.
HISTORIES = (64, 512, 4096, 32768)
#: How a network may meet one more number.
WAYS = (
    "state carried on",
    "dense layer on all",
    "Elman from the beginning",
    "dense layer on the last 64",
)

#: What is measured of one more number: name → what it means.
REAL_TIME = {
    "numbers before the first answer": "that the recurrent network reads, of 32,768",
    "speed left, carried state": "time for one more after 64 numbers over that after 32,768",
    "speed left, dense layer": "the same for a dense layer",
    "dense layer over carried state": "time for one more after 64 numbers, as a ratio",
}

_UNITS = 16  # of the networks whose time is measured
_STARTS, _LEARNED = 5, 0.99  # most starts; the share of right answers after which none follows
_CYCLE = 11  # years of the Sun
_FIRST_READ = 20  # years that a state may read before anything is fitted to it


def untrained_states(step: Step, unroll: Unroll, inputs: np.ndarray, units: int = 5) -> np.ndarray:
    """The states of a cell with random weights while it reads a series.

    Args:
        step: an Elman step.
        unroll: the loop around it.
        inputs: (T,) one number per step.
        units: U, the size of the state.

    Returns:
        (T, U) the states.
    """
    rng = np.random.default_rng(4)
    W_x, b = rng.normal(size=(1, units)), 0.3 * rng.normal(size=units)
    W_h = rng.normal(size=(units, units)) / np.sqrt(units)
    hs = unroll(lambda x, h: step(x, h, W_x, W_h, b), inputs[None, :, None], np.zeros((1, units)))
    return np.asarray(hs)[0]


def statements(function: Callable[..., Any]) -> int:
    """The number of statements of a function: its `def` and its body, docstring left out."""
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function))).body[0]
    if not isinstance(body, (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise TypeError(f"expected a function written with def, got {ast.unparse(body)!r}")
    count = sum(isinstance(node, ast.stmt) for node in ast.walk(body))
    return count - (ast.get_docstring(body) is not None)


def difference_from_keras(
    seed: int, step: Step, unroll: Unroll, readout: Callable[..., Any]
) -> float:
    """The largest difference of outputs from Keras's SimpleRNN and Dense with the same weights.

    Args:
        seed: for the inputs, three sequences of 20 steps, and the weights of 6 units.
        step: an Elman step.
        unroll: the loop around it.
        readout: makes the outputs of the states.
    """
    import keras

    rng = np.random.default_rng(seed)
    xs = rng.normal(size=(3, 20, 2))
    weights = [rng.normal(size=(2, 6)), rng.normal(size=(6, 6)) / 3, rng.normal(size=6)]
    layer = keras.layers.SimpleRNN(6, return_sequences=True, dtype="float64")
    layer.build(xs.shape)
    layer.set_weights(weights)
    dense = keras.layers.Dense(2, dtype="float64")
    dense.build((3, 20, 6))
    out = [rng.normal(size=(6, 2)), rng.normal(size=2)]
    dense.set_weights(out)
    hs = unroll(lambda x, h: step(x, h, *weights), xs, np.zeros((3, 6)))
    return float(np.abs(np.asarray(readout(hs, *out)) - np.asarray(dense(layer(xs)))).max())


def train(build: Callable[[], Any], seed: int, values: np.ndarray, epochs: int = 20) -> Any:
    """Fit a network to every stretch of `WINDOW` years of a series: one year ahead at each step.

    Args:
        build: a function that makes the network, (B, T, 1) to (B, T, 1), not compiled.
        seed: for the first weights and the order of the stretches.
        values: (T,) the years before the test, standardised.
        epochs: passes over all stretches.

    Returns:
        The model, trained by Adam at 0.015 on the mean squared error.
    """
    import keras

    keras.utils.set_random_seed(seed)
    starts = range(len(values) - WINDOW)
    inputs = np.stack([values[s : s + WINDOW] for s in starts])[..., None]
    targets = np.stack([values[s + 1 : s + WINDOW + 1] for s in starts])[..., None]
    model = build()
    model.compile(keras.optimizers.Adam(1.5e-2), "mse")
    model.fit(inputs.astype("float32"), targets.astype("float32"), epochs=epochs, verbose=0)
    return model


def forecast(model: Any, values: np.ndarray, first_test: int) -> np.ndarray:
    """One-year forecasts for every year from the first test year on.

    Args:
        model: (B, T, 1) to (B, T, 1), as `train` gives it.
        values: (T,) the whole series; the model reads it from the beginning.
        first_test: the place of the first test year, 1 or more.

    Returns:
        (T - first_test,) forecasts, on the scale of `values`.
    """
    outputs = model(values[None, :-1, None].astype("float32"))
    return np.asarray(outputs)[0, first_test - 1 :, 0]


def line_forecast(series: np.ndarray, lags: int, first: int) -> np.ndarray:
    """One-year forecasts of a straight line through the last numbers, by least squares.

    Args:
        series: (T,) the whole series.
        lags: how many of the last numbers the line sees, at least 1.
        first: the line is fitted to what stands before this place.

    Returns:
        (T - first,) forecasts from this place on.
    """
    columns = [series[lags - 1 - lag : len(series) - 1 - lag] for lag in range(lags)]
    seen = np.stack([*columns, np.ones(len(series) - lags)], axis=1)
    weights = np.linalg.lstsq(seen[: first - lags], series[lags:first], rcond=None)[0]
    return np.asarray(seen[first - lags :] @ weights)


def shuffled_errors(
    build: Callable[[], Any], values: np.ndarray, first_test: int
) -> tuple[float, float]:
    """What a network and the mean miss by where the years stand in random order.

    Args:
        build: a function that makes the network.
        values: (T,) the series, standardised.
        first_test: the place of the first test year.

    Returns:
        RMSE of the network and of the mean of the years before the test, on the scale of `values`.
    """
    shuffled = np.random.default_rng(0).permutation(values)
    model = train(build, 0, shuffled[:first_test])
    truth = shuffled[first_test:]
    forecasts = forecast(model, shuffled, first_test)
    return rmse(forecasts, truth), rmse(shuffled[:first_test].mean(), truth)


def cycle_phase(spots: np.ndarray) -> np.ndarray:
    """Where in its cycle each year is: n at the nth minimum, n + ½ at the maximum after it.

    A minimum or maximum is that of the seven years around it, after a light smoothing. It is known
    afterwards only: no forecast may use it.

    Args:
        spots: (T,) one number a year.

    Returns:
        (T,) the phase, in cycles, on straight lines between the turning points.
    """
    smooth = np.convolve(np.pad(spots, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    places: list[int] = []
    kinds: list[bool] = []
    for t, value in enumerate(smooth):
        around = smooth[max(0, t - 3) : t + 4]
        for top in (False, True):
            extreme = around.max() if top else around.min()
            if value == extreme and (not kinds or kinds[-1] != top):
                places.append(t)
                kinds.append(top)
    phases = 0.5 * np.arange(len(places)) + 0.5 * kinds[0]
    return np.interp(np.arange(len(spots)), places, phases)


def rmse(forecast: Any, truth: np.ndarray) -> float:
    """The root of the mean squared error, in the unit of the truth."""
    return float(np.sqrt(np.mean((np.asarray(forecast) - truth) ** 2)))


def hits(forecast: np.ndarray, before: np.ndarray, truth: np.ndarray) -> float:
    """The share of years in which the forecast gets the direction right: up or down."""
    return float(np.mean((forecast > before) == (truth > before)))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95% interval (Student's t) of the mean of some runs."""
    found = student_interval(values)
    return found.low, found.high


def placed(
    forecasts: Sequence[np.ndarray], rivals: Mapping[str, np.ndarray], truth: np.ndarray
) -> str:
    """Which rivals some forecasts are better or worse than, as far as these years can tell.

    The difference in RMSE is computed 2,000 times for years drawn anew, in stretches of eleven so
    that a cycle stays whole; where the middle 95% of them have one sign, it is called by it.

    Args:
        forecasts: (N,) of each network; their squared errors are averaged.
        rivals: name → (N,) forecasts.
        truth: (N,) what was counted.
    """
    rng = np.random.default_rng(0)
    starts = rng.integers(0, len(truth), size=(2000, round(len(truth) / _CYCLE), 1))
    drawn = ((starts + np.arange(_CYCLE)) % len(truth)).reshape(2000, -1)

    def errors(squares: np.ndarray) -> np.ndarray:
        return np.asarray(np.sqrt(squares[drawn].mean(axis=1)))

    own = errors(np.mean((np.asarray(forecasts) - truth) ** 2, axis=0))
    groups: dict[str, list[str]] = {"better than": [], "worse than": [], "not to be told from": []}
    for name, rival in rivals.items():
        low, high = np.percentile(own - errors((rival - truth) ** 2), [2.5, 97.5])
        how = "better than" if high < 0 else "worse than" if low > 0 else "not to be told from"
        groups[how].append(name)
    return "; ".join(f"{how} {' and '.join(names)}" for how, names in groups.items() if names)


def letter(value: float, limits: Mapping[str, float]) -> str:
    """The answer of a prediction that a measured value belongs to.

    Args:
        value: what was measured.
        limits: letter → what the value must lie below, the smallest first and infinity last.
    """
    return next(name for name, limit in limits.items() if value < limit)


def lagged(values: np.ndarray, lags: int) -> np.ndarray:
    """The last numbers of each year side by side, the latest first: (T,) to (T, lags)."""
    return np.stack([np.pad(values, (lag, 0))[: len(values)] for lag in range(lags)], axis=1)


def untrained_weights(build: Callable[[], Any], seed: int) -> list[np.ndarray]:
    """The weights of a network that has learned nothing yet."""
    import keras

    keras.utils.set_random_seed(seed)
    weights: list[np.ndarray] = build().get_weights()
    return weights


def read(weights: Sequence[Any], values: np.ndarray, step: Step, unroll: Unroll) -> np.ndarray:
    """The states of a network while it reads a series.

    Args:
        weights: W_x (1, U), W_h (U, U) and b (U,) first.
        values: (T,) one number per step.
        step: an Elman step.
        unroll: the loop around it.

    Returns:
        (T, U) the states.
    """
    W_x, W_h, b = [np.asarray(each, dtype="float64") for each in weights[:3]]
    h0 = np.zeros((1, len(b)))
    hs = unroll(lambda x, h: step(x, h, W_x, W_h, b), values[None, :, None], h0)
    return np.asarray(hs)[0]


def right_directions(features: np.ndarray, spots: np.ndarray, first_test: int) -> float:
    """How often a linear probe reads from the features whether the next year has more or fewer.

    Args:
        features: (T, F) what is known in each year.
        spots: (T,) one number a year.
        first_test: the probe is fitted to the years before it.

    Returns:
        The share of right answers, each for one of the test years.
    """
    more = np.sign(spots[1:] - spots[:-1])
    seen = np.column_stack([features[:-1], np.ones(len(more))])
    early = slice(_FIRST_READ, first_test - 1)
    # A little ridge: states may be collinear.
    normal = seen[early].T @ seen[early] + 0.01 * np.eye(seen.shape[1])
    probe = np.linalg.solve(normal, seen[early].T @ more[early])
    answers = seen[first_test - 1 :] @ probe
    return float(np.mean((answers > 0) == (more[first_test - 1 :] > 0)))


def main_plane(states: np.ndarray) -> np.ndarray:
    """The states in the two directions in which they vary most: (T, U) to (T, 2)."""
    centred = states - states.mean(axis=0)
    return np.asarray(centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T)


def turns(networks: Sequence[np.ndarray]) -> float:
    """How often states go round the middle of their main plane, on balance: the networks' mean.

    Args:
        networks: (T, U) states of each; the first 20 years are left out.
    """
    counts = []
    for states in networks:
        points = main_plane(states[_FIRST_READ:])
        angles = np.unwrap(np.arctan2(points[:, 1], points[:, 0]))
        counts.append(abs(angles[-1] - angles[0]) / (2 * np.pi))
    return float(np.mean(counts))


def draw_rings(kinds: Mapping[str, Sequence[np.ndarray]], phase: np.ndarray) -> Figure:
    """The states of the first network of each kind in their main plane, with its turns as title.

    Args:
        kinds: name → states (T, U) of each network.
        phase: (T,) as `cycle_phase` gives it.
    """
    cycles = phase[-1] - phase[_FIRST_READ]
    planes = {
        f"{kind.capitalize()}: ~{turns(networks[:1]):.0f} times round in {cycles:.0f} cycles": (
            main_plane(networks[0][_FIRST_READ:])
        )
        for kind, networks in kinds.items()
    }
    return rings(planes, phase[_FIRST_READ:])


def train_on_parity(build: Callable[[], Any], seed: int) -> tuple[Any, int]:
    """Teach a network to say after each bit whether the ones so far are odd, in `LESSONS`.

    Some starts end where nothing is learned. Then it begins again with new weights and bits.

    Args:
        build: a function that makes the network, (B, T, 1) to (B, T, 1), not compiled.
        seed: for the first weights and the bits.

    Returns:
        The model, trained by Adam at 0.01 on the mean squared error with 32 sequences an update,
        and the number of starts, five at most.
    """
    import keras

    for start in range(_STARTS):
        keras.utils.set_random_seed(seed + 1000 * start)
        rng = np.random.default_rng([seed, start])
        model = build()
        model.compile(keras.optimizers.Adam(1e-2), "mse")
        for steps, updates in LESSONS:
            bits, answers = running_parity(rng, 32 * updates, steps)
            model.fit(bits, answers, batch_size=32, shuffle=False, verbose=0)
        bits, answers = running_parity(rng, 200, LESSONS[-1][0])
        if np.mean((np.asarray(model(bits)) > 0) == (answers > 0)) >= _LEARNED:
            break
    return model, start + 1


def effects(
    weights: Sequence[Any],
    values: np.ndarray,
    changed: np.ndarray,
    step: Step,
    unroll: Unroll,
    readout: Callable[..., Any],
    recurrence: float = 1.0,
) -> np.ndarray:
    """The change of the last output when one input is changed, for each input in turn.

    Computed in float32, as Keras computes. Each changed sequence is compared with an unchanged one
    in the same row, so that a difference is never one of rounding alone.

    Args:
        weights: W_x (1, U), W_h (U, U), b (U,), W_y (U, 1) and b_y (1,).
        values: (T,) a series.
        changed: (T,) what stands in place of each value when it is changed.
        step: an Elman step.
        unroll: the loop around it.
        readout: makes the outputs of the states.
        recurrence: the recurrent weights are multiplied by it.

    Returns:
        (T,) sizes of the change, the latest input's first.
    """
    W_x, W_h, b, W_y, b_y = [np.asarray(each, dtype="float32") for each in weights]
    same = np.tile(np.asarray(values, dtype="float32"), (len(values), 1))
    other = np.where(np.eye(len(values), dtype=bool), np.asarray(changed, dtype="float32"), same)

    def last_outputs(rows: np.ndarray) -> np.ndarray:
        h0 = np.zeros((len(rows), len(b)), dtype="float32")
        recurrent = np.asarray(recurrence * W_h, dtype="float32")
        hs = unroll(lambda x, h: step(x, h, W_x, recurrent, b), rows[..., None], h0)
        return np.asarray(readout(hs, W_y, b_y))[:, -1, 0]

    return np.abs(last_outputs(other) - last_outputs(same))[::-1]


def one_more_number(
    seed: int, step: Step, unroll: Unroll, stream: Stream, way: str
) -> tuple[int, list[float]]:
    """What one more number costs after each of the `HISTORIES`, for 16 units with random weights.

    Args:
        seed: for weights and inputs.
        step: an Elman step.
        unroll: reads the whole sequence.
        stream: gives a state after each input.
        way: one of `WAYS`: by `stream`, by a dense layer on the whole sequence, by `unroll` from
            the beginning, or by a dense layer on the last 64 numbers.

    Returns:
        How many inputs were read before the first answer of the longest history, and the seconds
        that one more takes, for every history.
    """
    rng = np.random.default_rng(seed)
    W_x, W_h, b = (
        rng.normal(size=(1, _UNITS)),
        rng.normal(size=(_UNITS,) * 2) / 4,
        rng.normal(size=_UNITS),
    )
    h0 = np.zeros((1, _UNITS))

    def one_step(x: Any, h: Any) -> Any:
        return step(x, h, W_x, W_h, b)

    def carried(history: int) -> tuple[int, float]:
        reads: list[int] = []

        def arriving() -> Iterator[np.ndarray]:
            for t in range(history + 40):
                reads.append(t)
                yield numbers[:, t]

        numbers = rng.normal(size=(1, history + 40, 1))
        states = stream(one_step, h0, arriving())
        next(states)
        waited = len(reads)
        for _ in range(history):
            next(states)
        return waited, shortest_seconds(lambda: next(states), repeats=30)

    def again(history: int) -> tuple[int, float]:
        numbers = rng.normal(size=(1, history + 1, 1))
        return history, shortest_seconds(lambda: unroll(one_step, numbers, h0), repeats=1)

    def dense(width: int) -> tuple[int, float]:
        numbers = rng.normal(size=(1, width))
        kernel = rng.normal(size=(width, _UNITS)) / np.sqrt(width)
        return width, shortest_seconds(lambda: np.tanh(numbers @ kernel + b), repeats=200)

    reads_in: tuple[Callable[[int], tuple[int, float]], ...] = (
        carried,
        lambda history: dense(history + 1),
        again,
        lambda history: dense(HISTORIES[0]),
    )
    costs = [reads_in[WAYS.index(way)](history) for history in HISTORIES]
    return costs[-1][0], [seconds for _, seconds in costs]


def ways_to_read_one_more(
    seeds: Sequence[int], step: Step, unroll: Unroll, stream: Stream
) -> tuple[dict[str, int], dict[str, list[list[float]]]]:
    """`one_more_number` for all `WAYS` and some seeds.

    Returns:
        By way: how many inputs are read before the first answer, the most of all seeds; and the
        seconds for one more, a row for each seed and a column for each of the `HISTORIES`.
    """
    waits, seconds = {}, {}
    for way in WAYS:
        runs = [one_more_number(seed, step, unroll, stream, way) for seed in seeds]
        waits[way] = max(waited for waited, _ in runs)
        seconds[way] = [times for _, times in runs]
    return waits, seconds


def real_time(
    waits: Mapping[str, int],
    seconds: Mapping[str, Sequence[Sequence[float]]],
    seed: int,
    dense: str,
) -> dict[str, float]:
    """What `REAL_TIME` names, of one seed.

    Args:
        waits: as `ways_to_read_one_more` gives it.
        seconds: the same.
        seed: which row of the seconds.
        dense: the way of the dense layer.
    """
    carried, other = seconds[WAYS[0]][seed], seconds[dense][seed]
    values = (
        waits[WAYS[0]],
        carried[0] / carried[-1],
        other[0] / other[-1],
        other[0] / carried[0],
    )
    return dict(zip(REAL_TIME, values, strict=True))
