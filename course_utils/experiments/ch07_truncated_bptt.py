"""Chapter 7: what a cut gradient misses, what is still learned with it, and where a network begins.

The measurements stand here; the figures in `plots.truncation_results`, which this module hands on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils import datasets
from course_utils.claims import Measurement, above, below, claim, within
from course_utils.plots.truncation_results import (
    draw_averages,
    draw_bias_and_memory,
    draw_cuts,
    draw_last_bits,
    draw_letters,
    draw_question,
    draw_reach,
    draw_robustness,
    draw_starts,
    draw_terms,
)
from course_utils.progress import progress
from course_utils.recurrent.cut_gradients import CutGradients, share_missing
from course_utils.recurrent.cut_training import CutTraining, at_borders, at_random
from course_utils.recurrent.memory import tensor_bytes
from course_utils.recurrent.scalar_network import ScalarNetwork
from course_utils.recurrent.starts import FittedStart, Sequences, Span, fit_start

__all__ = [
    "ChunkTraining",
    "CutGradients",
    "CutTraining",
    "LinearGradients",
    "NetworkGradients",
    "at_borders",
    "at_random",
    "average_errors",
    "bits_by_counting",
    "by_tau",
    "bytes_of_copies",
    "draw_averages",
    "draw_bias_and_memory",
    "draw_cuts",
    "draw_last_bits",
    "draw_letters",
    "draw_question",
    "draw_reach",
    "draw_robustness",
    "draw_starts",
    "draw_terms",
    "exponent",
    "fit_starts",
    "kept_bytes",
    "last_bit_task",
    "like_minibatching",
    "linear_gradients",
    "network_gradients",
    "noise_makes_robust",
    "not_averaged",
    "quadratic_memory",
    "reach_in_words",
    "robustness",
    "robustness_in_words",
    "shares_in_words",
    "shares_missed",
    "start_errors",
    "sunspot_sequences",
    "train_in_chunks",
]

Array = np.ndarray
Answer = Callable[..., Any]  # a student's function
Loss = Callable[[Any, Any], Any]  # loss(targets, outputs) → a scalar tensor

EARLIER = "zero, begun earlier"  # the network with the zero start, begun at its context
INPUT_NOISE = 0.5  # standard deviation of the noise on inputs, which are standardised


def bits_by_counting(bits: Array, delay: int, seen: int) -> float:
    """Bits per answer on held-out text, from counts of what goes with the latest `seen` bits.

    Args:
        bits: (N,) zeros and ones, N at least 320,000.
        delay: the answer is the bit of so many steps ago.
        seen: how many of the latest bits may be looked at, the present one included.

    Returns:
        The mean of −log2 p of the right answer.
    """
    code = np.zeros(len(bits), dtype="int64")
    for k in range(seen):
        code = 2 * code + np.roll(bits, k).astype("int64")
    answer = np.roll(bits, delay)
    fitted, held_out = slice(20, 300_000), slice(300_000, 320_000)
    yes = np.bincount(code[fitted], answer[fitted], minlength=2**seen) + 0.5
    both = np.bincount(code[fitted], minlength=2**seen) + 1.0
    p = (yes / both)[code[held_out]]
    return float(-np.mean(np.log2(np.where(answer[held_out] > 0, p, 1 - p))))


# --- the linear network ---------------------------------------------------------------------------


@dataclass(frozen=True)
class LinearGradients:
    """The gradient of the linear network, term by term, on the same windows.

    Attributes:
        terms: (N, T) for each window what the use of w adds that lies 0, 1, … steps back.
    """

    terms: Array

    def sliding(self, tau: int) -> float:
        """The share of the full gradient that is missing where every loss reaches τ uses back."""
        return self._missing(np.arange(self.terms.shape[1]) < tau)

    def at_borders(self, tau: int) -> float:
        """The same where the losses of a chunk reach 1, 2, … τ uses back."""
        return self._missing(_kept_at_borders(self.terms.shape[1], tau))

    def error_left(self, seed: int, cut: str, tau: int, count: int, repeats: int = 50) -> float:
        """Relative error of the mean gradient over `count` random windows: its root mean square.

        Args:
            seed: draws the windows, and the cuts where they are random.
            cut: "whole", "sliding", "borders" or "random": before each step with probability 1/τ,
                and what is not cut counts τ / (τ − 1) times (Tallec and Ollivier, 2017).
            tau: after how many steps, in chunks of how many, or after how many on average.
            count: windows in the mean.
            repeats: of the mean.
        """
        rng = np.random.default_rng(seed)
        steps = self.terms.shape[1]
        picked = self.terms[rng.integers(len(self.terms), size=(repeats, count))]
        if cut == "random":
            crossed = np.cumprod(rng.random((repeats, count, steps - 1)) >= 1 / tau, axis=2)
            crossed = crossed * (tau / (tau - 1)) ** np.arange(1, steps)
            kept = np.concatenate([np.ones((repeats, count, 1)), crossed], axis=2)
        else:
            lags = np.arange(steps)
            ways = {"whole": lags >= 0, "sliding": lags < tau}
            kept = ways[cut] if cut in ways else _kept_at_borders(steps, tau)
        means = (picked * kept).sum(axis=2).mean(axis=1)
        return float(np.sqrt(np.mean((means / self.terms.sum(1).mean() - 1) ** 2)))

    def _missing(self, kept: Array) -> float:
        return float(1 - (self.terms * kept).sum() / self.terms.sum())


def _kept_at_borders(steps: int, tau: int) -> Array:
    """(T,) the share of a chunk's losses that reach the use 0, 1, … steps back."""
    return np.maximum(0, 1 - np.arange(steps) / tau)


def linear_gradients(
    truncated_gradient: Answer, w: float, windows: Sequence[Array]
) -> LinearGradients:
    """Take the student's gradient of each window apart: cut one step later it has one term more.

    Args:
        truncated_gradient: the student's `truncated_gradient(w, xs, tau)`.
        w: the weight of the linear network.
        windows: N arrays (T,).

    Returns:
        The terms.
    """
    reach = range(1, len(windows[0]) + 1)
    sums = [[float(truncated_gradient(w, xs, tau)) for tau in reach] for xs in windows]
    return LinearGradients(np.diff(np.array(sums), axis=1, prepend=0))


def shares_in_words(w: float, sliding: Mapping[int, float], at_borders: Mapping[int, float]) -> str:
    """A table: what is missing for each τ of `at_borders`, measured and by the formulas."""
    taus = list(at_borders)
    means = [float(np.mean(w ** np.arange(1, tau + 1))) for tau in taus]
    rows = {
        "τ": [f"{tau:8}" for tau in taus],
        "sliding": [f"  ~{sliding[tau]:.3f}" for tau in taus],
        "  w^τ": [f"{w**tau:8.3f}" for tau in taus],
        "at chunk borders": [f"  ~{at_borders[tau]:.3f}" for tau in taus],
        "  mean of w^j": [f"{mean:8.3f}" for mean in means],
    }
    table = [f"{name:17}" + "".join(cells) for name, cells in rows.items()]
    return "\n".join(["Share missing, measured on sunspots and by the formulas:", *table])


def average_errors(
    linear: LinearGradients, tau: int, counts: Sequence[int]
) -> dict[str, list[float]]:
    """How it is cut → the error of the mean gradient over each number of windows."""
    ways = {
        "whole (a minibatch)": "whole",
        "random cuts": "random",
        f"sliding, τ = {tau}": "sliding",
        f"chunks of {tau}": "borders",
    }
    return {
        label: [linear.error_left(0, way, tau, count) for count in progress(counts, way)]
        for label, way in ways.items()
    }


def shares_missed(
    train_chunk: Answer, w: float, series: Array, taus: Sequence[int]
) -> dict[int, float]:
    """What the student's `train_chunk` misses of dL/dw, for the mean state of the linear network.

    Args:
        train_chunk: the student's function.
        w: the weight; it is put back after each update.
        series: (T,) the inputs, T a multiple of each τ.
        taus: chunk lengths.

    Returns:
        τ → the share of the gradient of the whole series that is missing.
    """
    import keras

    model, optimizer = ScalarNetwork(w), keras.optimizers.SGD(1.0)

    def mean_gradient(steps: int) -> float:
        states, gradients = [np.zeros((1, 1), "float32")], []
        for xs in np.asarray(series, "float32").reshape(-1, 1, steps, 1):
            model.w.assign(w)
            _, states = train_chunk(model, optimizer, states, xs, xs, _mean_output)
            gradients.append(w - float(model.w.numpy()))  # the step of an SGD whose rate is 1
        return float(np.mean(gradients))

    whole = mean_gradient(len(series))
    return {tau: 1 - mean_gradient(tau) / whole for tau in taus}


def _mean_output(targets: Any, outputs: Any) -> Any:
    from keras import ops

    return ops.mean(outputs)


# --- training by chunks ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ChunkTraining:
    """What one pass over a stream gave.

    Attributes:
        losses: the loss of each chunk, before its update.
        tokens_per_second: steps over all rows, per second.
    """

    losses: tuple[float, ...]
    tokens_per_second: float


def train_in_chunks(
    train_chunk: Answer, model: Any, optimizer: Any, loss: Loss, inputs: Array, targets: Array
) -> ChunkTraining:
    """One pass over a stream with the student's `train_chunk`, the states carried on.

    Args:
        train_chunk: the student's function.
        model: a `CarriedModel`.
        optimizer: a Keras optimizer.
        loss: `loss(targets, outputs)`.
        inputs: (chunks, batch, steps, F).
        targets: (chunks, batch, steps, O).

    Returns:
        Losses and speed.
    """
    begin = time.perf_counter()
    states, losses = model.initial_states(inputs.shape[1]), []
    for xs, ys in progress(list(zip(inputs, targets, strict=True)), "your train_chunk"):
        value, states = train_chunk(model, optimizer, states, xs, ys, loss)
        losses.append(value)
    tokens = float(np.prod(inputs.shape[:3]))
    return ChunkTraining(tuple(losses), tokens / (time.perf_counter() - begin))


def kept_bytes(train_chunk: Answer, model: Any, loss: Loss, inputs: Array, targets: Array) -> int:
    """The most bytes that a tape holds while the chunks are trained one after the other.

    Args:
        train_chunk: the student's function; it calls the loss at the end of the way forward, where
            the bytes are counted.
        model: a `CarriedModel`.
        loss: `loss(targets, outputs)`.
        inputs: (chunks, batch, steps, F).
        targets: (chunks, batch, steps, O).

    Returns:
        The bytes beyond those that were alive before, at least 1.
    """
    import keras

    optimizer, states = keras.optimizers.SGD(0.01), model.initial_states(inputs.shape[1])
    seen: list[int] = []

    def watching_loss(wanted: Any, outputs: Any) -> Any:
        seen.append(tensor_bytes())
        return loss(wanted, outputs)

    before = tensor_bytes()
    for xs, ys in zip(inputs, targets, strict=True):
        _, states = train_chunk(model, optimizer, states, xs, ys, watching_loss)
    return max(max(seen) - before, 1)


def exponent(lengths: Sequence[int], sizes: Sequence[int]) -> float:
    """The p of sizes proportional to length to the p, to three digits."""
    return round(float(np.polyfit(np.log(lengths), np.log(sizes), 1)[0]), 3) + 0.0


def bytes_of_copies(model: Any, loss: Loss, xs: Array, ys: Array) -> int:
    """The bytes held when each step's loss has a run and a tape of its own, and all are kept.

    Args:
        model: a `CarriedModel`.
        loss: `loss(targets, outputs)`.
        xs: (B, T, F).
        ys: (B, T, O).

    Returns:
        The bytes beyond those that were alive before, at least 1.
    """
    import tensorflow as tf

    before, kept = tensor_bytes(), []
    for steps in range(1, xs.shape[1] + 1):
        with tf.GradientTape() as tape:
            outputs, _ = model(xs[:, :steps], model.initial_states(len(xs)))
            kept.append((tape, loss(ys[:, steps - 1], outputs[:, -1])))
    return max(tensor_bytes() - before, 1)


def quadratic_memory(grows: float, copies: float) -> Measurement:
    """C18, measured: how does the memory of training grow with the length?

    Args:
        grows: the exponent of what the tape keeps without truncation.
        copies: the exponent where each step's loss has a tape of its own.

    Returns:
        The claim.
    """
    stated_claim = claim(
        "C18",
        statement="Without truncation the memory of training grows quadratically with the length.",
        source="Lectures, truncated BPTT",
        metric={"memory exponent": "the p of T^p: 1 is linear, 2 is quadratic"},
        rule=[within("memory exponent", 1.8, 2.2)],
        control="a tape kept for the loss of each step: memory must be quadratic",
        control_metric={"memory exponent, a tape a step": "the same where every tape is kept"},
        control_rule=[within("memory exponent, a tape a step", 1.8, 2.2)],
        exact=True,
        reason="the bytes that a tape holds depend on shapes, not on any random number",
    )
    return stated_claim.measure(lambda seed: grows, control=lambda seed: copies)


# --- the GRU's gradients, and two claims ----------------------------------------------------------


@dataclass(frozen=True)
class NetworkGradients:
    """What one trained GRU's gradient misses, as shares of the full gradient's norm.

    Attributes:
        sliding: τ → the share where every loss reaches τ steps back.
        at_borders: τ → the share where chunks have τ steps.
        left: how it is cut → the error of the mean over 2,048 windows.
    """

    sliding: Mapping[int, float]
    at_borders: Mapping[int, float]
    left: Mapping[str, float]


def network_gradients(gradients: CutGradients, seed: int, taus: Sequence[int]) -> NetworkGradients:
    """Cut the gradient of the network as it is now, in many ways.

    Args:
        gradients: of a network.
        seed: draws the windows.
        taus: divisors of the chunk of `gradients`, from the shortest to the longest.

    Returns:
        What is missing.
    """
    full, last = gradients.full(seed, 2), gradients.full(seed, 2, last_loss=True)
    sliding = {tau: share_missing(gradients.sliding(seed, tau, 2), last) for tau in taus}
    borders = {tau: share_missing(gradients.at_borders(seed, tau, 2), full) for tau in taus}
    reference = gradients.full(1000 + seed, 16)
    means = {
        "full gradient": gradients.full(2000 + seed, 8),
        "random cuts": gradients.at_random(2000 + seed, 1 / 8, 8),
        **{
            f"chunks of {tau}": gradients.at_borders(2000 + seed, tau, 8)
            for tau in (taus[0], taus[-1])
        },
    }
    left = {name: share_missing(mean, reference) for name, mean in means.items()}
    return NetworkGradients(sliding, borders, left)


def by_tau(
    networks: Sequence[NetworkGradients],
) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
    """What a sliding cut misses and what a cut at borders misses: τ → one share per network."""
    taus = list(networks[0].sliding)
    sliding = {tau: [each.sliding[tau] for each in networks] for tau in taus}
    return sliding, {tau: [each.at_borders[tau] for each in networks] for tau in taus}


def reach_in_words(reached: Mapping[str, Sequence[float]]) -> str:
    """A line for each way to cut: the least and most bits per answer, and the median."""
    lines = []
    for name, runs in reached.items():
        spread = f"~{min(runs):.2f} to ~{max(runs):.2f} bits, median ~{np.median(runs):.2f}."
        lines.append(f"{' '.join(name.split()):14}: {spread}")
    return "\n".join(lines)


def not_averaged(networks: Sequence[NetworkGradients]) -> Measurement:
    """C17, measured: is truncation biased, or just noisy?

    Args:
        networks: one for each seed.

    Returns:
        The claim.
    """
    words = "relative error of the mean gradient over 2,048 windows, "
    stated_claim = claim(
        "C17",
        statement="Truncation is biased: its errors do not average out.",
        source="Lectures, truncated BPTT",
        metric={
            "error left, chunks of 4": words + "cut at chunk borders, GRU on text",
            "error left, chunks of 32": words + "the same with longer chunks",
        },
        rule=[above("error left, chunks of 4", 0.1), above("error left, chunks of 32", 0.1)],
        control="nothing is cut, or the cuts are random and what is left counts for more",
        control_metric={
            "error left, full gradient": words + "not cut, as in a minibatch",
            "error left, random cuts": words + "one cut in 8 steps, the rest weighted",
        },
        control_rule=[
            below("error left, full gradient", 0.1),
            below("error left, random cuts", 0.1),
        ],
        seeds=range(len(networks)),
    )

    def left(seed: int, *names: str) -> dict[str, float]:
        return {f"error left, {name}": networks[seed].left[name] for name in names}

    return stated_claim.measure(
        lambda seed: left(seed, "chunks of 4", "chunks of 32"),
        control=lambda seed: left(seed, "full gradient", "random cuts"),
    )


def like_minibatching(
    short: Sequence[float],
    long: Sequence[float],
    few: Sequence[float],
    networks: Sequence[NetworkGradients],
) -> Measurement:
    """C16, measured: does truncation give cheap updates whose errors average out?

    Args:
        short: bits per answer of each seed after one pass with chunks of 32 steps.
        long: the same with chunks of 512.
        few: the same with chunks of 32, but no more updates than the long chunks have.
        networks: one for each seed.

    Returns:
        The claim.
    """
    stated_claim = claim(
        "C16",
        statement="Truncation is like minibatching: many cheap updates, and errors that average "
        "out.",
        source="Lectures, truncated BPTT",
        metric={
            "bits saved": "by chunks of 32 steps over chunks of 512, after equally much text",
            "error left": "relative error of the mean gradient over 2,048 windows, chunks of 32",
        },
        rule=[above("bits saved", 0.1), below("error left", 0.1)],
        control="chunks of 32 with as few updates as those of 512; the full gradient",
        control_metric={
            "bits saved, few updates": "by chunks of 32 steps with as few updates",
            "error left, full gradient": "the same error where nothing is cut",
        },
        control_rule=[
            below("bits saved, few updates", 0.1),
            below("error left, full gradient", 0.1),
        ],
        seeds=range(len(short)),
    )
    return stated_claim.measure(
        lambda seed: {
            "bits saved": long[seed] - short[seed],
            "error left": networks[seed].left["chunks of 32"],
        },
        control=lambda seed: {
            "bits saved, few updates": long[seed] - few[seed],
            "error left, full gradient": networks[seed].left["full gradient"],
        },
    )


# --- where a network begins -----------------------------------------------------------------------


def sunspot_sequences(context: int, steps: int, first_test: int) -> Sequences:
    """Cut the yearly sunspot numbers.

    Args:
        context: C, how many years before a sequence are its context.
        steps: T, how many years a sequence has.
        first_test: the year from which on the years are for testing; the numbers are standardised
            by the mean and the standard deviation of the years before.

    Returns:
        The sequences.
    """
    years, spots = datasets.sunspots_yearly()
    border = int(np.searchsorted(years, first_test))
    centre, spread = spots[:border].mean(), spots[:border].std()
    series = ((spots - centre) / spread).astype("float32")

    def span(begin: int, end: int) -> Span:
        firsts = np.arange(begin, end - context - steps)
        cut = series[firsts[:, None] + np.arange(context + steps + 1)]
        return cut[:, :context], cut[:, context:-1, None], cut[:, context + 1 :, None]

    return Sequences(span(0, border), span(border, len(series)), float(spread))


def fit_starts(
    make_model: Callable[[str], Any],
    kinds: Sequence[str],
    data: Sequences,
    units: int,
    disturb: Callable[[np.random.Generator, int], Array],
    updates: int = 300,
) -> dict[str, FittedStart]:
    """Fit networks with each kind of start: five of "learned" and "encoded", eight of the others.

    Args:
        make_model: `make_model(kind)`, a new network: see `starts.fit_start`.
        kinds: the kinds; the one called "noisy" is disturbed while it is trained.
        data: the sequences.
        units: the size of the networks' state.
        disturb: `disturb(rng, rows)` → (rows, units).
        updates: of each network.

    Returns:
        Kind → its networks.
    """

    def fitted(kind: str) -> FittedStart:
        seeds = range(5 if kind in ("learned", "encoded") else 8)
        noise = disturb if kind == "noisy" else None
        return fit_start(lambda: make_model(kind), data, units, seeds, noise, updates)

    return {kind: fitted(kind) for kind in progress(kinds, "four starts")}


def start_errors(fitted: Mapping[str, FittedStart], disturbance: float) -> dict[str, Array]:
    """Kind → the test error at each step after the start, (T,): the mean over five networks.

    A rival is added: the "zero" networks, begun at the context's first year.

    Args:
        fitted: kind → its networks.
        disturbance: standard deviation of the noise that is added to the first state.
    """
    earlier = {EARLIER: fitted["zero"]} if "zero" in fitted else {}
    runs = [(kind, each, kind in earlier) for kind, each in {**fitted, **earlier}.items()]
    return {
        kind: np.mean([each.errors(seed, disturbance, 0.0, begun) for seed in range(5)], 0)
        for kind, each, begun in runs
    }


def robustness(
    fitted: Mapping[str, FittedStart], start_noise: float
) -> dict[str, dict[str, Array]]:
    """The test error over all steps, (8,), by what disturbs the test and by the network.

    Args:
        fitted: kind → its networks; eight of "zero" and of "noisy" are taken.
        start_noise: standard deviation of the noise on the first state.

    Returns:
        "nothing", "start" or "inputs" → "zero", "noisy" or "zero, begun earlier" → the errors.
    """
    rows = {"zero": ("zero", False), "noisy": ("noisy", False), EARLIER: ("zero", True)}
    disturbances = {"nothing": (0, 0), "start": (start_noise, 0), "inputs": (0, INPUT_NOISE)}

    def error(kind: str, seed: int, noise: tuple[float, float], earlier: bool) -> float:
        return float(np.sqrt(np.mean(fitted[kind].errors(seed, *noise, earlier) ** 2)))

    return {
        disturbed: {
            name: np.array([error(kind, seed, noise, earlier) for seed in range(8)])
            for name, (kind, earlier) in rows.items()
        }
        for disturbed, noise in disturbances.items()
    }


def robustness_in_words(errors: Mapping[str, Mapping[str, Array]]) -> str:
    """A line for each disturbance: the mean error of each kind."""
    return "\n".join(
        f"Disturbed: {name:8} "
        + ", ".join(f"{kind} ~{runs.mean():.1f}" for kind, runs in of.items())
        for name, of in errors.items()
    )


def noise_makes_robust(errors: Mapping[str, Mapping[str, Array]]) -> Measurement:
    """C19, measured: against what does a noisy start help?

    Args:
        errors: as `robustness` gives them.

    Returns:
        The claim.
    """

    def gain(seed: int, disturbance: str) -> float:
        of = errors[disturbance]
        return float(1 - of["noisy"][seed] / of["zero"][seed])

    words = "share of the error that training with a noisy start takes away, over 12 years"
    stated_claim = claim(
        "C19",
        statement="A noisy initial state makes the network robust.",
        source="Lectures, initial state; Zimmermann, Tietz and Grothmann (2012)",
        metric={
            "gain, start disturbed": words,
            "gain, inputs disturbed": "the same where the noise is on the inputs",
        },
        rule=[above("gain, start disturbed", 0.05), above("gain, inputs disturbed", 0.05)],
        control="where nothing is disturbed there must be no such gain",
        control_metric={"gain, nothing disturbed": "the same error, no noise in the test"},
        control_rule=[below("gain, nothing disturbed", 0.05)],
        seeds=range(8),
    )
    return stated_claim.measure(
        lambda seed: {
            "gain, start disturbed": gain(seed, "start"),
            "gain, inputs disturbed": gain(seed, "inputs"),
        },
        control=lambda seed: {"gain, nothing disturbed": gain(seed, "nothing")},
    )


def last_bit_task(seed: int, chunks: int = 60, batch: int = 16) -> tuple[Array, Array]:
    """Each chunk shows a bit at its third step; the targets are the bit that was shown last.

    Returns:
        inputs: (chunks, batch, 4, 1), −1 or 1 at the third step, 0 elsewhere.
        targets: (chunks, batch, 4, 1), 0 or 1; at the first two steps the bit of the chunk before.
    """
    shown = np.random.default_rng(seed).integers(0, 2, size=(chunks + 1, batch))
    inputs = np.zeros((chunks, batch, 4, 1), dtype="float32")
    inputs[:, :, 2, 0] = 2 * shown[1:] - 1
    targets = np.repeat(shown[1:, :, None, None], 4, axis=2).astype("float32")
    targets[:, :, :2] = shown[:-1, :, None, None]
    return inputs, targets
