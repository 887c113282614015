"""Chapter 9: strings of a grammar, the gradient along the cell state, and sums of two numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils import datasets
from course_utils.claims import Measurement, above, below, claim
from course_utils.plots import palette
from course_utils.plots.dots import dots
from course_utils.plots.gate_film import Keeper, draw_film, keeper, twin_of
from course_utils.plots.shares import shares
from course_utils.plots.style import finding
from course_utils.progress import progress
from course_utils.recurrent.long_gradients import LONG, along_elman, along_the_cell
from course_utils.recurrent.next_symbol import SymbolData, loss_of_counts, train_namers
from course_utils.recurrent.pinned import PinnedNetwork

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "Adder",
    "AddingRun",
    "Keeper",
    "Reader",
    "Scores",
    "along_elman",
    "along_the_cell",
    "claim_ends",
    "claim_sum",
    "draw_baselines",
    "draw_film",
    "draw_functions",
    "draw_gate_values",
    "draw_lengths",
    "draw_paths",
    "draw_pins",
    "keeper",
    "learned",
    "loss_of_counts",
    "mean_scores",
    "reading_data",
    "train_readers",
    "twin_of",
    "untrained_weights",
]

Floats = npt.NDArray[np.floating]
#: What a Keras layer's get_weights gives; of a cell: kernel, recurrent kernel, bias.
Weights = list[Floats]


# --- strings -------------------------------------------------------------------------------------


def draw_baselines(ax: Axes, baselines: Mapping[str, float]) -> Axes:
    """A bar for each baseline: what the forecast knows → nats per symbol."""
    ax.barh(list(baselines)[::-1], list(baselines.values())[::-1], color=palette.BASELINE)
    ax.grid(axis="y", visible=False)
    return finding(
        ax,
        "What remains to be gained is in one symbol, far back",
        "cross-entropy (nats per symbol)",
        "what the forecast knows",
    )


def reading_data(train: Sequence[str], test: Sequence[str]) -> SymbolData:
    """The strings as arrays, padded to the longest of all."""
    inputs, targets, mask = datasets.reber_arrays([*train, *test])
    count = len(train)
    return SymbolData(
        inputs[:count], targets[:count], inputs[count:], targets[count:], mask[count:]
    )


class Scores(NamedTuple):
    """Nats per symbol, and the share of right T or P at the last but one place."""

    nats: float
    right: float


class Reader(NamedTuple):
    """A trained network: how well it names the test strings' symbols, and its cell's weights."""

    scores: Scores
    weights: Weights


def train_readers(
    make_network: Callable[[], Any],
    data: SymbolData,
    what: str,
    seeds: Iterable[int] = range(5),
    epochs: int = 8,
) -> list[Reader]:
    """Train networks that name the next symbol of a string, from several starts.

    Args:
        make_network: see `recurrent.next_symbol.train_namers`.
        data: the strings, from `reading_data`.
        what: for the progress bar.
        seeds: one network each.
        epochs: how often the strings are gone through.

    Returns:
        One reader for each seed.
    """
    named = train_namers(make_network, data, progress(seeds, what), epochs, rate=0.01)
    return [Reader(_scores(chances, data), weights) for chances, weights in named]


def mean_scores(readers: Sequence[Reader]) -> Scores:
    """The mean over readers."""
    nats, right = np.mean([each.scores for each in readers], axis=0)
    return Scores(float(nats), float(right))


def _scores(chances: Floats, data: SymbolData) -> Scores:
    """Of the chances (M, T, 7); at the last but one place the likelier of T and P is named."""
    given = np.take_along_axis(chances, data.test_targets[..., None], -1)[..., 0]
    rows, place = np.arange(len(chances)), data.test_mask.sum(axis=1) - 2
    T, P = (datasets.REBER_SYMBOLS.index(symbol) for symbol in "TP")
    says_T = chances[rows, place, T] > chances[rows, place, P]
    right = says_T == (data.test_targets[rows, place] == T)
    return Scores(float(-np.log(given[data.test_mask]).mean()), float(right.mean()))


# --- the gradient over many steps ----------------------------------------------------------------


def claim_sum(paths: Mapping[str, Floats], elman: Floats, elman_large: Floats) -> Measurement:
    """C28, stated and measured.

    Args:
        paths: "zero", "one", "two", "five" (the forget bias) → (5, 100) from `along_the_cell`.
        elman: (5, 100) from `along_elman`, with Xavier's weights.
        elman_large: the same with weights three times as large.
    """
    stated_claim = claim(
        "C28",
        statement="A sum in the place of a product avoids vanishing and exploding gradients.",
        source="Lectures, additive, uninterrupted gradient flow; Hochreiter and Schmidhuber (1997)",
        metric={
            "five": "log10 of the gradient after 50 steps at forget bias 5",
            "largest": "largest log10 at any step and bias; above 0 it grows",
            "one": "the same as the first at forget bias 1, where Keras starts",
            "zero": "the same at forget bias 0",
            "two": "the same at forget bias 2",
        },
        rule=[above("five", -1), below("largest", 0.01), above("one", -3), above("zero", -3)],
        control="Elman networks must vanish (Xavier) and explode (weights three times as large)",
        control_rule=[below("one", -3), above("largest", 2)],
        seeds=range(5),
    )
    return stated_claim.measure(
        lambda seed: {
            **{name: float(path[seed][49]) for name, path in paths.items()},
            "largest": float(max(path[seed].max() for path in paths.values())),
        },
        control=lambda seed: {
            "one": float(elman[seed][49]),
            "largest": float(elman_large[seed].max()),
        },
    )


def draw_paths(
    ax: Axes, paths: Mapping[str, Floats], elman: Floats, biases: Mapping[str, float]
) -> Axes:
    """The gradient over the steps, for each forget bias and for the Elman network.

    Args:
        ax: the axes.
        paths: name → (5, 100).
        elman: (5, 100).
        biases: name → forget bias.
    """
    clock = np.arange(1, LONG + 1)
    for name, dashes in {"five": "-", "two": "--", "one": "-.", "zero": ":"}.items():
        mean = np.mean(paths[name], axis=0)
        ax.plot(clock, mean, dashes, color=palette.CELL)
        ax.text(LONG + 1, mean[-1], f"LSTM, bias {biases[name]:.0f}", va="center", fontsize=9)
    mean = np.mean(elman, axis=0)
    ax.plot(clock, mean, color=palette.HIDDEN)
    ax.text(LONG + 1, mean[-1], "Elman, Xavier", va="center", fontsize=9)
    ax.set_xlim(0, 130)
    ax.set_xticks(range(0, 101, 20))
    return finding(
        ax,
        "An open gate keeps the gradient; the sum alone does not",
        "steps",
        "log10 of the gradient\n(mean of five networks)",
    )


# --- sums of two numbers -------------------------------------------------------------------------


class AddingRun(NamedTuple):
    """What came of one start: error as a share of the baseline's, and the weights of the cell."""

    error: float
    weights: Weights


class Adder:
    """A network for the adding task of one length: compiled once, trained from many starts.

    Args:
        network: keras.Sequential of a keras.layers.RNN with its cell and a Dense(1) behind it, for
            inputs (B, T, 2) with B and T fixed.
        rate: Adam's learning rate.
        updates: how often the weights are changed, each time by B new sequences.
    """

    def __init__(self, network: Any, rate: float = 0.02, updates: int = 300) -> None:
        self.updates = updates
        self.batch, self.steps = network.input_shape[:2]
        self._pinned = PinnedNetwork(network, rate, updates_per_call=50)

    def runs(
        self, seeds: Iterable[int], what: str, pins: Mapping[str, float] | None = None
    ) -> list[AddingRun]:
        """Train from several starts, and test each on 16 batches of new sequences.

        Args:
            seeds: one start each: of the weights and of the sequences.
            what: for the progress bar.
            pins: "i", "f", "g" or "o" → the bias at which this gate is held.

        Returns:
            One run for each seed.
        """
        return [self._run(seed, pins or {}) for seed in progress(seeds, what)]

    def _run(self, seed: int, pins: Mapping[str, float]) -> AddingRun:
        rng = np.random.default_rng([seed, self.steps])
        self._pinned.begin(rng, pins)
        network, batch = self._pinned.network, self.batch
        xs, sums = datasets.adding(rng, self.updates * batch, self.steps)
        network.fit(xs, sums, batch_size=batch, shuffle=False, verbose=0)
        xs, sums = datasets.adding(rng, 16 * batch, self.steps)
        guesses = network.predict(xs, batch_size=batch, verbose=0)
        error = float(np.mean((guesses - sums) ** 2) / datasets.adding_baseline())
        return AddingRun(error, self._pinned.cell.get_weights())


def learned(errors: Sequence[float]) -> bool:
    """Whether the median error is below half of the baseline's."""
    return bool(np.median(errors) < 0.5)


def draw_lengths(ax: Axes, errors: Mapping[str, Sequence[float]], steps: int) -> Axes:
    """The errors of both cells: "Elman, 10 steps", "Elman, 24 steps", "LSTM, 24 steps" → errors.

    Args:
        ax: the axes.
        errors: name → one error for each seed.
        steps: the length that both cells have.
    """
    dots(ax, errors, lambda name: palette.CELL if "LSTM" in name else palette.HIDDEN)
    bridged = learned(errors[f"LSTM, {steps} steps"]) and not learned(
        errors[f"Elman, {steps} steps"]
    )
    return finding(
        ax,
        f"Over {steps} steps the LSTM learns to add, the Elman cell does not"
        if bridged
        else "The two cells do not differ here",
        "error (baseline = 1)",
        "cell and length",
    )


def draw_pins(ax: Axes, errors: Mapping[str, Sequence[float]], steps: int) -> Axes:
    """The errors of the LSTM with all gates, first, and with each of them pinned.

    Args:
        ax: the axes.
        errors: name → one error for each seed.
        steps: the length of the sequences.
    """
    well = {name: learned(values) for name, values in errors.items()}
    dots(ax, errors, lambda name: palette.CELL if well[name] else palette.OUTPUT)
    pins = list(well.values())[1:]
    needed = pins.count(False)
    return finding(
        ax,
        f"{needed} of the {len(pins)} pins prevents learning"
        if needed == 1
        else "What the pins do",
        "error (baseline = 1)",
        f"LSTM, {steps} steps",
    )


# --- where trained gates lie ---------------------------------------------------------------------


def untrained_weights(make_cell: Callable[[], Any], features: int, seed: int) -> Weights:
    """The weights of a new Keras cell, drawn with a seed."""
    import keras

    keras.utils.set_random_seed(seed)
    cell = make_cell()
    cell.build((None, features))
    return cell.get_weights()


def claim_ends(
    strings: Sequence[Floats],
    adding: Sequence[Floats],
    untrained: Sequence[Floats],
    errors: Mapping[str, Sequence[float]],
) -> Measurement:
    """C29, stated and measured.

    Args:
        strings: for each seed, the values of trained gates on the strings, of any shape.
        adding: the same on the adding task.
        untrained: the same before training.
        errors: "sigmoid" and "tanh" → for each seed, the error on the adding task.
    """
    stated_claim = claim(
        "C29",
        statement="Sigmoid and tanh are used because gates want 0 and 1.",
        source="Lectures, LSTM",
        metric={
            "strings": "share of trained gates within 0.15 of 0 or 1, on the strings",
            "adding": "the same on the adding task",
            "tanh": "error with tanh for the gates over that with the sigmoid",
        },
        rule=[above("strings", 0.5), above("adding", 0.5), above("tanh", 2)],
        control="gates before training must not be near the ends",
        control_rule=[below("adding", 0.1)],
        seeds=range(len(strings)),
    )
    return stated_claim.measure(
        lambda seed: {
            "strings": _near_the_ends(strings[seed]),
            "adding": _near_the_ends(adding[seed]),
            "tanh": errors["tanh"][seed] / max(errors["sigmoid"][seed], 1e-9),
        },
        control=lambda seed: {"adding": _near_the_ends(untrained[seed])},
    )


def _near_the_ends(values: Floats) -> float:
    """The share of gates within 0.15 of 0 or 1."""
    return float(np.mean(np.abs(values - 0.5) > 0.35))


def draw_gate_values(
    ax: Axes,
    untrained: Sequence[Floats],
    strings: Sequence[Floats],
    adding: Sequence[Floats],
    apart: bool,
) -> Axes:
    """How often the gates have which value, before training and after.

    Args:
        ax: the axes.
        untrained, strings, adding: for each seed, the values of gates, of any shape.
        apart: whether the strings drive more gates to their ends; the title says so.
    """
    shares(ax, untrained, "before training", palette.BASELINE, ":")
    shares(ax, strings, "trained on strings", palette.HIDDEN, "--")
    shares(ax, adding, "trained to add", palette.GATE, "-")
    ax.legend(loc="upper left")
    return finding(
        ax,
        "Strings drive the gates to their ends, numbers do not"
        if apart
        else "The two tasks use the gates alike",
        "value of a gate",
        "share of all gates (%)",
    )


def draw_functions(ax: Axes, errors: Mapping[str, Sequence[float]]) -> Axes:
    """The errors on the adding task: function of the gates → one error for each seed."""
    dots(ax, errors, lambda name: palette.GATE)
    every = all(learned(values) for values in errors.values())
    return finding(
        ax,
        "Gates from −1 to 1 learn to add too" if every else "Not every function learns to add",
        "error (baseline = 1)",
        "function of the gates",
    )
