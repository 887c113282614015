"""Chapter 19: clips of laws of motion, one frame alone, what three networks cost and name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from course_utils import datasets
from course_utils.plots import palette
from course_utils.plots.three_scores import KINDS
from course_utils.progress import progress
from course_utils.recurrent.clip_trainer import ClipTrainer
from course_utils.recurrent.costs import operations
from course_utils.recurrent.memory import tensor_bytes
from course_utils.recurrent.timing import shortest_seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "KINDS",
    "Cost",
    "Run",
    "Source",
    "confusion",
    "costs",
    "draw_energy",
    "draw_repair",
    "interval",
    "leads",
    "motion_energy",
    "single_frame_score",
    "source",
    "train_and_test",
    "unbalanced_names",
]

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
class Cost:
    """What one network costs: weights, and for a clip operations, milliseconds of a forward pass.

    `megabytes` is what a gradient tape keeps for a batch of clips.
    """

    weights: int
    operations: int
    milliseconds: float
    megabytes: float


@dataclass(frozen=True)
class Run:
    """One training, and what the network then says of N test clips.

    Attributes:
        seed: of the training.
        right: the share of clips that are named rightly.
        right_shuffled: the same on clips whose frames are shuffled.
        named: (N,) the laws that it names.
        laws: (N,) the true ones.
        milliseconds: of training, for each clip and epoch.
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


# --- kernels that feel a motion ------------------------------------------------------------------


def motion_energy(
    conv3d: Callable[[np.ndarray, np.ndarray], Any],
    kernels: Sequence[np.ndarray],
    videos: np.ndarray,
) -> np.ndarray:
    """(N, K): the mean squared response of each of N clips, (N, T, H, W, 1), to each of K kernels.

    Args:
        conv3d: the student's.
        kernels: K arrays of (kt, kh, kw).
        videos: the clips.
    """
    return np.array(
        [
            [np.mean(np.asarray(conv3d(clip[..., 0], kernel)) ** 2) for kernel in kernels]
            for clip in progress(videos, "four kernels")
        ]
    )


def draw_energy(ax: Axes, typical: np.ndarray, names: Sequence[str]) -> Axes:
    """The mean response of clips of law k (row) to the kernel for each law (column), (K, K)."""
    for row, name, marker in zip(typical, names, "osD^", strict=True):
        ax.plot(range(len(names)), row, marker + "-", label=f"moves {name}")
    ax.set_xticks(range(len(names)), [f"kernel for\n{name}" for name in names])
    ax.set(
        title="Each motion silences its own kernel",
        ylabel="mean squared response",
        ylim=(0, None),
    )
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


# --- three networks ------------------------------------------------------------------------------


def costs(
    builders: Mapping[str, Callable[[Any, int], Any]], clips: np.ndarray, classes: int
) -> dict[str, Cost]:
    """What each network costs, measured on a batch of clips.

    Args:
        builders: name → the student's function of a clip's shape and the number of classes.
        clips: (B, T, H, W, C).
        classes: how many laws there are.
    """
    import tensorflow as tf

    batch = tf.constant(clips)
    found = {}
    for kind, build in progress(builders.items(), "costs"):
        model = build(clips.shape[1:], classes)
        forward = tf.function(model)
        forward(batch)
        found[kind] = Cost(
            weights=model.count_params(),
            operations=operations(model, clips.shape[1:]),
            milliseconds=1000 * shortest_seconds(partial(forward, batch), 20) / len(clips),
            megabytes=_kept_megabytes(model, batch),
        )
    return found


def _kept_megabytes(model: Any, batch: Any) -> float:
    """What a gradient tape keeps for a batch."""
    import tensorflow as tf

    model(batch)
    before = tensor_bytes()
    with tf.GradientTape():
        outputs = model(batch)
        kept = tensor_bytes() - before
    del outputs
    return kept / 1e6


def train_and_test(
    build: Callable[[Any, int], Any],
    origin: Source,
    shuffle: Callable[[np.ndarray, np.random.Generator], Any],
    epochs: int,
    seeds: Sequence[int],
    what: str,
) -> list[Run]:
    """Train a network from fresh weights for each seed, on clips of its own, and test it.

    Args:
        build: the student's function of a clip's shape and the number of classes.
        origin: the clips, of `source`.
        shuffle: the student's shuffle_frames.
        epochs: how often each training clip is seen.
        seeds: one for each run.
        what: what the progress bar says.
    """
    shape = origin.draw("test", 0).videos.shape[1:]
    trainer = ClipTrainer(lambda: build(shape, len(origin.names)), rate=5e-3)
    runs = []
    for seed in progress(seeds, what):
        train, test = origin.draw("train", seed), origin.draw("test", seed)
        begin = time.perf_counter()
        trainer.fit(train.videos, train.laws, epochs, seed)
        seconds = time.perf_counter() - begin
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
                milliseconds=1000 * seconds / epochs / len(train.laws),
            )
        )
    return runs


def leads(
    results: Mapping[str, Sequence[Run]],
    prices: Mapping[str, Cost],
    seed: int,
    shuffled: bool = False,
) -> dict[str, float]:
    """How far Conv3D is ahead of each rival, and its work beside that of the cheaper one.

    Args:
        results: name → runs, of `train_and_test`.
        prices: name → cost, of `costs`.
        seed: which run.
        shuffled: compare on clips with shuffled frames.
    """
    score = {}
    for kind in KINDS:
        run = next(each for each in results[kind] if each.seed == seed)
        score[kind] = run.right_shuffled if shuffled else run.right
    rivals = [prices[kind].operations for kind in KINDS[:2]]
    return {
        "lead over CNN+LSTM": score["Conv3D"] - score["CNN+LSTM"],
        "lead over ConvLSTM": score["Conv3D"] - score["ConvLSTM"],
        "operations": round(prices["Conv3D"].operations / min(rivals), 3),
    }


def confusion(runs: Sequence[Run], classes: int) -> np.ndarray:
    """(K, K): of the clips of each law (row), the shares that were named each law (column)."""
    counts = np.zeros((classes, classes))
    for run in runs:
        np.add.at(counts, (run.laws, run.named), 1)
    return counts / counts.sum(axis=1, keepdims=True)


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


def draw_repair(ax: Axes, scores: Mapping[str, float]) -> Axes:
    """The scores of three classifiers beside chance among four laws."""
    colours = [palette.OUTPUT, palette.BASELINE, palette.TRUTH]
    ax.barh(list(scores), list(scores.values()), color=colours)
    ax.axvline(0.25, color=palette.TRUTH, linestyle=":")
    ax.invert_yaxis()
    ax.set(
        title="A score is worth what it gives to those who know nothing",
        xlabel="score; dotted: one of four laws, by chance",
        xlim=(0, 1.05),
    )
    return ax
