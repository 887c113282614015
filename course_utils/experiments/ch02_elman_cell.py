"""Chapter 2: networks that forecast sunspots, what its claims measure, and its figures.

A student's own functions come in as arguments: `step` is an `elman_step(x, h, W_x, W_h, b)` with
x (B, F) and h (B, U), `unroll` runs a `step(x, h)` over (B, T, F) and gives the states (B, T, U),
and `stream` does the same as the inputs arrive.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from course_utils.plots import palette
from course_utils.recurrent.timing import shortest_seconds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "HISTORIES",
    "LAGS",
    "WINDOW",
    "difference_from_keras",
    "draw_cycle",
    "draw_forecasts",
    "draw_one_more",
    "draw_parameters",
    "draw_reach",
    "draw_states",
    "draw_unrolled_twice",
    "effects",
    "forecast",
    "one_more_number",
    "statements",
    "train",
    "untrained_states",
]

Step: TypeAlias = Callable[..., Any]
Unroll: TypeAlias = Callable[[Callable[[Any, Any], Any], Any, Any], Any]
Stream: TypeAlias = Callable[[Callable[[Any, Any], Any], Any, Any], Iterator[Any]]

#: Years in one training sequence.
WINDOW = 30
#: How many of the last inputs are changed, one at a time, to see how far back the state reaches.
LAGS = 40
#: Lengths of the history after which one more number arrives.
HISTORIES = (64, 256, 1024, 4096)


def draw_cycle(years: np.ndarray, spots: np.ndarray) -> Figure:
    """All years in order, and each year beside the next one, by where it came from.

    Args:
        years: (T,) years.
        spots: (T,) the sunspot number of each.
    """
    import matplotlib.pyplot as plt

    now, following = spots[1:-1], spots[2:]
    came_up = now > spots[:-2]
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3), width_ratios=[2, 1])
    left.plot(years, spots, color=palette.TRUTH, linewidth=1)
    left.axvline(1930, color=palette.MUTED, linestyle=":")
    left.set(
        title="Sunspots come in cycles of about 11 years", xlabel="year", ylabel="sunspot number"
    )
    right.scatter(
        now[came_up], following[came_up], s=9, color=palette.INPUT, label="came from below"
    )
    right.scatter(
        now[~came_up],
        following[~came_up],
        s=9,
        color=palette.OUTPUT,
        marker="v",
        label="from above",
    )
    right.set(
        title="One number leaves two futures",
        xlabel="this year's number",
        ylabel="next year's number",
    )
    right.legend(fontsize=8)
    return fig


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


def draw_states(years: np.ndarray, spots: np.ndarray, states: np.ndarray) -> Figure:
    """A series above the states of the cell that reads it.

    Args:
        years: (T,) years.
        spots: (T,) the sunspot number of each.
        states: (T, U) the state after each.
    """
    import matplotlib.pyplot as plt

    fig, (top, bottom) = plt.subplots(2, 1, figsize=(8, 4), sharex=True)
    top.plot(years, spots, color=palette.INPUT)
    top.set(title="The input: one number a year", ylabel="sunspot number")
    bottom.plot(years, states, color=palette.HIDDEN, alpha=0.75, linewidth=1)
    bottom.set(
        title="Five untrained units: each already follows the cycle in its own way",
        xlabel="year",
        ylabel="state h (no unit)",
        ylim=(-1.08, 1.08),
    )
    return fig


def statements(function: Callable[..., Any]) -> int:
    """The number of statements in a function's body, docstring left out."""
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function))).body[0]
    if not isinstance(body, (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise TypeError(f"expected a function written with def, got {ast.unparse(body)!r}")
    count = sum(isinstance(node, ast.stmt) for node in ast.walk(body)) - 1
    return count - (ast.get_docstring(body) is not None)


def difference_from_keras(seed: int, step: Step, unroll: Unroll) -> float:
    """The largest difference between unrolled steps and Keras's layer with the same weights.

    Args:
        seed: for the inputs, three sequences of 20 steps, and the weights of 6 units.
        step: an Elman step.
        unroll: the loop around it.
    """
    import keras

    rng = np.random.default_rng(seed)
    xs = rng.normal(size=(3, 20, 2))
    weights = [rng.normal(size=(2, 6)), rng.normal(size=(6, 6)) / 3, rng.normal(size=6)]
    layer = keras.layers.SimpleRNN(6, return_sequences=True, dtype="float64")
    layer.build(xs.shape)
    layer.set_weights(weights)
    hs = unroll(lambda x, h: step(x, h, *weights), xs, np.zeros((3, 6)))
    return float(np.abs(np.asarray(hs) - np.asarray(layer(xs))).max())


def draw_parameters(lengths: Sequence[int], elman: Sequence[int], dense: Sequence[int]) -> Figure:
    """The parameters of both layers over the length of the sequence.

    Args:
        lengths: N lengths T.
        elman: N counts, of the Elman layer.
        dense: N counts, of the dense layer on the whole sequence.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 3))
    ax.loglog(lengths, dense, "s--", color=palette.BASELINE, label="dense on the whole sequence")
    ax.loglog(lengths, elman, "o-", color=palette.HIDDEN, label="Elman layer")
    ax.set(
        title="The Elman layer pays nothing for length",
        xlabel="length T of the sequence (steps)",
        ylabel="parameters",
    )
    ax.legend()
    return fig


def train(build: Callable[[], Any], seed: int, values: np.ndarray, epochs: int = 40) -> Any:
    """Fit a network to every stretch of `WINDOW` years of a series: one year ahead at each step.

    Args:
        build: a function that makes the network, (B, T, 1) to (B, T, 1), not compiled.
        seed: for the first weights and the order of the stretches.
        values: (T,) the years before the test, standardised.
        epochs: passes over all stretches.

    Returns:
        The model, trained by Adam at 0.005 on the mean squared error.
    """
    import keras

    keras.utils.set_random_seed(seed)
    starts = range(len(values) - WINDOW)
    inputs = np.stack([values[s : s + WINDOW] for s in starts])[..., None]
    targets = np.stack([values[s + 1 : s + WINDOW + 1] for s in starts])[..., None]
    model = build()
    model.compile(keras.optimizers.Adam(5e-3), "mse")
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


def draw_forecasts(
    years: np.ndarray,
    truth: np.ndarray,
    line: np.ndarray,
    network: np.ndarray,
    errors: Mapping[str, float],
) -> Figure:
    """What was counted with two forecasts, and the error of each way to forecast.

    Args:
        years: (N,) the test years.
        truth: (N,) what was counted.
        line: (N,) forecasts of the line from one number.
        network: (N,) forecasts of the Elman network.
        errors: name → RMSE, from top to bottom: two baselines, the network, its control.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3), width_ratios=[2, 1])
    left.plot(years, truth, color=palette.TRUTH, label="counted")
    left.plot(years, line, ":", color=palette.BASELINE, label="line from one number")
    left.plot(years, network, color=palette.OUTPUT, label="Elman network")
    left.set(
        title="With a state, the forecast turns in time", xlabel="year", ylabel="sunspot number"
    )
    left.legend(fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.22))
    colours = [palette.BASELINE, palette.BASELINE, palette.OUTPUT, palette.MUTED]
    right.barh(list(errors)[::-1], list(errors.values())[::-1], color=colours[::-1])
    right.set(title="A state takes a third off the error", xlabel="RMSE from 1930 on (sunspots)")
    return fig


def effects(
    weights: Sequence[Any],
    values: np.ndarray,
    step: Step,
    unroll: Unroll,
    recurrence: float = 1.0,
) -> np.ndarray:
    """The change of the last state for a change of each of the last `LAGS` inputs by one.

    Computed in float64, so that even a tiny change is seen.

    Args:
        weights: W_x (1, U), W_h (U, U) and b (U,) of an Elman layer.
        values: (T,) a series; its last `LAGS` values are read.
        step: an Elman step.
        unroll: the loop around it.
        recurrence: the recurrent weights are multiplied by it.

    Returns:
        (LAGS,) norms of the change, the latest input's first.
    """
    W_x, W_h, b = [np.asarray(each, dtype="float64") for each in weights]
    recent = values[-LAGS:]
    changed = recent + np.eye(LAGS)[::-1]
    inputs = np.concatenate([recent[None], changed])[..., None]  # (1 + LAGS, LAGS, 1)
    hs = np.asarray(
        unroll(
            lambda x, h: step(x, h, W_x, recurrence * W_h, b),
            inputs,
            np.zeros((LAGS + 1, len(b))),
        )
    )
    return np.linalg.norm(hs[1:, -1] - hs[0, -1], axis=1)


def draw_reach(relative: np.ndarray) -> Figure:
    """How much the last state changes with each earlier input, a line for each network.

    Args:
        relative: (N, LAGS) effects over that of the latest input.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 3))
    ax.semilogy(range(LAGS), relative.T, color=palette.HIDDEN, alpha=0.6)
    ax.axhline(0.1, color=palette.MUTED, linestyle=":")
    ax.text(LAGS - 0.5, 0.13, "one tenth", ha="right", color=palette.text(palette.MUTED))
    ax.set(
        title="Every earlier year still counts, but less and less",
        xlabel="years since the changed input",
        ylabel="change of the last state\n(today's input = 1)",
    )
    return fig


def one_more_number(
    seed: int, step: Step, unroll: Unroll, stream: Stream, carried: bool
) -> tuple[list[int], list[float]]:
    """What one more number costs after each of the `HISTORIES`, for 16 units with random weights.

    Args:
        seed: for weights and inputs.
        step: an Elman step.
        unroll: reads the whole sequence.
        stream: gives a state after each input.
        carried: the state is carried on by `stream`; otherwise `unroll` begins again each time.

    Returns:
        How many inputs were read before the first state, and the seconds that one more takes: a
        number of each for every history.
    """
    rng = np.random.default_rng(seed)
    W_x, W_h, b = rng.normal(size=(1, 16)), rng.normal(size=(16, 16)) / 4, rng.normal(size=16)
    h0 = np.zeros((1, 16))

    def one_step(x: Any, h: Any) -> Any:
        return step(x, h, W_x, W_h, b)

    def after(history: int) -> tuple[int, float]:
        xs = np.random.default_rng(seed).normal(size=(1, history + 40, 1))
        if not carried:
            whole = xs[:, : history + 1]
            return history, shortest_seconds(lambda: unroll(one_step, whole, h0), repeats=2)
        reads: list[int] = []

        def arriving() -> Iterator[np.ndarray]:
            for t in range(history + 40):
                reads.append(t)
                yield xs[:, t]

        states = stream(one_step, h0, arriving())
        next(states)
        waited = len(reads)
        for _ in range(history):
            next(states)
        return waited, shortest_seconds(lambda: next(states), repeats=30)

    costs = [after(history) for history in HISTORIES]
    return [waited for waited, _ in costs], [seconds for _, seconds in costs]


def draw_one_more(again: Sequence[float], carried: Sequence[float]) -> Figure:
    """The time for one more number over the length of the history.

    Args:
        again: seconds for each of the `HISTORIES` when the whole sequence is read again.
        carried: the same when the state is carried on.
    """
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 3))
    for seconds, style, colour, label in (
        (again, "s--", palette.BASELINE, "whole sequence again"),
        (carried, "o-", palette.HIDDEN, "state carried on"),
    ):
        ax.loglog(HISTORIES, 1e6 * np.asarray(seconds), style, color=colour, label=label)
    ax.set(
        title="With a carried state, one more number costs one step",
        xlabel="length of the history (steps)",
        ylabel="time for one more (µs)",
    )
    ax.legend()
    return fig


def draw_unrolled_twice(right_states: np.ndarray, your_states: np.ndarray) -> Figure:
    """Two tables of states, of the function that is right and of the one to repair.

    Args:
        right_states: (B, T) states that count up, from 0 to 104.
        your_states: (B, T) what the other function made of the same inputs.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(7, 2.2), sharey=True)
    titles = ("unroll: each row counts on", "unroll_to_repair: what you made")
    for ax, states, title in zip(axes, (right_states, your_states), titles, strict=True):
        ax.imshow(states, cmap="cividis", vmin=0, vmax=104)
        for (row, column), value in np.ndenumerate(states):
            shade = "black" if value > 50 else "white"
            ax.text(column, row, f"{value:.0f}", ha="center", va="center", color=shade)
        ax.set(title=title, xlabel="step", xticks=range(4), yticks=[0, 1])
        ax.grid(visible=False)
    axes[0].set_ylabel("sequence")
    return fig
