"""Chapter 10: digits read row by row, and what a cell costs to be as good as another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from course_utils.claims import Measurement, above, below, claim, within
from course_utils.datasets import Utterances
from course_utils.plots import palette
from course_utils.plots.cell_comparison import draw_gaps, draw_rates, draw_times
from course_utils.plots.register_gates import draw_commands, draw_register, draw_traces
from course_utils.plots.style import finding
from course_utils.progress import progress
from course_utils.recurrent.classifier import SequenceClassifier
from course_utils.recurrent.held_gates import Traces
from course_utils.recurrent.register import COMMANDS, register
from course_utils.recurrent.timing import seconds_in_turn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "CONTROL",
    "TrainedGRU",
    "accuracies",
    "claim_as_good",
    "course_of_state",
    "draw_commands",
    "draw_courses",
    "draw_device",
    "draw_digits",
    "draw_gaps",
    "draw_rates",
    "draw_register",
    "draw_times",
    "draw_traces",
    "gates_by_command",
    "gates_needed",
    "halves",
    "held_out_accuracy",
    "linear_baseline",
    "milliseconds",
    "ratios",
    "register_accuracies",
    "speaker_accuracies",
    "states_of_device",
    "states_of_layer",
    "times_by_size",
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


def times_by_size(
    networks: Mapping[int, Mapping[str, SequenceClassifier]],
    images: Floats,
    labels: Integers,
    rounds: int,
) -> dict[int, dict[str, Floats]]:
    """The time of an update for each size, measured several times over.

    The turns are dealt out to the rounds one by one, so that a minute in which the computer has
    other work falls on all rounds; and it can only make a turn longer, so the shortest counts.

    Args:
        networks: units → name → network; "lstm" is timed a second time, as "lstm again".
        images: (N, 8, 8).
        labels: (N,).
        rounds: how many measurements.

    Returns:
        Units → name → (rounds,) milliseconds, each the shortest of 15 turns or more.
    """
    found = {}
    for units, some in progress(networks.items(), "milliseconds"):
        both = {**some, "lstm again": some["lstm"]}
        turns = rounds * max(15, 720 // units)  # short ones are disturbed more easily
        times = milliseconds(both, images, labels, turns, updates=max(1, 240 // units))
        found[units] = {name: each.reshape(-1, rounds).min(axis=0) for name, each in times.items()}
    return found


def ratios(times: Mapping[int, Mapping[str, Floats]], name: str) -> dict[int, Floats]:
    """Units → (rounds,) the time of a network over the LSTM's in the same round."""
    return {units: each[name] / each["lstm"] for units, each in times.items()}


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


def register_accuracies(
    network: SequenceClassifier, rate: float, seeds: Iterable[int], updates: int = 300
) -> Floats:
    """Accuracy on 1,000 new sequences of the register, from each seed: (seeds,)."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        inputs, labels = register(rng, updates * network.batch, network.steps)
        network.train(seed, inputs, labels, updates, rate)
        found.append(network.accuracy(*register(rng, 1000, network.steps)))
    return np.array(found)


def gates_needed(accuracy: Mapping[str, Floats]) -> str:
    """Which answer is right: "a" both gates, "b" update, "c" reset, "d" neither.

    A gate is needed where each GRU without it is a tenth worse than any with both gates.
    """
    update, reset = (
        accuracy["GRU"].min() - accuracy[f"no {gate} gate"].max() > 0.1
        for gate in ("update", "reset")
    )
    return "a" if update and reset else "b" if update else "c" if reset else "d"


def gates_by_command(found: Traces, commands: Integers) -> dict[str, dict[str, float]]:
    """The mean of each gate over all units, the first step left out: gate → command → mean."""
    return {
        gate: {
            name: float(each[:, 1:][commands[:, 1:] == place].mean())
            for place, name in enumerate(COMMANDS)
        }
        for gate, each in (("z", found.z), ("r", found.r))
    }


#: What the claim's control measures: name → what it means.
CONTROL = {
    "digits, GRU of 3 units": "accuracy less the LSTM's of 24 units",
    "register, update gate held at 0": "accuracy of such a GRU less the LSTM's",
    "time, LSTM over itself": "the same network of 24 units, timed twice",
}


def claim_as_good(
    differences: Mapping[str, Floats],
    times: Mapping[int, Mapping[str, Floats]],
    seeds: Sequence[int],
) -> Measurement:
    """C30, stated and measured: accuracy on two tasks, time at the smallest and the largest size.

    The sizes between are shown, without a rule: somewhere there the ratio passes 1.

    Args:
        differences: "digits", "register", and the first two names of `CONTROL` → (seeds,)
            accuracy less the LSTM's, 0 to 1.
        times: from `times_by_size`, in as many rounds as there are seeds: "gru" and "lstm" are
            Keras's own cells.
        seeds: one run each.
    """
    tasks = {f"{task}, GRU less LSTM": differences[task] for task in ("digits", "register")}
    clock = {f"time, {units} units": each for units, each in ratios(times, "gru").items()}
    ends = [f"time, {units} units" for units in (min(times), max(times))]
    again = ratios(times, "lstm again")[min(times)]
    small, without, itself = CONTROL
    controls = {small: differences[small], without: differences[without], itself: again}
    place = {seed: k for k, seed in enumerate(seeds)}
    stated_claim = claim(
        "C30",
        statement="A GRU is usually as good as an LSTM and takes less time, at "
        f"{min(times)} and {max(times)} units alike.",
        source="Lectures, LSTM and GRU; Chung, Gulcehre, Cho and Bengio (2014)",
        metric={
            **dict.fromkeys(tasks, "accuracy, at equal parameters, paired by seed"),
            **dict.fromkeys(clock, "an update of 64 digits on this CPU, GRU over LSTM"),
        },
        rule=[*(above(name, -0.03) for name in tasks), *(below(name, 1) for name in ends)],
        control="a GRU of 3 units and one without its update gate must be clearly worse, and the "
        "LSTM must take as long as itself",
        control_rule=[below(small, -0.1), below(without, -0.1), within(itself, 0.85, 1.15)],
        control_metric=CONTROL,
        seeds=seeds,
    )

    def of(values: Mapping[str, Floats]) -> Callable[[int], dict[str, float]]:
        return lambda seed: {name: float(each[place[seed]]) for name, each in values.items()}

    return stated_claim.measure(of({**tasks, **clock}), control=of(controls))


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
