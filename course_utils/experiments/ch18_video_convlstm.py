"""Chapter 18: clips in motion, news that spreads, rollouts beside baselines, a tail that leaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from course_utils import datasets
from course_utils.claims.intervals import Interval, student_interval
from course_utils.plots import frames, palette
from course_utils.plots.film import film
from course_utils.plots.series import with_interval
from course_utils.plots.video import strip
from course_utils.progress import progress
from course_utils.recurrent.frame_trainer import FrameTrainer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "LAWS",
    "NAIVE",
    "FrameTrainer",
    "Span",
    "by_horizon",
    "clip_source",
    "draw_horizons",
    "draw_poster",
    "draw_prediction",
    "draw_tails",
    "film_of_clips",
    "film_of_rollouts",
    "horizon_errors",
    "interval",
    "leaking_tail",
    "news",
    "saved",
    "shuffled",
    "spans",
    "tail_errors",
]

#: How many clips, of which part, from which seed → (N, T, H, W, 1).
ClipSource: TypeAlias = Callable[[int, Literal["train", "test"], int], np.ndarray]

#: How digits move, if the clips are not the classic set.
LAWS = ("right", "left", "down", "up")
#: The forecasts that learn nothing.
NAIVE = ("persistence", "mean frame", "empty frame")

_CLASSIC, _CLASSIC_TRAIN = 2000, 1600  # clips of Moving MNIST that are used, and to train with
_COLOURS = {
    "truth": palette.TRUTH,
    "ConvLSTM": palette.OUTPUT,
    "persistence": palette.BASELINE,
    "control": palette.LOSS,
    "error": palette.LOSS,
}


class Span(NamedTuple):
    """A mean over seeds and its 95% interval, for each of K quantities: three arrays of (K,)."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def interval(values: Any) -> Interval:
    """The 95% interval of one number per seed, (seeds,), by Student's t."""
    return student_interval([float(each) for each in values])


def spans(rows: np.ndarray) -> Span:
    """The interval of each column of (seeds, K)."""
    found = [interval(column) for column in rows.T]
    return Span(*(np.array([getattr(f, name) for f in found]) for name in Span._fields))


# --- clips ---------------------------------------------------------------------------------------


def clip_source(count: int, side: int, moving_mnist: bool) -> ClipSource:
    """Where the clips of the chapter come from.

    Args:
        count: T, frames in a clip.
        side: height and width of a frame.
        moving_mnist: True takes the classic set, a download, in place of digits made here.

    Returns:
        A function of how many, the part ("train" or "test") and a seed, which returns clips,
        (N, T, side, side, 1). No digit is in both parts; the same seed gives the same clips.
    """
    if not moving_mnist:
        return lambda clips, part, seed: (
            datasets.moving_digits(clips, count, (side, side), LAWS, part=part, seed=seed).videos
        )
    classic = datasets.moving_mnist(_CLASSIC, side)

    def draw(clips: int, part: Literal["train", "test"], seed: int) -> np.ndarray:
        first, last = (0, _CLASSIC_TRAIN) if part == "train" else (_CLASSIC_TRAIN, _CLASSIC)
        rng = np.random.default_rng(seed)
        return classic[rng.choice(np.arange(first, last), clips, replace=False), :count]

    return draw


def shuffled(videos: np.ndarray, seed: int) -> np.ndarray:
    """Each clip's frames in a random order of its own; (N, T, H, W, 1) in and out."""
    rng = np.random.default_rng(seed)
    order = rng.permuted(np.tile(np.arange(videos.shape[1]), (len(videos), 1)), axis=1)
    return videos[np.arange(len(videos))[:, None], order]


def film_of_clips(clips: np.ndarray) -> None:
    """Play clips, (N, T, H, W, 1), side by side."""
    film(lambda t: frames.moment(clips, t), range(clips.shape[1]), seconds=0.4)


# --- how news spreads ----------------------------------------------------------------------------


def news(cell: Any, filters: int, side: int, steps: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Change one pixel of the first of some empty frames, and see where the hidden state differs.

    Args:
        cell: a convolutional LSTM cell: `cell(x, [h, c]) -> (h, [h, c])`.
        filters: numbers per pixel in h and in c.
        side: height and width of a frame.
        steps: T, how many frames.

    Returns:
        The changed clip, and 1 where h differs from that of empty frames, 0 elsewhere: each
        (T, side, side).
    """
    import tensorflow as tf

    def hidden_states(clip: np.ndarray) -> np.ndarray:
        h = c = tf.zeros((1, side, side, filters))
        seen = []
        for frame in clip:
            h, (h, c) = cell(tf.constant(frame[None]), [h, c])
            seen.append(np.asarray(h)[0])
        return np.stack(seen)

    quiet = np.zeros((steps, side, side, 1), "float32")
    spark = quiet.copy()
    spark[0, side // 2, side // 2] = 1.0
    change = np.abs(hidden_states(spark) - hidden_states(quiet)).max(axis=-1)
    return spark[..., 0], (change > 0).astype(float)


# --- rollouts beside baselines -------------------------------------------------------------------


def by_horizon(predicted: Any, truth: np.ndarray) -> np.ndarray:
    """(steps,): the mean squared error per pixel at each horizon, of (B, steps, H, W, C)."""
    return np.mean((np.asarray(predicted) - truth) ** 2, axis=(0, 2, 3, 4))


def horizon_errors(
    rollout: Callable[[Any, Any, int], Any],
    net: Any,
    weights: Mapping[str, Sequence[Any]],
    clips: ClipSource,
    context: int,
    seeds: Sequence[int],
) -> dict[str, np.ndarray]:
    """Errors of free rollouts and of the naive forecasts, on each seed's own 64 test clips.

    Args:
        rollout: the student's rollout_frames.
        net: the network, (B, T, H, W, 1) → (B, T, H, W, 1).
        weights: name → the network's weights for each seed.
        clips: see `clip_source`.
        context: how many frames are seen.
        seeds: one for each list of weights.

    Returns:
        Name → (seeds, steps) errors by horizon, of each name in weights and in `NAIVE`.
    """
    curves: dict[str, list[np.ndarray]] = {name: [] for name in (*weights, *NAIVE)}
    for k, seed in enumerate(seeds):
        videos = clips(64, "test", 200 + seed)
        seen, truth = videos[:, :context], videos[:, context:]
        for name, trained in weights.items():
            net.set_weights(trained[k])
            curves[name].append(by_horizon(rollout(net, seen, truth.shape[1]), truth))
        mean = seen.mean(axis=1, keepdims=True)
        for name, forecast in zip(NAIVE, (seen[:, -1:], mean, 0 * mean), strict=True):
            curves[name].append(by_horizon(forecast, truth))
    return {name: np.array(rows) for name, rows in curves.items()}


def saved(curves: Mapping[str, np.ndarray], name: str) -> Interval:
    """The share that `name` saves of the best naive error, over all predicted frames.

    Args:
        curves: of `horizon_errors`.
        name: one of its names.

    Returns:
        The interval over the seeds; the best naive forecast is chosen for each seed.
    """
    best_naive = np.min([curves[each].mean(axis=1) for each in NAIVE], axis=0)
    return interval(1 - curves[name].mean(axis=1) / best_naive)


def draw_horizons(ax: Axes, curves: Mapping[str, Span]) -> Axes:
    """Error against horizon of "network", "control" and the naive forecasts; the title counts."""
    steps = len(curves["network"].mean)
    horizons = np.arange(1, steps + 1)
    naive_low = np.min([curves[name].low for name in NAIVE], axis=0)
    ahead = int((curves["network"].high < naive_low).sum())
    with_interval(ax, horizons, *curves["network"], palette.OUTPUT, "ConvLSTM, on its own frames")
    with_interval(
        ax, horizons, *curves["control"], palette.LOSS, "control: trained on shuffled frames"
    )
    for name, dash in zip(NAIVE, ("--", "-.", ":"), strict=True):
        mean = curves[name].mean
        ax.plot(horizons, mean, dash, color=palette.BASELINE, label=f"baseline: {name}")
    ax.set(
        title=f"Its error grows: the network beats every baseline for {ahead} of {steps} frames",
        xlabel="horizon (frames ahead)",
        ylabel="MSE per pixel",
        xticks=horizons,
        ylim=(0, None),
    )
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def draw_prediction(clip: np.ndarray, predicted: np.ndarray) -> Figure:
    """What was seen, what came, what was predicted, and the difference, frame by frame.

    Args:
        clip: (T, H, W, 1), the truth.
        predicted: (steps, H, W, 1), for its last frames.

    Returns:
        A new figure.
    """
    context = len(clip) - len(predicted)
    nothing = np.full((context, *clip.shape[1:3]), np.nan)
    truth, guess = clip[context:, ..., 0], predicted[..., 0]
    kept = np.repeat(clip[context - 1 : context, ..., 0], len(guess), axis=0)
    free = {"ConvLSTM": guess, "persistence": kept, "error": guess - truth}
    rows = {name: np.concatenate([nothing, each]) for name, each in free.items()}
    return strip(
        {"truth": clip[..., 0], **rows},
        [f"seen {t}" for t in range(1, context + 1)] + [f"+{k}" for k in range(1, len(guess) + 1)],
        signed=["error"],
        colours=_COLOURS,
        title="Context, truth, prediction and error by frame",
    )


def film_of_rollouts(clips: np.ndarray, predictions: Mapping[str, np.ndarray]) -> None:
    """Play the truth and, beside it, what each model made of its first frames.

    Args:
        clips: (N, T, H, W, 1), the truth.
        predictions: "ConvLSTM", "persistence" or "control" → (N, steps, H, W, 1).
    """
    context = clips.shape[1] - len(next(iter(predictions.values()))[0])
    seen = clips[:, :context]
    videos = {name: np.concatenate([seen, each], 1) for name, each in predictions.items()}
    film(
        lambda t: frames.rollouts({"truth": clips, **videos}, _COLOURS, context, t),
        range(clips.shape[1]),
        seconds=0.7,
    )


# --- the two repairs -----------------------------------------------------------------------------


def leaking_tail(side: int) -> Any:
    """The model of the first repair as it stands before it is mended; it sees the future."""
    import keras

    return keras.Sequential(
        [
            keras.Input((None, side, side, 1)),
            keras.layers.Conv3D(6, 3, padding="same", activation="relu"),
            keras.layers.Conv3D(1, 3, padding="same", activation="sigmoid"),
        ]
    )


def tail_errors(
    tails: Mapping[str, Callable[[], Any]],
    pairs: Callable[[Any], tuple[Any, Any]],
    rollout: Callable[[Any, Any, int], Any],
    clips: ClipSource,
    context: int,
    seeds: Sequence[int],
) -> dict[str, np.ndarray]:
    """Train small models on short clips, and measure them on whole clips and on their own.

    Args:
        tails: name → what makes the model, (B, T, H, W, 1) → (B, T, H, W, 1).
        pairs: the student's next_frame_pairs.
        rollout: the student's rollout_frames.
        clips: see `clip_source`.
        context: how many frames are seen; they are trained on clips of one more.
        seeds: of the trainings.

    Returns:
        Name → (seeds, 2): MSE one frame ahead with whole clips given, and over a free rollout.
    """
    errors: dict[str, np.ndarray] = {}
    for name, make in tails.items():
        trainer = FrameTrainer(make, pairs, clips(16, "test", 0))
        found = []
        for seed in progress(seeds, name):
            model = trainer.train(seed, clips(160, "train", 300 + seed)[:, : context + 1], epochs=8)
            videos = clips(64, "test", 400 + seed)
            given, wanted = (np.asarray(each) for each in pairs(videos))
            whole = np.mean((np.asarray(model(given)) - wanted) ** 2)
            truth = videos[:, context:]
            made = np.asarray(rollout(model, videos[:, :context], truth.shape[1]))
            found.append((float(whole), float(np.mean((made - truth) ** 2))))
        errors[name] = np.array(found)
    return errors


def draw_tails(ax: Axes, errors: Mapping[str, np.ndarray]) -> Axes:
    """Both errors of the "leaking tail" and the "causal tail", each (seeds, 2), as bars."""
    colours = {"leaking tail": palette.LOSS, "causal tail": palette.OUTPUT}
    for k, (name, colour) in enumerate(colours.items()):
        mean, _, high = spans(errors[name])
        ax.bar(
            np.arange(2) + 0.36 * k, mean, 0.34, yerr=high - mean, capsize=4, color=colour,
            label=name,
        )  # fmt: skip
    gaps = spans(errors["leaking tail"] - errors["causal tail"])
    ax.set(
        title=(
            "The leak wins on whole clips and loses alone"
            if gaps.high[0] < 0 < gaps.low[1]
            else "What the leak does to the two errors"
        ),
        ylabel="MSE per pixel",
        xticks=[0.18, 1.18],
        xticklabels=["one frame ahead,\nwhole clips given", "five frames ahead,\non its own"],
    )
    ax.legend(fontsize=8)
    return ax


def draw_poster(ax: Axes, claimed: np.ndarray, honest: np.ndarray) -> Axes:
    """The errors by horizon, (steps,), of the poster of the second repair and of a free rollout."""
    horizons = np.arange(1, len(honest) + 1)
    ax.plot(horizons, claimed, "s--", color=palette.LOSS, label="the poster's error")
    ax.plot(horizons, honest, "o-", color=palette.OUTPUT, label="your rollout's error")
    ax.set(
        title="Told the truth at each step, the error hardly grows"
        if claimed[-1] < 0.6 * honest[-1]
        else "The poster and your rollout",
        xlabel="frame after the context",
        ylabel="MSE per pixel",
        xticks=horizons,
        ylim=(0, None),
    )
    ax.legend(fontsize=8)
    return ax
