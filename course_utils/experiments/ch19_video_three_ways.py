"""Chapter 19: clips of laws of motion, rules without weights, what three networks cost and name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from course_utils import datasets
from course_utils.claims import Measurement, above, below, claim
from course_utils.plots.motion_rules import draw_energy, draw_headings, draw_repair
from course_utils.plots.three_scores import KINDS
from course_utils.progress import progress
from course_utils.recurrent.clip_costs import Cost, costs
from course_utils.recurrent.clip_trainer import ClipTrainer
from course_utils.recurrent.motion_reading import (
    headings,
    ink_changed,
    motion_energy,
    named_by_heading,
)

__all__ = [
    "CLEARLY",
    "KINDS",
    "RATES",
    "Cost",
    "Run",
    "Source",
    "by_pair",
    "claim_cheapest",
    "claim_fewest_operations",
    "claim_names_most",
    "confusion",
    "costs",
    "draw_energy",
    "draw_headings",
    "draw_repair",
    "headings",
    "in_a_mirror",
    "ink_changed",
    "interval",
    "most_confused",
    "motion_energy",
    "named_by_heading",
    "pair_scores",
    "single_frame_score",
    "source",
    "train_and_test",
    "tune",
    "unbalanced_names",
]

#: Adam's rates: for each network the best of a grid, by `tune` on seeds 30 to 37.
RATES = {"CNN+LSTM": 0.005, "ConvLSTM": 0.005, "Conv3D": 0.01}

_ACTIONS = ("Basketball", "JumpingJack", "PullUps", "PushUps", "YoYo")
_SIZE = (12, 12)  # pixels of a frame of digits

Labelled: TypeAlias = datasets.Clips | datasets.ActionClips
#: Part and seed → clips with their laws.
Draw: TypeAlias = Callable[[Literal["train", "test"], int], Labelled]


class Source(NamedTuple):
    """The names of the laws, and a function of part and seed that draws clips of them."""

    names: tuple[str, ...]
    draw: Draw


@dataclass(frozen=True)
class Run:
    """One training, and what the network then says of N test clips.

    Attributes:
        seed: of the training.
        right: the share of clips that are named rightly.
        right_shuffled: the same on clips whose frames are shuffled.
        named: (N,) the laws that it names.
        laws: (N,) the true ones.
        milliseconds: of training, for each clip, in the epoch that was disturbed least.
    """

    seed: int
    right: float
    right_shuffled: float
    named: np.ndarray
    laws: np.ndarray
    milliseconds: float


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean and half-width of the 95% interval of five numbers (Student's t, 4 degrees)."""
    return float(np.mean(values)), float(2.776 * np.std(values, ddof=1) / np.sqrt(5))


# --- clips, and what one frame says --------------------------------------------------------------


def source(kind: str) -> Source:
    """Where the clips of the chapter come from.

    Args:
        kind: "digits": 640 clips to learn from or 600 to test with, of other digits, 8 frames of
            12 × 12 pixels; or "ucf101": the videos of five actions, in the official split, which no
            seed changes. That is a download.

    Raises:
        ValueError: it is neither.
    """
    if kind == "digits":
        laws = datasets.LAWS[:6]

        def draw(part: Literal["train", "test"], seed: int) -> Labelled:
            count, first = (640, 0) if part == "train" else (600, 1000)
            return datasets.moving_digits(
                count, size=_SIZE, laws=laws, part=part, seed=first + seed
            )

        return Source(laws, draw)
    if kind != "ucf101":
        raise ValueError(f'the source is "digits" or "ucf101", got {kind!r}.')
    parts: tuple[Literal["train", "test"], ...] = ("train", "test")
    loaded = {part: datasets.ucf101(_ACTIONS, part, frames=8, size=(32, 32)) for part in parts}
    return Source(_ACTIONS, lambda part, seed: loaded[part])


def single_frame_score(draw: Draw, seed: int) -> float:
    """The share of test clips that a random forest names rightly when it sees the middle frame."""
    train, test = draw("train", seed), draw("test", seed)
    return float(np.mean(_forest_names(train, test, 100, seed) == test.laws))


def _forest_names(train: Labelled, test: Labelled, trees: int, seed: int) -> np.ndarray:
    """(N,) the laws that a random forest names for the middle frames of the test clips."""
    from sklearn.ensemble import RandomForestClassifier

    middle = train.videos.shape[1] // 2
    forest = RandomForestClassifier(trees, random_state=seed)
    forest.fit(train.videos[:, middle].reshape(len(train.laws), -1), train.laws)
    return forest.predict(test.videos[:, middle].reshape(len(test.laws), -1))


# --- three networks ------------------------------------------------------------------------------


def train_and_test(
    build: Callable[[Any, int], Any],
    origin: Source,
    shuffle: Callable[[np.ndarray, np.random.Generator], Any],
    epochs: int,
    seeds: Sequence[int],
    rate: float,
    what: str,
) -> list[Run]:
    """Train a network from fresh weights for each seed, on clips of its own, and test it.

    Args:
        build: the student's function of a clip's shape and the number of classes.
        origin: the clips, of `source`.
        shuffle: the student's shuffle_frames.
        epochs: how often each training clip is seen.
        seeds: one for each run.
        rate: Adam's learning rate.
        what: what the progress bar says.
    """
    first = origin.draw("train", 0)
    trainer = ClipTrainer(lambda: build(first.videos.shape[1:], len(origin.names)), rate=rate)
    trainer.fit(first.videos, first.laws, 1)  # the graph is traced here, so no time below has it
    runs = []
    for seed in progress(seeds, what):
        train, test = origin.draw("train", seed), origin.draw("test", seed)
        trainer.fit(train.videos, train.laws, epochs, seed)
        mixed = np.asarray(shuffle(test.videos, np.random.default_rng(seed)))
        named, named_mixed = (
            np.asarray(trainer.model(each)).argmax(axis=1) for each in (test.videos, mixed)
        )
        runs.append(
            Run(
                seed=seed,
                right=float(np.mean(named == test.laws)),
                right_shuffled=float(np.mean(named_mixed == test.laws)),
                named=named,
                laws=test.laws,
                milliseconds=1000 * min(trainer.seconds) / len(train.laws),
            )
        )
    return runs


def tune(
    build: Callable[[Any, int], Any],
    origin: Source,
    epochs: int,
    rates: Sequence[float] = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04),
    seeds: Sequence[int] = range(30, 38),
) -> dict[float, float]:
    """Rate → the mean share named rightly of validation clips: other clips of training digits."""
    clips = {
        seed: (origin.draw("train", seed), origin.draw("train", seed + 5000)) for seed in seeds
    }
    shape = clips[seeds[0]][0].videos.shape[1:]
    found = {}
    for rate in progress(rates, "rates"):
        trainer = ClipTrainer(partial(build, shape, len(origin.names)), rate=rate)
        right = []
        for seed, (train, valid) in clips.items():
            trainer.fit(train.videos, train.laws, epochs, seed)
            named = np.asarray(trainer.model(valid.videos)).argmax(axis=1)
            right.append(float(np.mean(named == valid.laws)))
        found[rate] = float(np.mean(right))
    return found


def confusion(runs: Sequence[Run], classes: int) -> np.ndarray:
    """(K, K): of the clips of each law (row), the shares that were named each law (column)."""
    counts = np.zeros((classes, classes))
    for run in runs:
        np.add.at(counts, (run.laws, run.named), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def most_confused(matrices: Mapping[str, np.ndarray], names: Sequence[str]) -> tuple[str, str]:
    """The two laws that are most often taken for each other, over all networks' confusions."""
    total = np.sum([matrix + matrix.T for matrix in matrices.values()], axis=0)
    np.fill_diagonal(total, -1)
    first, second = sorted(np.unravel_index(total.argmax(), total.shape))
    return names[first], names[second]


def by_pair(matrix: np.ndarray) -> list[tuple[float, float]]:
    """For each pair of laws that are each other's reversal, from a confusion (K, K).

    Returns:
        The share of its clips that are named rightly, and of those named one of the two the share
        that are named the right one.
    """
    pairs = [matrix[k : k + 2, k : k + 2] for k in range(0, len(matrix) - 1, 2)]
    return [(float(np.trace(p) / 2), float(np.trace(p) / max(p.sum(), 1e-9))) for p in pairs]


def pair_scores(runs: Sequence[Run], names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Pair of laws → the share of its clips named rightly, mean and half of the 95% interval."""
    rows = np.array([[right for right, _ in by_pair(confusion([run], len(names)))] for run in runs])
    pairs = [f"{names[2 * k]}, {names[2 * k + 1]}" for k in range(rows.shape[1])]
    return dict(zip(pairs, map(interval, rows.T), strict=True))


# --- the same clips in a mirror ------------------------------------------------------------------


def in_a_mirror(origin: Source) -> Source:
    """The six laws' clips with rows for columns: what went to the right goes down.

    Raises:
        ValueError: when drawn, the clips are not digits.
    """
    other = np.array([2, 3, 0, 1, 5, 4])  # right ↔ down, left ↔ up, and circles the other way round

    def draw(part: Literal["train", "test"], seed: int) -> Labelled:
        clips = origin.draw(part, seed)
        if not isinstance(clips, datasets.Clips):
            raise ValueError("only the digits' laws have a mirror image; take source('digits').")
        return datasets.Clips(
            clips.videos.swapaxes(2, 3), other[clips.laws], clips.digits, clips.places[..., ::-1]
        )

    return Source(origin.names, draw)


# --- the claim, taken apart ----------------------------------------------------------------------

#: Below this share of a rival's cost, a cost is clearly less.
CLEARLY = 0.67
_SOURCE = "Lectures, video; Ji, Xu, Yang and Yu (2013)"


def claim_names_most(results: Mapping[str, Sequence[Run]], clips: int, epochs: int) -> Measurement:
    """C32, the first reading: it is right most often.

    Args:
        results: name → runs, of `train_and_test`, with the same seeds.
        clips: how many each network has learned from.
        epochs: how often.
    """
    runs = {kind: {run.seed: run for run in results[kind]} for kind in KINDS}
    rivals = {f"lead over {kind}": kind for kind in ("ConvLSTM", "CNN+LSTM")}
    stated_claim = claim(
        "C32",
        statement="3D convolution is the most important of the three video options: it names most "
        f"laws of motion (equal weights, {clips} clips, {epochs} epochs).",
        source=_SOURCE,
        metric={
            name: f"share of clips that Conv3D names rightly, minus {kind}'s, same clips"
            for name, kind in rivals.items()
        },
        rule=[above(name, 0) for name in rivals],
        control="with shuffled frames there is no motion to be read, and the lead must be gone",
        control_metric={
            f"{name}, shuffled": f"the same on clips with shuffled frames, over {kind}"
            for name, kind in rivals.items()
        },
        control_rule=[below(f"{name}, shuffled", 0.05) for name in rivals],
        seeds=[run.seed for run in results["Conv3D"]],
    )
    return stated_claim.measure(
        lambda seed: {
            name: runs["Conv3D"][seed].right - runs[kind][seed].right
            for name, kind in rivals.items()
        },
        control=lambda seed: {
            f"{name}, shuffled": runs["Conv3D"][seed].right_shuffled
            - runs[kind][seed].right_shuffled
            for name, kind in rivals.items()
        },
    )


def claim_cheapest(results: Mapping[str, Sequence[Run]], prices: Mapping[str, Cost]) -> Measurement:
    """C32, the second reading: it costs clearly less to train.

    Args:
        results: name → runs, of `train_and_test`, with the same seeds.
        prices: name → cost, of `costs`.
    """
    names = ("memory", "training time")

    spent = {kind: min(run.milliseconds for run in results[kind]) for kind in KINDS}

    def ratios(kind: str) -> tuple[float, float]:
        rivals = [each for each in KINDS if each != kind]
        megabytes = min(prices[each].megabytes for each in rivals)
        milliseconds = min(spent[each] for each in rivals)
        return prices[kind].megabytes / megabytes, spent[kind] / milliseconds

    stated_claim = claim(
        "C32",
        statement="3D convolution is the most important of the three video options: it costs "
        "clearly less to train, by a third or more (equal weights and clips, batches of 32, a "
        "CPU, layers as Keras has them).",
        source=_SOURCE,
        metric={
            "memory": "what a gradient tape keeps: Conv3D's, divided by the cheaper rival's",
            "training time": "the same for the time per clip, shortest epoch of all runs",
        },
        rule=[below(name, CLEARLY) for name in names],
        control="the network with most operations in Conv3D's place must not come out cheaper",
        control_metric={
            f"{name}, ConvLSTM": "ConvLSTM's, divided by that of the cheaper of the two others"
            for name in names
        },
        control_rule=[above(f"{name}, ConvLSTM", 1) for name in names],
        exact=True,
        reason="the memory follows from the shapes, and of the time the shortest epoch of all runs "
        "is taken, because other programs can only make an epoch longer",
    )

    return stated_claim.measure(
        lambda seed: dict(zip(names, ratios("Conv3D"), strict=True)),
        control=lambda seed: {
            f"{name}, ConvLSTM": ratio
            for name, ratio in zip(names, ratios("ConvLSTM"), strict=True)
        },
    )


def claim_fewest_operations(prices: Mapping[str, Cost]) -> Measurement:
    """C32, the third reading: it needs the fewest operations.

    Args:
        prices: name → cost, of `costs`.
    """
    stated_claim = claim(
        "C32",
        statement="3D convolution is the most important of the three video options: it needs the "
        "fewest operations (equal weights).",
        source=_SOURCE,
        metric={"operations": "Conv3D's per clip, divided by those of the cheaper rival"},
        rule=[below("operations", 1)],
        control="the count must tell networks apart: ConvLSTM uses each weight at more places",
        control_metric={"operations, ConvLSTM": "ConvLSTM's, divided by CNN+LSTM's"},
        control_rule=[above("operations, ConvLSTM", 1)],
        exact=True,
        reason="the count follows from shapes alone",
    )
    work = {kind: prices[kind].operations for kind in KINDS}
    cheaper = min(work[kind] for kind in KINDS[:2])
    return stated_claim.measure(
        lambda seed: {"operations": work["Conv3D"] / cheaper},
        control=lambda seed: {"operations, ConvLSTM": work["ConvLSTM"] / work["CNN+LSTM"]},
    )


# --- the repair ----------------------------------------------------------------------------------


def unbalanced_names(laws: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What a classifier that sees one frame names, where most clips follow the first of four laws.

    Returns:
        The names and the true laws, (N,) each.
    """

    def clips(part: Literal["train", "test"], seed: int) -> datasets.Clips:
        drawn = datasets.moving_digits(960, size=_SIZE, laws=laws, part=part, seed=seed)
        kept = (drawn.laws == 0) | (np.arange(960) % 9 == 0)
        return datasets.Clips(*(each[kept] for each in drawn))

    test = clips("test", 2)
    return _forest_names(clips("train", 1), test, 50, 0), test.laws
