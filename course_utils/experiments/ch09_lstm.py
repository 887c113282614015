"""Chapter 9: strings of a grammar, two gradients of the cell state, and sums of two numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils import datasets
from course_utils.claims import Measurement, above, below, claim
from course_utils.plots import palette
from course_utils.plots.gate_film import draw_strips, draw_units, find_units, twin_of
from course_utils.plots.hand_memory import draw_memory, run_memory
from course_utils.plots.lstm_figures import (
    draw_functions,
    draw_gates,
    draw_lengths,
    draw_pins,
    draw_two_ways,
)
from course_utils.plots.style import finding
from course_utils.progress import progress
from course_utils.recurrent.adding_stack import RATES, AddingStack
from course_utils.recurrent.long_gradients import TwoWays, along_elman, both_ways, cell_gradient
from course_utils.recurrent.next_symbol import SymbolData, loss_of_counts, train_namers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "RATES",
    "Reader",
    "Scores",
    "adders",
    "along_elman",
    "both_films",
    "both_ways",
    "claim_ends",
    "claim_longer",
    "claim_sum",
    "draw_baselines",
    "draw_functions",
    "draw_gates",
    "draw_lengths",
    "draw_memory",
    "draw_pins",
    "draw_strips",
    "draw_two_ways",
    "draw_units",
    "find_units",
    "in_words",
    "learned",
    "loss_of_counts",
    "mean_gradients",
    "mean_scores",
    "near_ends",
    "reading_data",
    "run_memory",
    "shares_of_gates",
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


def both_films(
    run_gates: Callable[..., Any], weights: Weights, strings: Sequence[str]
) -> tuple[Floats, Floats]:
    """i, f, o and c of a cell over strings, and over their twins: (4, M, T, U) twice.

    Args:
        run_gates: run_gates(weights, xs (M, T, 7)) → (4, M, T, U).
        weights: of the cell.
        strings: M strings.
    """
    twins = [twin_of(string) for string in strings]
    own, other = (run_gates(weights, datasets.reber_arrays(of)[0]) for of in (strings, twins))
    return own, other


# --- the gradient over many steps ----------------------------------------------------------------


def claim_sum(ways: Mapping[int, TwoWays], loud: TwoWays, elman: Floats,
              elman_loud: Floats) -> Measurement:  # fmt: skip
    """C28, stated and measured, on the full gradient.

    Args:
        ways: forget bias 1 and 5 → gradients from `both_ways`.
        loud: the same at bias 5 with weights three times as large and quiet inputs.
        elman: (5, 100) from `along_elman`, with Xavier's weights.
        elman_loud: the same with weights three times as large and quiet inputs.
    """
    stated_claim = claim(
        "C28",
        statement="A sum in the place of a product avoids vanishing and exploding gradients "
        "(full gradient of the cell state, 64 units, 50 steps).",
        source="Lectures, additive, uninterrupted gradient flow; Hochreiter and Schmidhuber (1997)",
        metric={
            "largest, weights × 3": "log10 of the full gradient at its largest in 100 steps, "
            "bias 5, weights as large as the exploding Elman network's",
            "after 50 steps, bias 1": "log10 of the full gradient where Keras starts",
            "after 50 steps, bias 5": "log10 of the full gradient with the gate wide open",
        },
        rule=[
            below("largest, weights × 3", 2),
            above("after 50 steps, bias 1", -3),
            above("after 50 steps, bias 5", -3),
        ],
        control="Elman networks must vanish (Xavier) and explode (weights three times as large)",
        control_metric={
            "Elman, after 50 steps": "log10 of dh_50/dh_0 with Xavier's weights",
            "Elman, largest, weights × 3": "log10 of dh_t/dh_0 at its largest in 100 steps",
        },
        control_rule=[
            below("Elman, after 50 steps", -3),
            above("Elman, largest, weights × 3", 2),
        ],
        seeds=range(5),
    )
    return stated_claim.measure(
        lambda seed: {
            "largest, weights × 3": float(loud.full[seed].max()),
            "after 50 steps, bias 1": float(ways[1].full[seed][49]),
            "after 50 steps, bias 5": float(ways[5].full[seed][49]),
        },
        control=lambda seed: {
            "Elman, after 50 steps": float(elman[seed][49]),
            "Elman, largest, weights × 3": float(elman_loud[seed].max()),
        },
    )


def mean_gradients(
    answers: tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]],
    networks: Sequence[Weights],
    xs: Floats,
) -> tuple[float, float]:
    """log10 of both gradients after the last step: the mean over networks and sequences.

    Args:
        answers: the answers to exercises 1, 2 and 4.
        networks: the weights of each cell.
        xs: (B, T, F) the sequences.
    """
    both = [cell_gradient(*answers, weights, each) for weights in networks for each in xs]
    path, full = (float(np.mean([way[k][-1] for way in both])) for k in (0, 1))
    return path, full


# --- sums of two numbers -------------------------------------------------------------------------


def adders(cell: Any, steps: int, identity: bool = False) -> AddingStack:
    """Networks for the adding task with this cell: see `recurrent.adding_stack`."""
    baseline = datasets.adding_baseline()
    return AddingStack(cell, steps, datasets.adding, baseline, identity=identity)


def learned(errors: Sequence[float]) -> bool:
    """Whether the median error is below half of the baseline's."""
    return bool(np.median(errors) < 0.5)


def in_words(steps: int, errors: Sequence[float]) -> str:
    """The median error at one length, and how many networks learned."""
    count = sum(error < 0.5 for error in errors)
    return f"{steps} steps ~{np.median(errors):.2f} ({count} of {len(errors)} learned)"


def claim_longer(
    errors: Mapping[str, Sequence[float]], short: Sequence[float], shut: Sequence[float]
) -> Measurement:
    """C27, stated and measured.

    Args:
        errors: "LSTM", "Elman, tanh" and "ReLU, identity start" → an error for each seed, 24 steps.
        short: errors of the Elman cell at 10 steps.
        shut: errors of an LSTM whose input gate is shut.
    """
    stated_claim = claim(
        "C27",
        statement="Gates remember longer than a cell without gates (adding task, 24 steps, 300 "
        "updates).",
        source="Lectures, gates as the remedy; Hochreiter and Schmidhuber (1997)",
        metric={
            "LSTM": "its error as a share of the baseline's, at its best rate",
            "Elman, tanh": "the same without gates, as many parameters, its best rate",
            "ReLU, identity start": "the same with ReLU for tanh, recurrent weights that begin as "
            "the identity",
            "Elman, tanh, 10 steps": "the task itself can be learned by the Elman cell",
        },
        rule=[
            below("LSTM", 0.5),
            above("Elman, tanh", 0.5),
            above("ReLU, identity start", 0.5),
            below("Elman, tanh, 10 steps", 0.5),
        ],
        control="an LSTM whose input gate is shut can write nothing into its memory, and must fail",
        control_metric={"LSTM, input gate shut": "its error as a share of the baseline's"},
        control_rule=[above("LSTM, input gate shut", 0.8)],
        seeds=range(len(short)),
    )
    return stated_claim.measure(
        lambda seed: {
            **{name: float(each[seed]) for name, each in errors.items()},
            "Elman, tanh, 10 steps": float(short[seed]),
        },
        control=lambda seed: {"LSTM, input gate shut": float(shut[seed])},
    )


# --- where trained gates lie ---------------------------------------------------------------------


def untrained_weights(make_cell: Callable[[], Any], features: int, seed: int) -> Weights:
    """The weights of a new Keras cell, drawn with a seed."""
    import keras

    keras.utils.set_random_seed(seed)
    cell = make_cell()
    cell.build((None, features))
    return cell.get_weights()


def near_ends(values: Sequence[Floats]) -> tuple[float, float]:
    """The shares of gates below 0.15 and above 0.85."""
    flat = np.concatenate([np.ravel(each) for each in values])
    return float(np.mean(flat < 0.15)), float(np.mean(flat > 0.85))


def shares_of_gates(
    new: Sequence[Floats], strings: Sequence[Floats], adding: Sequence[Floats]
) -> dict[str, tuple[float, float]]:
    """The shares near 0 and near 1: of all new gates, and of i, f and o after training.

    Args:
        new, strings, adding: for each seed (3, …) the values of i, f and o.
    """
    found = {"all gates, new": near_ends(new)}
    for task, networks in (("strings", strings), ("adding", adding)):
        for k, gate in enumerate(("input", "forget", "output")):
            found[f"{gate}, {task}"] = near_ends([each[k] for each in networks])
    return found


def claim_ends(
    strings: Sequence[Floats],
    adding: Sequence[Floats],
    untrained: Sequence[Floats],
    tanh_errors: Sequence[float],
) -> Measurement:
    """C29, stated and measured.

    Args:
        strings: for each seed, the values of trained gates on the strings, of any shape.
        adding: the same on the adding task.
        untrained: the same before training.
        tanh_errors: for each seed, the error on the adding task with tanh for the gates.
    """
    ends = [f"near {end}, {task}" for task in ("strings", "adding") for end in (1, 0)]
    words = [
        f"share of trained gates {where}, {task}"
        for task in ("on the strings", "on the adding task")
        for where in ("above 0.85", "below 0.15")
    ]
    stated_claim = claim(
        "C29",
        statement="Sigmoid and tanh are used because gates want 0 and 1.",
        source="Lectures, LSTM",
        metric={
            **dict(zip(ends, words, strict=True)),
            "error with tanh gates": "on the adding task, as a share of the baseline's",
        },
        rule=[*(above(each, 0.15) for each in ends), above("error with tanh gates", 0.5)],
        control="gates before training must not be near the ends; 0.15 is the share that evenly "
        "spread values would have at each end",
        control_metric={"near 0 or 1, before training": "share of all gates, on the adding task"},
        control_rule=[below("near 0 or 1, before training", 0.15)],
        seeds=range(len(strings)),
    )

    def shares(seed: int) -> dict[str, float]:
        found = [near_ends([task[seed]])[end] for task in (strings, adding) for end in (1, 0)]
        return dict(zip(ends, found, strict=True))

    return stated_claim.measure(
        lambda seed: {**shares(seed), "error with tanh gates": float(tanh_errors[seed])},
        control=lambda seed: {"near 0 or 1, before training": sum(near_ends([untrained[seed]]))},
    )
