"""Chapter 10: digits read row by row, and what a cell costs to be as good as another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from course_utils.claims import Measurement, above, below, claim
from course_utils.datasets import Utterances
from course_utils.plots import palette
from course_utils.plots.cell_comparison import draw_costs, draw_gaps, draw_rates, draw_times
from course_utils.plots.style import finding
from course_utils.progress import progress
from course_utils.recurrent.classifier import SequenceClassifier
from course_utils.recurrent.timing import seconds_in_turn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "TimeRatios",
    "TrainedGRU",
    "accuracies",
    "claim_as_good",
    "course_of_state",
    "draw_costs",
    "draw_courses",
    "draw_device",
    "draw_digits",
    "draw_gaps",
    "draw_rates",
    "draw_times",
    "halves",
    "held_out_accuracy",
    "linear_baseline",
    "milliseconds",
    "speaker_accuracies",
    "states_of_device",
    "states_of_layer",
    "time_ratios",
    "trained_gru",
]

Name = TypeVar("Name")
Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]

_LEARN = 1200  # digits in the training half


# --- the digits ----------------------------------------------------------------------------------


def halves(count: int, seed: int) -> tuple[Integers, Integers]:
    """A random split: the places of 1200 digits to learn from, and of the rest, to be tested on."""
    order = np.random.default_rng(seed).permutation(count)
    return order[:_LEARN], order[_LEARN:]


def linear_baseline(
    images: Floats, labels: Integers, rows: Sequence[int], seeds: Iterable[int] = range(5)
) -> float:
    """Accuracy of a linear classifier that sees the given rows at once, mean over splits.

    Args:
        images: (N, 8, 8).
        labels: (N,).
        rows: which of the eight rows are seen.
        seeds: one split each.
    """
    from sklearn.linear_model import LogisticRegression

    found = []
    for seed in seeds:
        learn, test = halves(len(images), seed)
        model = LogisticRegression(max_iter=300, tol=1e-3)
        model.fit(images[learn][:, rows].reshape(len(learn), -1), labels[learn])
        found.append(model.score(images[test][:, rows].reshape(len(test), -1), labels[test]))
    return float(np.mean(found))


def draw_digits(
    axes: Sequence[Axes], images: Floats, labels: Integers, baselines: Mapping[str, float]
) -> None:
    """A 3, an 8, and the accuracies of the baselines as bars.

    Args:
        axes: three.
        images: (N, 8, 8).
        labels: (N,).
        baselines: name → accuracy, 0 to 1.
    """
    for ax, chosen in zip(axes, (3, 8), strict=False):
        picture = images[np.flatnonzero(labels == chosen)[1]]
        ax.imshow(picture, cmap="Greens", vmin=0, vmax=1)
        ax.set_title(f"A {chosen}, row by row")
        ax.set(xlabel="feature (column)", ylabel="time step (row)")
        ax.set(yticks=range(8), xticks=range(8))
        ax.grid(visible=False)
    percent = [100 * each for each in baselines.values()]
    axes[2].bar(list(baselines), percent, color=palette.BASELINE)
    axes[2].set_ylim(0, 100)
    axes[2].set_title("One row is not enough")
    axes[2].set_ylabel("accuracy (%)")


# --- the update gate -----------------------------------------------------------------------------


def course_of_state(gru_step: Callable[..., Any], bias: float, steps: int = 40) -> list[float]:
    """A state of 1 under a GRU of one unit whose only weight is the bias of its update gate.

    Args:
        gru_step: the answer to exercise 1.
        bias: of the update gate.
        steps: how many.

    Returns:
        steps + 1 numbers; the first is 1.
    """
    x, W, U = np.zeros((1, 1)), np.zeros((1, 3)), np.zeros((1, 3))
    state, course = np.ones((1, 1)), [1.0]
    for _ in range(steps):
        state = np.asarray(gru_step(x, state, W, U, np.array([bias, 0.0, 0.0]), False))
        course.append(float(state[0, 0]))
    return course


def draw_courses(ax: Axes, courses: Mapping[float, Sequence[float]]) -> Axes:
    """Four biases of the update gate → the state over the steps, from the lowest bias on."""
    for (bias, course), dashes in zip(courses.items(), (":", "-.", "--", "-"), strict=True):
        label = f"$b_z$ = {bias:g}"
        ax.plot(range(len(course)), course, dashes, color=palette.HIDDEN, label=label)
    ax.legend(ncols=4, loc="upper right")
    return finding(
        ax, "The bias of the update gate sets how long a unit remembers", "step", "state"
    )


# --- time ----------------------------------------------------------------------------------------


def milliseconds(
    networks: Mapping[Name, SequenceClassifier],
    images: Floats,
    labels: Integers,
    turns: int,
    updates: int = 10,
) -> dict[Name, Floats]:
    """The time of one update on a CPU, the networks taking turns.

    Args:
        networks: name → network.
        images: (N, 8, 8), of which the first 1200 are learned from.
        labels: (N,).
        turns: how often each network has its turn.
        updates: how many updates a turn has.

    Returns:
        Name → (turns,) milliseconds.
    """

    def work(network: SequenceClassifier) -> Callable[[], object]:
        order = network.order(0, _LEARN, updates)
        return lambda: network.go_on(images[:_LEARN], labels[:_LEARN], order)

    times = seconds_in_turn({name: work(each) for name, each in networks.items()}, turns)
    return {name: 1000 * np.array(each) / updates for name, each in times.items()}


class TimeRatios(NamedTuple):
    """For each seed, the time of an update over the LSTM's: of your GRU, of Keras's own."""

    yours: list[float]
    ready: list[float]


def time_ratios(
    networks: Mapping[str, SequenceClassifier],
    images: Floats,
    labels: Integers,
    seeds: Iterable[int],
) -> TimeRatios:
    """Measure "gru" and "ready" against "lstm", for each seed anew: the middle of seven turns."""
    found = TimeRatios([], [])
    for _ in progress(seeds, "milliseconds"):
        turn = milliseconds(networks, images, labels, turns=7)
        found.yours.append(float(np.median(turn["gru"] / turn["lstm"])))
        found.ready.append(float(np.median(turn["ready"] / turn["lstm"])))
    return found


# --- accuracy ------------------------------------------------------------------------------------


def held_out_accuracy(
    network: SequenceClassifier,
    images: Floats,
    labels: Integers,
    updates: int,
    rate: float,
    seeds: Iterable[int] = range(2),
) -> float:
    """Accuracy on 300 digits of the training half, learned from the other 900, mean over seeds."""
    found = []
    for seed in seeds:
        learn, _ = halves(len(images), seed)
        fit, choose = learn[:900], learn[900:]
        network.train(seed, images[fit], labels[fit], updates, rate)
        found.append(network.accuracy(images[choose], labels[choose]))
    return float(np.mean(found))


def accuracies(
    network: SequenceClassifier,
    images: Floats,
    labels: Integers,
    updates: int,
    rate: float,
    seeds: Iterable[int],
) -> Floats:
    """Test accuracy from each seed, which draws weights, split and batches: (seeds,)."""
    found = []
    for seed in seeds:
        learn, test = halves(len(images), seed)
        network.train(seed, images[learn], labels[learn], updates, rate)
        found.append(network.accuracy(images[test], labels[test]))
    return np.array(found)


def claim_as_good(
    meaning: str,
    cost_words: str,
    costs: Sequence[float],
    equal: str,
    differences: Mapping[str, Floats],
    seeds: Sequence[int],
    ready: Sequence[float] | None = None,
) -> Measurement:
    """C30 in one of its meanings, stated and measured.

    Args:
        meaning: the end of the statement: "with fewer parameters".
        cost_words: what the cost is.
        costs: (seeds,) the GRU's cost over the LSTM's.
        equal: what the compared networks have in common: "equal parameters".
        differences: f"GRU, {equal}" and the control, "GRU, 3 units" → (seeds,) accuracy less the
            LSTM's, 0 to 1.
        seeds: one run each.
        ready: the costs with Keras's own GRU cell; reported without a rule.
    """
    place = {seed: k for k, seed in enumerate(seeds)}
    also = {"ready": "the same with Keras's own GRU cell in the place of yours"} if ready else {}
    stated_claim = claim(
        "C30",
        statement=f"A GRU is usually as good as an LSTM, {meaning}.",
        source="Lectures, LSTM and GRU; Chung, Gulcehre, Cho and Bengio (2014)",
        metric={
            "cost": cost_words,
            "gap": f"accuracy of the GRU less that of the LSTM, at {equal}, paired by seed",
            **also,
        },
        rule=[below("cost", 0.9), above("gap", -0.03)],
        control="a GRU of 3 units, at a fraction of the cost, must be clearly worse",
        control_rule=[below("gap", -0.1)],
        seeds=seeds,
    )
    return stated_claim.measure(
        lambda seed: {
            "cost": float(costs[place[seed]]),
            "gap": float(differences[f"GRU, {equal}"][place[seed]]),
            **({"ready": float(ready[place[seed]])} if ready else {}),
        },
        control=lambda seed: {"gap": float(differences["GRU, 3 units"][place[seed]])},
    )


def speaker_accuracies(
    network: SequenceClassifier,
    learn: Utterances,
    test: Utterances,
    updates: int,
    rate: float,
    seeds: Iterable[int],
) -> Floats:
    """The share of speakers that are named, from each seed: (seeds,)."""
    scale = learn.frames[learn.frames != 0].std()
    frames = test.frames[:, : network.steps] / scale
    found = []
    for seed in seeds:
        network.train(seed, learn.frames / scale, learn.speakers, updates, rate, learn.lengths)
        found.append(network.accuracy(frames, test.speakers, test.lengths))
    return np.array(found)


# --- the device ----------------------------------------------------------------------------------


class TrainedGRU(NamedTuple):
    """The weights of a trained keras.layers.GRU and of the readout behind it.

    Attributes:
        cell: kernel (F, 3U), recurrent kernel (U, 3U), bias (2, 3U).
        W_y: (U, 10).
        b_y: (10,).
    """

    cell: list[Floats]
    W_y: Floats
    b_y: Floats

    def accuracy(self, states: Floats, labels: Integers) -> Floats:
        """The share of digits that are named after each row: states (N, T, U) → (T,)."""
        return np.array(
            [
                np.mean((states[:, t] @ self.W_y + self.b_y).argmax(1) == labels)
                for t in range(states.shape[1])
            ]
        )


def trained_gru(
    images: Floats, labels: Integers, units: int = 24, updates: int = 200
) -> TrainedGRU:
    """Train Keras's own GRU cell on digits (N, 8, 8)."""
    import keras

    keras.utils.set_random_seed(10)
    network = SequenceClassifier(
        lambda: keras.layers.GRUCell(units), steps=8, features=8, classes=10
    )
    network.train(0, images, labels, updates, rate=0.02)
    *cell, W_y, b_y = (np.asarray(each) for each in network.weights)
    return TrainedGRU(cell, W_y, b_y)


def states_of_layer(weights: Sequence[Floats], inputs: Floats) -> Floats:
    """The states of keras.layers.GRU with these weights: inputs (N, T, F) → (N, T, U)."""
    import keras

    layer = keras.layers.GRU(len(weights[1]), return_sequences=True)
    layer.build((None, *inputs.shape[1:]))
    layer.set_weights(list(weights))
    return np.asarray(layer(inputs))


def states_of_device(step: Callable[..., Any], weights: Sequence[Floats], inputs: Floats) -> Floats:
    """The states of a step (x, h, *weights) → new h over inputs (N, T, F): (N, T, U)."""
    state = np.zeros((len(inputs), len(weights[1])), "float32")
    found = []
    for t in range(inputs.shape[1]):
        state = step(inputs[:, t], state, *weights)
        found.append(state)
    return np.stack(found, axis=1)


def draw_device(ax: Axes, layer: Floats, device: Floats, commonest: float, mended: bool) -> Axes:
    """Accuracy over the rows that were read.

    Args:
        ax: the axes.
        layer, device: (T,) accuracies, 0 to 1.
        commonest: accuracy of naming the commonest digit.
        mended: whether the device does what the layer does; the title says so.
    """
    rows = range(1, len(layer) + 1)
    ax.plot(rows, 100 * layer, "--", color=palette.TRUTH, label="keras.layers.GRU")
    ax.plot(rows, 100 * device, "-", color=palette.OUTPUT, label="on the device")
    ax.axhline(100 * commonest, color=palette.BASELINE, linestyle=":", linewidth=1)
    ax.legend(loc="upper left")
    return finding(
        ax,
        "The device does what the layer does"
        if mended
        else "The device forgets what it was taught",
        "rows read",
        "accuracy (%)",
    )
