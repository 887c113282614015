"""Chapter 1: networks on windows, what its claims measure, and a house with a meter.

What depends on a student's answers comes in as an argument: `split(values, first_test, width,
horizon)` gives inputs and targets before the test, then those of the test; `build(width)` makes an
uncompiled network, (B, width) to (B, 1).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from course_utils.claims import Measurement, above, below, claim
from course_utils.recurrent.full_batch import descend_on_all

__all__ = [
    "Task",
    "convolutions_surprise",
    "house_readings",
    "over_seeds",
    "size_curves",
    "snapshots_lack_context",
    "tasks",
    "train_and_test",
    "whole_sequence",
]

Build: TypeAlias = Callable[[int], Any]
CountParameters: TypeAlias = Callable[[int, int, int], tuple[int, int]]
Shuffle: TypeAlias = Literal["time", "order", None]
Split: TypeAlias = Callable[[np.ndarray, int, int, int], tuple[np.ndarray, ...]]

_UNITS, _BATCH = 32, 32


@dataclass(frozen=True)
class Task:
    """A series to forecast, and how a network is trained on it.

    Attributes:
        values: (T,) the series, in its unit.
        first_test: the first step whose value is forecast in the test.
        width: steps in a window.
        horizon: steps from the end of the window to its target.
        steps: steps of training.
        rate: Adam's learning rate.
        unit: of the values: "ppm".
    """

    values: np.ndarray
    first_test: int
    width: int
    horizon: int
    steps: int
    rate: float
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
        "CO₂": Task(swing, first_week, 26, season, steps=250, rate=0.02, unit="ppm"),
        "Sunspots": Task(spots, first_year, 10, 1, steps=150, rate=0.01, unit="spots"),
    }


def train_and_test(
    build: Build,
    task: Task,
    seed: int,
    split: Split,
    width: int | None = None,
    shuffle: Shuffle = None,
    rate: float | None = None,
) -> tuple[np.ndarray, float]:
    """Train a network on a task, standardised by the part before the test.

    Args:
        build: makes the network.
        task: what to forecast.
        seed: for the first weights and for shuffling.
        split: cuts the series into windows before the test, and those of the test.
        width: of the window; None takes the task's.
        shuffle: "time" shuffles the series, "order" each window, None nothing.
        rate: the learning rate; None takes the task's.

    Returns:
        The test forecasts' distances from the mean, and their RMSE, both in the task's unit.
    """
    import keras

    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    values = rng.permutation(task.values) if shuffle == "time" else task.values
    mean, spread = values[: task.first_test].mean(), float(values[: task.first_test].std())
    scaled = ((values - mean) / spread).astype("float32")
    sets = split(scaled, task.first_test, width or task.width, task.horizon)
    inputs, targets, test_inputs, test_targets = sets
    if shuffle == "order":
        inputs, test_inputs = rng.permuted(inputs, axis=1), rng.permuted(test_inputs, axis=1)
    model = build(inputs.shape[1])
    descend_on_all(model, inputs, targets, task.steps, rate or task.rate)
    forecasts = np.asarray(model(test_inputs))[:, 0]
    error = float(np.sqrt(np.mean((forecasts - test_targets) ** 2)))
    return forecasts * spread, error * spread


def over_seeds(
    build: Build,
    task: Task,
    split: Split,
    width: int | None = None,
    shuffle: Shuffle = None,
    seeds: int = 5,
) -> tuple[np.ndarray, np.ndarray]:
    """Train a network from several random starts.

    Args:
        build, task, split, width, shuffle: as for `train_and_test`.
        seeds: how many.

    Returns:
        (seeds,) the RMSE of each in the task's unit, and the last one's forecasts.
    """
    runs = [train_and_test(build, task, seed, split, width, shuffle) for seed in range(seeds)]
    return np.array([error for _, error in runs]), runs[-1][0]


def snapshots_lack_context(
    build: Build, tasks: Mapping[str, Task], split: Split
) -> tuple[Measurement, dict[tuple[str, str], np.ndarray]]:
    """State claim C1 and measure it on both series.

    Args:
        build: makes the network; all have the same number of parameters.
        tasks: "CO₂" and "Sunspots" → task.
        split: as for `train_and_test`.

    Returns:
        The measured claim; (task's name, "in order" or "shuffled in time") → (5, 2) for each seed
        the RMSE with one value and with the window, in the task's unit.
    """
    errors: dict[tuple[str, str], list[tuple[float, float]]] = {}

    def context(seed: int, shuffle: Shuffle = None) -> dict[str, float]:
        """Error with the window over error with the snapshot, for both series."""
        ratios = {}
        for name, task in tasks.items():
            _, one = train_and_test(build, task, seed, split, width=1, shuffle=shuffle)
            _, many = train_and_test(build, task, seed, split, shuffle=shuffle)
            order = "shuffled in time" if shuffle else "in order"
            errors.setdefault((name, order), []).append((one, many))
            ratios[name] = many / one
        return ratios

    snapshots_claim = claim(
        "C1",
        statement="Snapshots lack context.",
        source="Lectures, why sequences need models of their own",
        metric={
            "CO₂": "RMSE with 26 weeks over RMSE with one week, 13 weeks ahead",
            "Sunspots": "RMSE with 10 years over RMSE with one year, next year",
        },
        rule=[below("CO₂", 0.8), below("Sunspots", 0.8)],
        control="the same with all values shuffled in time: the window must not help",
        control_rule=[above("CO₂", 0.95), above("Sunspots", 0.95)],
        seeds=range(5),
    )
    snapshots = snapshots_claim.measure(context, control=lambda seed: context(seed, shuffle="time"))
    return snapshots, {key: np.array(pairs) for key, pairs in errors.items()}


def convolutions_surprise(
    networks: Mapping[str, Build],
    tasks: Mapping[str, Task],
    split: Split,
    best_free: Mapping[str, float],
) -> tuple[Measurement, dict[tuple[str, str], list[float]], dict[str, float]]:
    """State claim C4 and measure it on both series.

    Args:
        networks: "convolution" and "recurrent" → what builds the network.
        tasks: "CO₂" and "Sunspots" → task.
        split: as for `train_and_test`.
        best_free: task's name → the RMSE of the best forecast that costs nothing, in its unit.

    Returns:
        The measured claim; (task's name, "recurrent", "convolution" or "random order") → the RMSE
        of each seed in the task's unit; network's name → mean seconds of one training.
    """
    errors: dict[tuple[str, str], list[float]] = {}
    seconds: dict[str, list[float]] = {name: [] for name in networks}

    def error_of(network: str, task: str, seed: int, shuffle: Shuffle = None) -> float:
        begin = time.perf_counter()
        rate = 0.01 if network == "recurrent" else None
        _, error = train_and_test(
            networks[network], tasks[task], seed, split, shuffle=shuffle, rate=rate
        )
        seconds[network].append(time.perf_counter() - begin)
        errors.setdefault((task, "random order" if shuffle else network), []).append(error)
        return error

    def surprise(seed: int) -> dict[str, float]:
        """The convolution's error over the free forecast's, and over the recurrent network's."""
        result = {}
        for task in tasks:
            error = error_of("convolution", task, seed)
            result[f"{task}, free"] = error / best_free[task]
            result[f"{task}, recurrent"] = error / error_of("recurrent", task, seed)
        return result

    def out_of_step(seed: int) -> dict[str, float]:
        return {
            f"{task}, free": error_of("convolution", task, seed, "order") / best_free[task]
            for task in tasks
        }

    surprising_claim = claim(
        "C4",
        statement="Yet convolutional networks surprise on simple tasks.",
        source="Lectures, convolutional networks on sequences",
        metric={
            "CO₂, free": "RMSE of the convolutional network over that of the best free forecast",
            "CO₂, recurrent": "the same over that of a recurrent network of equal size",
            "Sunspots, free": "as above, for sunspots",
            "Sunspots, recurrent": "as above, for sunspots",
        },
        rule=[
            below("CO₂, free", 1),
            below("CO₂, recurrent", 1.25),
            below("Sunspots, free", 1),
            below("Sunspots, recurrent", 1.25),
        ],
        control="the values of each window in random order: it must lose to the free forecast",
        control_rule=[above("CO₂, free", 1), above("Sunspots, free", 1)],
        seeds=range(5),
    )
    surprising = surprising_claim.measure(surprise, control=out_of_step)
    return surprising, errors, {name: float(np.mean(each)) for name, each in seconds.items()}


def whole_sequence(
    count_parameters: CountParameters, weeks: int, measured_weeks: int
) -> dict[str, float]:
    """What a dense layer on a whole series needs, beside an Elman layer: 32 units, batches of 32.

    Training holds the parameters, their gradients, Adam's two means, inputs and outputs.

    Args:
        count_parameters: `count_parameters(steps, features, units)` of both layers.
        weeks: T, the length of the series.
        measured_weeks: how many of them were measured.

    Returns:
        "per number": parameters of the dense layer per measured week; "per recurrent": per
        parameter of the recurrent layer; "memory": its training memory over the other's.

    Raises:
        ValueError: the counts are not those of Keras's layers.
    """
    from keras import layers

    def training_bytes(layer: Any, inputs: np.ndarray) -> int:
        outputs = np.asarray(layer(inputs))
        parameters = sum(np.asarray(weight).nbytes for weight in layer.weights)
        return 4 * parameters + inputs.nbytes + outputs.nbytes

    sequences = np.zeros((_BATCH, weeks, 1), dtype="float32")
    dense, recurrent = layers.Dense(_UNITS), layers.SimpleRNN(_UNITS, return_sequences=True)
    dense_bytes = training_bytes(dense, sequences.reshape(_BATCH, -1))
    recurrent_bytes = training_bytes(recurrent, sequences)
    counted = tuple(int(count) for count in count_parameters(weeks, 1, _UNITS))
    if counted != (dense.count_params(), recurrent.count_params()):
        raise ValueError("count_parameters disagrees with Keras; run its check again")
    return {
        "per number": counted[0] / measured_weeks,
        "per recurrent": counted[0] / counted[1],
        "memory": dense_bytes / recurrent_bytes,
    }


def size_curves(
    count_parameters: CountParameters,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How both layers grow with the length of the sequence: 32 units, batches of 32.

    Args:
        count_parameters: `count_parameters(steps, features, units)` of both layers.

    Returns:
        lengths: (N,) from 4 to 8000 steps.
        counts: (N, 2) parameters of the dense and of the recurrent layer.
        megabytes: (N, 2) what training holds.
    """
    lengths = np.unique(np.geomspace(4, 8000, 40).astype(int))
    counts = np.array([[int(n) for n in count_parameters(int(T), 1, _UNITS)] for T in lengths])
    kept = _BATCH * np.stack([lengths + _UNITS, lengths * (1 + _UNITS)], axis=1)
    return lengths, counts, 4 * (4 * counts + kept) / 1e6


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
