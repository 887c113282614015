"""Chapter 1: networks on windows, what its claims measure, a look-up, and a house with a meter.

What depends on a student's answers comes in as an argument: `split(values, first_test, width,
horizon)` gives inputs and targets before the test, then those of the test; `build(width)` makes an
uncompiled network, (B, width) to (B, 1).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from course_utils.claims import Measurement, above, below, claim
from course_utils.claims.intervals import Interval, student_interval
from course_utils.recurrent.full_batch import descend_on_all

__all__ = [
    "RATES",
    "LookedUp",
    "Task",
    "convolutional",
    "convolutions_surprise",
    "house_readings",
    "look_up",
    "mean_year",
    "over_seeds",
    "recurrent",
    "size_curves",
    "snapshots_lack_context",
    "tasks",
    "train_and_test",
    "validation_errors",
    "whole_sequence",
    "whole_sequence_too_big",
    "with_date",
    "without_memory",
    "year_by_year",
]

Build: TypeAlias = Callable[[int], Any]
CountParameters: TypeAlias = Callable[[int, int, int], tuple[int, int]]
Kind: TypeAlias = Literal["snapshot", "window", "convolution", "recurrent"]
Split: TypeAlias = Callable[[np.ndarray, int, int, int], tuple[np.ndarray, ...]]

#: The rates that every network was tried with. Each has the one whose mean RMSE was lowest when it
#: was fitted before an origin and judged on the years that follow (`validation_errors`; origins
#: 1975, 1980, 1985 for CO₂ with two seeds, 1830 and 1880 for sunspots with five). The test was
#: not looked at.
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
_BEST: Mapping[str, Mapping[Kind, float]] = {
    "CO₂": {"snapshot": 0.03, "window": 0.03, "convolution": 0.03, "recurrent": 0.01},
    "Sunspots": {"snapshot": 0.003, "window": 0.01, "convolution": 0.003, "recurrent": 0.003},
}
_UNITS = 32


@dataclass(frozen=True)
class Task:
    """A series to forecast, and how a network is trained on it.

    Attributes:
        values: (T,) the series, in its unit.
        first_test: the first step whose value is forecast in the test.
        width: steps in a window.
        horizon: steps from the end of the window to its target.
        steps: steps of training.
        rates: kind of network → Adam's learning rate.
        unit: of the values: "ppm".
    """

    values: np.ndarray
    first_test: int
    width: int
    horizon: int
    steps: int
    rates: Mapping[Kind, float]
    unit: str


def tasks(
    swing: np.ndarray, first_week: int, season: int, spots: np.ndarray, first_year: int
) -> dict[str, Task]:
    """The chapter's two tasks: the swing of CO₂ a season ahead, and next year's sunspots.

    Args:
        swing: (T,) in ppm, one number a week.
        first_week: where its test begins.
        season: weeks that are forecast ahead.
        spots: (T,) one number a year.
        first_year: where their test begins.
    """
    return {
        "CO₂": Task(swing, first_week, 26, season, 250, _BEST["CO₂"], "ppm"),
        "Sunspots": Task(spots, first_year, 10, 1, 150, _BEST["Sunspots"], "spots"),
    }


def train_and_test(
    build: Build,
    task: Task,
    seed: int,
    split: Split,
    kind: Kind = "window",
    width: int | None = None,
    any_order: bool = False,
) -> tuple[np.ndarray, float]:
    """Train a network on a task, standardised by the part before the test.

    Args:
        build: makes the network.
        task: what to forecast.
        seed: for the first weights and for the order.
        split: cuts the series into windows before the test, and those of the test.
        kind: of the network; says which of the task's learning rates it is trained with.
        width: of the window; None takes the task's.
        any_order: put the values of each window into a random order.

    Returns:
        The test forecasts and their RMSE, both in the task's unit.
    """
    import keras

    keras.utils.set_random_seed(seed)
    before = task.values[: task.first_test]
    mean, spread = before.mean(), float(before.std())
    scaled = ((task.values - mean) / spread).astype("float32")
    sets = split(scaled, task.first_test, width or task.width, task.horizon)
    inputs, targets, test_inputs, test_targets = sets
    if any_order:
        rng = np.random.default_rng(seed)
        inputs, test_inputs = rng.permuted(inputs, axis=1), rng.permuted(test_inputs, axis=1)
    model = build(inputs.shape[1])
    descend_on_all(model, inputs, targets, task.steps, task.rates[kind])
    forecasts = np.asarray(model(test_inputs))[:, 0]
    error = float(np.sqrt(np.mean((forecasts - test_targets) ** 2)))
    return mean + forecasts * spread, error * spread


def over_seeds(
    build: Build,
    task: Task,
    split: Split,
    width: int | None = None,
    any_order: bool = False,
    seeds: int = 5,
) -> tuple[np.ndarray, np.ndarray]:
    """Train a network on windows from several random starts.

    Args:
        build, task, split, width, any_order: as for `train_and_test`.
        seeds: how many.

    Returns:
        (seeds,) the RMSE of each in the task's unit, and the last one's forecasts.
    """
    runs = [
        train_and_test(build, task, seed, split, width=width, any_order=any_order)
        for seed in range(seeds)
    ]
    return np.array([error for _, error in runs]), runs[-1][0]


def validation_errors(
    build: Build,
    task: Task,
    split: Split,
    parts: Sequence[tuple[int, int]],
    kind: Kind = "window",
    width: int | None = None,
    seeds: Sequence[int] = (10, 11),
) -> dict[float, float]:
    """Try the rates on years before the test: fit up to an origin, judge on what follows.

    Args:
        build, task, split, kind, width: as for `train_and_test`.
        parts: (origin, end) of each validation, as steps of the series; no end is in the test.
        seeds: random starts at each origin.

    Returns:
        learning rate → RMSE in the task's unit, mean over parts and seeds.

    Raises:
        ValueError: a part reaches into the test.
    """
    if any(end > task.first_test for _, end in parts):
        raise ValueError(f"parts end at {[end for _, end in parts]}; the test starts before that")
    found = {}
    for rate in RATES:
        rated = replace(task, rates={kind: rate})
        found[rate] = float(
            np.mean(
                [
                    train_and_test(build, each, seed, split, kind, width)[1]
                    for origin, end in parts
                    for each in [replace(rated, values=task.values[:end], first_test=origin)]
                    for seed in seeds
                ]
            )
        )
    return found


def without_memory(values: np.ndarray, seed: int) -> np.ndarray:
    """A series whose future depends on its present alone: x' = a x + noise.

    Args:
        values: (T,) gives length, mean, spread and the correlation a of neighbours.
        seed: draws the noise.

    Returns:
        (T,) in which no window knows more than its last value.
    """
    rng = np.random.default_rng(seed)
    mean, spread = values.mean(), values.std()
    near = np.corrcoef(values[:-1], values[1:])[0, 1]
    drawn = rng.normal(size=len(values))
    for step in range(1, len(values)):
        drawn[step] = near * drawn[step - 1] + np.sqrt(1 - near**2) * drawn[step]
    return np.asarray(mean + spread * drawn)


def mean_year(dates: np.ndarray, values: np.ndarray, first_test: int, horizon: int) -> np.ndarray:
    """Forecast each week by the mean of the same week in all years before.

    Args:
        dates: (T,) weeks, datetime64.
        values: (T,) one number a week.
        first_test: the first week that is forecast.
        horizon: weeks ahead: what is younger is not known yet.

    Returns:
        (T − first_test,) the forecasts.
    """
    week = (dates - dates.astype("datetime64[Y]")).astype(int) // 7
    return np.array(
        [
            values[: now - horizon + 1][week[: now - horizon + 1] == week[now]].mean()
            for now in range(first_test, len(values))
        ]
    )


def year_by_year(
    dates: np.ndarray, truth: np.ndarray, forecast: np.ndarray, rival: np.ndarray
) -> Interval:
    """A forecast's RMSE less a rival's, in each calendar year.

    Args:
        dates: (N,) datetime64.
        truth: (N,) what came.
        forecast: (N,) for these dates.
        rival: (N,) for these dates.

    Returns:
        The mean over years with its 95% interval; below 0 where the forecast is better.
    """
    years = dates.astype("datetime64[Y]")

    def error(which: np.ndarray, year: np.datetime64) -> float:
        return float(np.sqrt(np.mean((which - truth)[years == year] ** 2)))

    return student_interval(
        [error(forecast, year) - error(rival, year) for year in np.unique(years)]
    )


def with_date(dates: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Each value with its date, told as two waves a year.

    Args:
        dates: (T,) datetime64.
        values: (T,) one number a date.

    Returns:
        (T, 5): the value, and sine and cosine of one and of two turns a year.
    """
    days = (dates - dates[0]) / np.timedelta64(1, "D")
    turn = 2 * np.pi * days / 365.25
    return np.column_stack([values, *(wave(n * turn) for n in (1, 2) for wave in (np.sin, np.cos))])


def over_snapshot(task: str, series: str = "measured") -> str:
    """What C1 calls the error with the window over that with one value."""
    of = task if series == "measured" else f"{task}, {series}"
    return f"{of}: window over snapshot"


def snapshots_lack_context(
    build: Build, tasks: Mapping[str, Task], split: Split
) -> tuple[Measurement, dict[tuple[str, str], np.ndarray]]:
    """State claim C1 and measure it on both series.

    Args:
        build: makes the network; all have the same number of parameters.
        tasks: "CO₂" and "Sunspots" → task.
        split: as for `train_and_test`.

    Returns:
        The measured claim; (task's name, "measured" or "without memory") → (5, 2) for each seed
        the RMSE with one value and with the window, in the task's unit.
    """
    errors: dict[tuple[str, str], list[tuple[float, float]]] = {}

    def context(seed: int, series: str = "measured") -> dict[str, float]:
        """Error with the window over error with the snapshot, for both series."""
        ratios = {}
        for name, real in tasks.items():
            values = real.values if series == "measured" else without_memory(real.values, seed)
            task = replace(real, values=values)
            _, one = train_and_test(build, task, seed, split, "snapshot", width=1)
            _, many = train_and_test(build, task, seed, split)
            errors.setdefault((name, series), []).append((one, many))
            ratios[over_snapshot(name, series)] = many / one
        return ratios

    snapshots_claim = claim(
        "C1",
        statement="Snapshots lack context.",
        source="Lectures, why sequences need models of their own",
        metric={
            over_snapshot("CO₂"): "RMSE of a network that sees 26 weeks over that of one "
            "that sees the last week, 13 weeks ahead",
            over_snapshot("Sunspots"): "the same with 10 years and one year, a year ahead",
        },
        rule=[below(over_snapshot(name), 0.8) for name in tasks],
        control="invented series without memory, where the last value says all that can be known; "
        "a window must not help there",
        control_metric={
            over_snapshot(name, "without memory"): f"the same on an invented series as long as {of}"
            for name, of in (("CO₂", "the record of CO₂"), ("Sunspots", "that of the sunspots"))
        },
        control_rule=[above(over_snapshot(name, "without memory"), 0.8) for name in tasks],
        seeds=range(5),
    )
    snapshots = snapshots_claim.measure(
        context, control=lambda seed: context(seed, "without memory")
    )
    return snapshots, {key: np.array(pairs) for key, pairs in errors.items()}


def convolutional(width: int) -> Any:
    """Two convolutions and a readout: 333 or 323 parameters for windows of 26 or 10."""
    import keras
    from keras import layers

    filters, kernel, stride = (7, 5, 2) if width == 26 else (9, 3, 1)
    return keras.Sequential(
        [
            keras.Input(shape=(width,)),
            layers.Reshape((width, 1)),
            layers.Conv1D(filters, kernel, stride, activation="relu"),
            layers.Conv1D(filters, kernel, stride, activation="relu"),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


def recurrent(width: int) -> Any:
    """Keras's own Elman layer and a readout: 341 parameters."""
    import keras
    from keras import layers

    window = keras.Input(shape=(width,))
    state = layers.SimpleRNN(17)(layers.Reshape((width, 1))(window))
    return keras.Model(window, layers.Dense(1)(state))


def convolutions_surprise(
    networks: Mapping[Kind, Build], tasks: Mapping[str, Task], split: Split
) -> tuple[Measurement, dict[tuple[str, str], list[float]], dict[str, float]]:
    """State claim C4 and measure it on both series.

    Args:
        networks: "convolution", "recurrent", and "window" for the dense one → what builds it.
        tasks: "CO₂" and "Sunspots" → task.
        split: as for `train_and_test`.

    Returns:
        The measured claim; (task's name, network's name) → the RMSE of each seed in the task's
        unit; network's name → mean seconds of one training.
    """
    errors: dict[tuple[str, str], list[float]] = {}
    seconds: dict[str, list[float]] = {name: [] for name in networks}

    def error_of(network: Kind, task: str, seed: int) -> float:
        begin = time.perf_counter()
        _, error = train_and_test(networks[network], tasks[task], seed, split, network)
        seconds[network].append(time.perf_counter() - begin)
        errors.setdefault((task, network), []).append(error)
        return error

    def over_recurrent(network: Kind, seed: int) -> dict[str, float]:
        """A network's error over the recurrent one's with the same seed."""
        for task in tasks:
            if len(errors.get((task, "recurrent"), [])) <= seed:
                error_of("recurrent", task, seed)
        return {
            f"{task}, {network} over recurrent": error_of(network, task, seed)
            / errors[task, "recurrent"][seed]
            for task in tasks
        }

    surprising_claim = claim(
        "C4",
        statement="Yet convolutional networks surprise on simple tasks.",
        source="Lectures, convolutional networks on sequences",
        metric={
            "CO₂, convolution over recurrent": "RMSE of a convolutional network over that of a "
            "recurrent one of equal size, 13 weeks ahead from 26",
            "Sunspots, convolution over recurrent": "the same, next year from 10 years",
        },
        rule=[below(f"{task}, convolution over recurrent", 1.1) for task in tasks],
        control="a dense network of equal size in place of the convolution; if the success is the "
        "convolution's, it must fall behind",
        control_metric={
            "CO₂, window over recurrent": "RMSE of a dense network on the window over that of a "
            "recurrent one of equal size, 13 weeks ahead from 26",
            "Sunspots, window over recurrent": "the same, next year from 10 years",
        },
        control_rule=[above(f"{task}, window over recurrent", 1.1) for task in tasks],
        seeds=range(5),
    )
    surprising = surprising_claim.measure(
        lambda seed: over_recurrent("convolution", seed),
        control=lambda seed: over_recurrent("window", seed),
    )
    return surprising, errors, {name: float(np.mean(each)) for name, each in seconds.items()}


def whole_sequence(
    count_parameters: CountParameters, weeks: int, measured_weeks: int, sequences: int = 1
) -> dict[str, float]:
    """What a dense layer on a whole series needs, beside an Elman layer, both of 32 units.

    Training holds the parameters, their gradients, Adam's two means, inputs and outputs.

    Args:
        count_parameters: `count_parameters(steps, features, units)` of both layers.
        weeks: T, the length of the series.
        measured_weeks: how many of them were measured.
        sequences: how many such series are in a batch.

    Returns:
        "parameters per number": of the dense layer, per measured week; "memory": its training
        memory over the recurrent layer's.

    Raises:
        ValueError: the counts are not those of Keras's layers.
    """
    from keras import layers

    def training_bytes(layer: Any, inputs: np.ndarray) -> int:
        outputs = np.asarray(layer(inputs))
        parameters = sum(np.asarray(weight).nbytes for weight in layer.weights)
        return 4 * parameters + inputs.nbytes + outputs.nbytes

    batch = np.zeros((sequences, weeks, 1), dtype="float32")
    dense, recurrent = layers.Dense(_UNITS), layers.SimpleRNN(_UNITS, return_sequences=True)
    dense_bytes = training_bytes(dense, batch.reshape(sequences, -1))
    recurrent_bytes = training_bytes(recurrent, batch)
    counted = tuple(int(count) for count in count_parameters(weeks, 1, _UNITS))
    if counted != (dense.count_params(), recurrent.count_params()):
        raise ValueError("count_parameters disagrees with Keras; run its check again")
    return {
        "parameters per number": counted[0] / measured_weeks,
        "memory": dense_bytes / recurrent_bytes,
    }


def size_curves(
    count_parameters: CountParameters, weeks: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """How both layers grow: parameters with the length, memory with the number of sequences.

    Args:
        count_parameters: `count_parameters(steps, features, units)` of both layers, 32 units.
        weeks: T, the length at which memory is counted.

    Returns:
        lengths: (N,) from 4 to 8000 steps.
        counts: (N, 2) parameters of the dense and of the recurrent layer.
        sequences: (32,) sequences in a batch, from 1.
        megabytes: (32, 2) what training holds.
    """
    lengths = np.unique(np.geomspace(4, 8000, 40).astype(int))
    counts = np.array([[int(n) for n in count_parameters(int(T), 1, _UNITS)] for T in lengths])
    sequences = np.arange(1, 33)
    parameters = np.array([int(n) for n in count_parameters(weeks, 1, _UNITS)])
    kept = np.outer(sequences, [weeks + _UNITS, weeks * (1 + _UNITS)])
    return lengths, counts, sequences, 4 * (4 * parameters + kept) / 1e6


def whole_sequence_too_big(
    count_parameters: CountParameters, weeks: int, measured_weeks: int
) -> tuple[Measurement, tuple[np.ndarray, ...]]:
    """State claim C2 and measure it on the one series that there is.

    Args:
        count_parameters: `count_parameters(steps, features, units)` of both layers.
        weeks: T, the length of the series.
        measured_weeks: how many of them were measured.

    Returns:
        The measured claim, and `size_curves`.
    """
    curves = size_curves(count_parameters, weeks)
    sequences, (dense, recurrent) = curves[2], curves[3].T
    turning = sequences[recurrent > dense][0]
    too_big_claim = claim(
        "C2",
        statement="A whole-sequence network needs too many parameters and too much memory. "
        f"(Memory: for one series; in batches of {turning} or more a recurrent layer holds more.)",
        source="Lectures, the whole sequence into one network",
        metric={
            "parameters per number": "parameters of the dense layer per measured week",
            "memory": "training memory of the dense layer over that of the recurrent one, one "
            "sequence",
        },
        rule=[above("parameters per number", 1), above("memory", 1)],
        control="a dense layer on one window of 26 weeks instead of the whole series",
        control_rule=[below("parameters per number", 1), below("memory", 1)],
        exact=True,
        reason="sizes of arrays do not depend on any random number",
    )
    too_big = too_big_claim.measure(
        lambda seed: whole_sequence(count_parameters, weeks, measured_weeks),
        control=lambda seed: whole_sequence(count_parameters, 26, measured_weeks),
    )
    return too_big, curves


@dataclass(frozen=True)
class LookedUp:
    """What a look-up forecast of one series is worth, as RMSE in the series' unit.

    Attributes:
        reported: on the windows that were chosen for testing.
        apart: on the same windows, where no window is looked up that shares a week with them.
        later: on the years after, with all windows before them to look up in.
        free: the seasonal naive forecast on the windows of `reported` and of `later`.
        honest: whether every window to look up in lies before every tested one.
    """

    reported: float
    apart: float
    later: float
    free: tuple[float, float]
    honest: bool


def look_up(
    values: np.ndarray,
    first_test: int,
    split: Split,
    choose: Callable[[int], tuple[np.ndarray, np.ndarray]],
    width: int,
    horizon: int,
) -> LookedUp:
    """Forecast what followed the most similar window of the past, and judge it three ways.

    Args:
        values: (T,) the series.
        first_test: where the later years begin.
        split: as for `train_and_test`.
        choose: `choose(count)` → the windows to look up in, and those to test on.
        width: of the windows, one season.
        horizon: steps ahead.
    """
    past, after, late, after_late = split(values, first_test, width, horizon)
    known, tested = (np.asarray(each) for each in choose(len(past)))
    far = np.abs(known - tested[:, None]) >= width + horizon  # no week in common
    mean = past.mean()

    def error(asked: np.ndarray, answers: np.ndarray, places: np.ndarray, far: Any = None) -> float:
        # the squared distance, less what is the same for all places
        distance = ((past[places] - mean) ** 2).sum(axis=1) - 2 * (asked - mean) @ (
            past[places] - mean
        ).T
        if far is not None:
            distance[~far] = np.inf
        found = after[places][distance.argmin(axis=1)]
        return float(np.sqrt(np.mean((found - answers) ** 2)))

    def free(windows: np.ndarray, answers: np.ndarray) -> float:
        return float(np.sqrt(np.mean((windows[:, horizon - 1] - answers) ** 2)))

    return LookedUp(
        reported=error(past[tested], after[tested], known),
        apart=error(past[tested], after[tested], known, far),
        later=error(late, after_late, np.arange(len(past))),
        free=(free(past[tested], after[tested]), free(late, after_late)),
        honest=bool(known.max() < tested.min()),
    )


def house_readings() -> np.ndarray:
    """What the meter of a simulated house reads, an hour at a time, for twelve weeks.

    Returns:
        (2016,) power in kW; one reading in a hundred is lost and says -9999.
    """
    rng = np.random.default_rng(7)
    hours = np.arange(24 * 7 * 12)
    hour, weekend = hours % 24, hours // 24 % 7 >= 5
    weather = np.zeros(len(hours))  # °C, slow: it forgets within some days
    for i in range(1, len(hours)):
        weather[i] = 0.98 * weather[i - 1] + 0.8 * rng.normal()
    outside = 3 + weather + 4 * np.sin(2 * np.pi * (hour - 9) / 24)  # °C
    awake = np.where(weekend, (hour > 9) & (hour < 23), (hour > 6) & (hour < 9) | (hour > 17))
    power, inside = np.zeros(len(hours)), 20.0
    leak, mass = 0.18, 4.0  # kW per degree, kWh per degree
    for i in range(len(hours)):
        wanted = 20.5 if 6 <= hour[i] < 22 else 18.0
        heating = np.clip(2.5 * (wanted - inside) + leak * (wanted - outside[i]), 0, 8)
        inside += (heating - leak * (inside - outside[i])) / mass
        power[i] = heating + 0.8 * awake[i] + 0.1 + 0.08 * abs(rng.normal())
    return np.where(rng.random(len(hours)) < 0.01, -9999.0, power)
