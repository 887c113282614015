"""Chapter 7: what a cut gradient misses, what is still learned with it, and where a network begins.

The measurements stand here; the figures in `plots.truncation_results`, which this module hands on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils import datasets
from course_utils.claims import Measurement, above, below, claim
from course_utils.claims.intervals import student_interval
from course_utils.plots.truncation_results import (
    draw_averages,
    draw_bias_and_memory,
    draw_last_bits,
    draw_letters,
    draw_question,
    draw_reach,
    draw_starts,
    draw_terms,
)
from course_utils.progress import progress
from course_utils.recurrent.afresh import begin_anew
from course_utils.recurrent.cut_gradients import CutGradients, share_missing
from course_utils.recurrent.memory import tensor_bytes
from course_utils.recurrent.starts import FittedStart, Sequences, Span, fit_start

__all__ = [
    "ChunkTraining",
    "CutGradients",
    "LinearGradients",
    "begin_anew",
    "bits_by_counting",
    "draw_averages",
    "draw_bias_and_memory",
    "draw_last_bits",
    "draw_letters",
    "draw_question",
    "draw_reach",
    "draw_starts",
    "draw_terms",
    "exponent",
    "fit_starts",
    "half_widths",
    "kept_bytes",
    "last_bit_task",
    "like_minibatching",
    "linear_gradients",
    "not_averaged",
    "share_missing",
    "start_errors",
    "sunspot_sequences",
    "train_in_chunks",
]

Array = np.ndarray
Answer = Callable[..., Any]  # a student's function
Loss = Callable[[Any, Any], Any]  # loss(targets, outputs) → a scalar tensor


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
    """Full and cut gradients of the linear network on the same windows.

    Attributes:
        full: (N,) the full gradient of each window.
        cut: τ → (N,) the gradient of each window, cut after τ steps.
    """

    full: Array
    cut: Mapping[int, Array]

    def bias(self, tau: int) -> float:
        """The share of the full gradient that the cut one misses, over all windows."""
        return float(1 - self.cut[tau].mean() / self.full.mean())

    def error_left(self, seed: int, tau: int, count: int, repeats: int = 50) -> float:
        """Relative error of the mean over `count` random windows: its root mean square."""
        rng = np.random.default_rng(seed)
        picked = rng.choice(self.cut[tau], size=(repeats, count))
        return float(np.sqrt(np.mean((picked.mean(1) / self.full.mean() - 1) ** 2)))


def linear_gradients(
    truncated_gradient: Answer, w: float, windows: Sequence[Array], taus: Iterable[int]
) -> LinearGradients:
    """Take the student's gradient of each window, whole and cut.

    Args:
        truncated_gradient: the student's `truncated_gradient(w, xs, tau)`.
        w: the weight of the linear network.
        windows: N arrays (T,).
        taus: after how many steps to cut; T itself is added.

    Returns:
        The gradients.
    """
    length = len(windows[0])
    cut = {
        tau: np.array([float(truncated_gradient(w, xs, tau)) for xs in windows])
        for tau in [*taus, length]
    }
    return LinearGradients(cut[length], cut)


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


def half_widths(runs: Array) -> Array:
    """(K, S) numbers of S seeds → (K,): half of each mean's 95% interval (Student's t)."""
    spans = [student_interval(tuple(map(float, row))) for row in runs]
    return np.array([(span.high - span.low) / 2 for span in spans])


# --- two claims -----------------------------------------------------------------------------------


def not_averaged(
    linear: LinearGradients, gru: CutGradients, reference: Array, length: int
) -> Measurement:
    """C17, measured: is truncation biased, or just noisy?

    Args:
        linear: the linear network's gradients.
        gru: the trained GRU's.
        reference: (P,) the GRU's full gradient, averaged over many windows.
        length: the τ at which nothing of the linear network's gradient is cut.

    Returns:
        The claim.
    """

    def error_left(seed: int, linear_tau: int, network_tau: int) -> dict[str, float]:
        """Relative error of the mean gradient over 4096 windows, linear and GRU."""
        return {
            "linear": linear.error_left(seed, linear_tau, 4096),
            "network": share_missing(gru.average(seed, network_tau, 16), reference),
        }

    stated_claim = claim(
        "C17",
        statement="Truncation is biased: its errors do not average out.",
        source="Lectures, truncated BPTT",
        metric={
            "linear": "linear network on sunspots, cut after 4: relative error of the mean over "
            "4096 windows",
            "network": "GRU on text, cut after 4: the same",
        },
        rule=[above("linear", 0.3), above("network", 0.3)],
        control="full gradients of as many random windows, as in a minibatch, must average out",
        control_rule=[below("linear", 0.3), below("network", 0.3)],
        seeds=range(5),
    )
    return stated_claim.measure(
        lambda seed: error_left(seed, 4, 4),
        control=lambda seed: error_left(seed, length, gru.window),
    )


def like_minibatching(
    linear: LinearGradients,
    long_bits: Sequence[float],
    bits_after: Callable[[int, int, int], float],
    length: int,
) -> Measurement:
    """C16, measured: does truncation give cheap updates whose errors average out?

    Args:
        linear: the linear network's gradients.
        long_bits: five seeds' bits per answer after one pass in 16 rows with chunks of 512 steps.
        bits_after: `bits_after(seed, batch, tau)`, the same for other chunks.
        length: the τ at which nothing of the linear network's gradient is cut.

    Returns:
        The claim.
    """

    def against_long(seed: int, batch: int, tau: int) -> dict[str, float]:
        return {
            "gain": long_bits[seed] - bits_after(seed, batch, 32),
            "left": linear.error_left(seed, tau, 1024) / linear.error_left(seed, tau, 16),
        }

    stated_claim = claim(
        "C16",
        statement="Truncation is like minibatching.",
        source="Lectures, truncated BPTT",
        metric={
            "gain": "bits per answer that chunks of 32 save over chunks of 512, at equal tokens",
            "left": "error of the cut gradient's mean over 1024 windows, over that with 16 windows",
        },
        rule=[above("gain", 0.1), below("left", 0.4)],
        control="as few updates as the long chunks bring no gain; a true minibatch averages out",
        control_rule=[below("gain", 0.1), below("left", 0.4)],
        seeds=range(len(long_bits)),
    )
    return stated_claim.measure(
        lambda seed: against_long(seed, 16, 4),
        control=lambda seed: against_long(seed, 256, length),
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
    """Fit networks with each kind of start: eight of "zero" and "noisy", five of the others.

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
        seeds = range(8 if kind in ("zero", "noisy") else 5)
        noise = disturb if kind == "noisy" else None
        return fit_start(lambda: make_model(kind), data, units, seeds, noise, updates)

    return {kind: fitted(kind) for kind in progress(kinds, "four starts")}


def start_errors(fitted: Mapping[str, FittedStart], disturbance: float) -> dict[str, Array]:
    """Kind → the test error at each step after the start, (T,): the mean over five networks.

    Args:
        fitted: kind → its networks.
        disturbance: standard deviation of the noise that is added to the first state.
    """
    return {
        kind: np.mean([each.errors(seed, disturbance) for seed in range(5)], 0)
        for kind, each in fitted.items()
    }


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
