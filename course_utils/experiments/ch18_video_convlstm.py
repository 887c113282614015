"""Chapter 18: clips in motion, news that spreads, rollouts beside rivals, lights that go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from course_utils import datasets
from course_utils.claims.intervals import Interval, student_interval
from course_utils.datasets import displacement, shifted
from course_utils.plots.next_frames import (
    Span,
    draw_dark,
    draw_horizons,
    draw_poster,
    draw_prediction,
    draw_sampling,
    draw_tails,
    draw_travel,
    film_of_clips,
    film_of_rollouts,
)
from course_utils.recurrent.frame_networks import (
    Pairs,
    Trained,
    causal_tail,
    leaking_tail,
    news,
    outputs,
    rollouts,
    train,
)

__all__ = [
    "LAWS",
    "NAIVE",
    "Trained",
    "by_horizon",
    "by_speed",
    "causal_tail",
    "clip_source",
    "dark_pairs",
    "displacement",
    "draw_dark",
    "draw_horizons",
    "draw_poster",
    "draw_prediction",
    "draw_sampling",
    "draw_tails",
    "draw_travel",
    "film_of_clips",
    "film_of_rollouts",
    "horizon_lines",
    "in_words",
    "interval",
    "leaking_tail",
    "moved_on",
    "news",
    "outputs",
    "rivals",
    "rollouts",
    "saved",
    "shifted",
    "shuffled",
    "spans",
    "speed_line",
    "speeds",
    "tail_errors",
    "tail_lines",
    "train",
    "travelled",
    "way_lines",
]

#: How many clips, of which part, from which seed → (N, T, H, W, 1).
ClipSource: TypeAlias = Callable[[int, Literal["train", "test"], int], np.ndarray]

#: How digits move, if the clips are not the classic set.
LAWS = ("right", "left", "down", "up")
#: The forecasts that know nothing of motion.
NAIVE = ("persistence", "grey frame", "faded last frame")

_CLASSIC, _CLASSIC_TRAIN = 2000, 1600  # clips of Moving MNIST that are used, and to train with
_TESTED = 64  # test clips of each seed


def interval(values: Any) -> Interval:
    """The 95% interval of one number per seed, (seeds,), by Student's t."""
    return student_interval([float(each) for each in values])


def spans(rows: np.ndarray) -> Span:
    """The interval of each column of (seeds, K)."""
    found = [interval(column) for column in np.asarray(rows).T]
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


def rivals(
    tests: np.ndarray, videos: Callable[[int], np.ndarray], seeds: Sequence[int], context: int
) -> dict[str, np.ndarray]:
    """The forecasts in `NAIVE`, and "by hand": see `moved_on`. Shapes as in `rollouts`.

    "grey frame" has the mean ink of the seed's training clips at every pixel. "faded last frame"
    is a · last frame + b, with a and b for each horizon by least squares on the training clips.
    """
    steps = tests.shape[2] - context
    made: dict[str, list[np.ndarray]] = {name: [] for name in NAIVE}
    for seed, clips in zip(seeds, tests, strict=True):
        taught, last = videos(seed), clips[:, context - 1]
        known = taught[:, context - 1].ravel()
        lines = [np.polyfit(known, taught[:, context + k].ravel(), 1) for k in range(steps)]
        grey = np.full_like(clips[:, context:], taught.mean())
        faded = np.stack([a * last + b for a, b in lines], axis=1)
        kept = np.repeat(last[:, None], steps, axis=1)
        for name, forecast in zip(NAIVE, (kept, grey, faded), strict=True):
            made[name].append(forecast)
    found = {name: np.array(each) for name, each in made.items()}
    return {**found, "by hand": moved_on(tests[:, :, :context], steps)}


def moved_on(seen: np.ndarray, steps: int) -> np.ndarray:
    """The last frame moved on as it came from the one before: (..., T, H, W, 1), T ≥ 2.

    Returns:
        (..., steps, H, W, 1).
    """
    last = seen[..., -1, :, :, 0]
    by = displacement(seen[..., -2, :, :, 0], last)
    return np.stack([shifted(last, k * by) for k in range(1, steps + 1)], axis=-3)[..., None]


# --- what is measured ----------------------------------------------------------------------------


def by_horizon(predicted: Any, truth: np.ndarray) -> np.ndarray:
    """(..., B, steps, H, W, C) → (..., steps): mean squared error per pixel at each horizon."""
    return np.mean((np.asarray(predicted) - truth) ** 2, axis=(-5, -3, -2, -1))


def saved(of: np.ndarray, than: np.ndarray) -> Interval:
    """The share of the error `than` that `of` saves, each (seeds, steps), over all frames."""
    return interval(1 - of.mean(axis=1) / than.mean(axis=1))


def in_words(found: Interval, of: str, than: str) -> str:
    """What an interval of a saved share says, as a sentence."""
    first = of[0].upper() + of[1:]
    if found.low > 0:
        return f"{first} has ≈ {found.mean:.0%} less error than {than} ({_range(found)})."
    if found.high < 0:
        return f"{first} has ≈ {-found.mean:.0%} more error than {than} ({_range(found)})."
    return f"No clear difference between {of} and {than} ({_range(found)})."


def _range(found: Interval) -> str:
    ends = sorted(abs(end) for end in (found.low, found.high))
    if found.low < 0 < found.high:
        return f"from ≈ {-found.low:.0%} more to ≈ {found.high:.0%} less"
    return f"95% interval ≈ {ends[0]:.0%} to {ends[1]:.0%}"


def horizon_lines(found: Mapping[str, Span]) -> list[str]:
    """A line for each forecast: its error one frame ahead, and at the last."""
    lines = []
    for name, (mean, low, high) in found.items():
        near, far = (f"~{mean[k]:.4f} (~{low[k]:.4f} to ~{high[k]:.4f})" for k in (0, -1))
        lines.append(f"{name:16}: {near} one frame ahead, {far} {len(mean)} ahead.")
    return lines


def way_lines(found: Mapping[str, Span], true: np.ndarray) -> list[str]:
    """A line for each network: how far its digit has gone by the last frame."""
    return [
        f"{name:11}: ~{mean[-1]:.1f} of {true[-1]:.1f} pixels "
        f"(95% interval ~{low[-1]:.1f} to ~{high[-1]:.1f})."
        for name, (mean, low, high) in found.items()
    ]


def speed_line(name: str, made: np.ndarray, truth: np.ndarray, fast: np.ndarray) -> str:
    """The errors of slow and fast clips and their gap in percent, as a sentence."""
    rows = by_speed(made, truth, fast)
    slow, quick = rows.mean(axis=0)
    gap = interval(rows[:, 1] / rows[:, 0] - 1)
    return (
        f"{name:15}: MSE ~{slow:.4f} of slow clips, ~{quick:.4f} of fast ones: "
        f"{_signed(gap.mean)} ({_signed(gap.low)} to {_signed(gap.high)})."
    )


def _signed(share: float) -> str:
    return f"≈ {'+' if share >= 0 else '−'}{abs(share):.0%}"


def tail_lines(found: Mapping[str, Span]) -> list[str]:
    """Two lines for each tail: its errors on whole clips and alone, with half the interval."""
    return [
        f"{name:12} {where}: ~{mean[k]:.4f} ± ~{high[k] - mean[k]:.4f}"
        for name, (mean, _, high) in found.items()
        for k, where in enumerate(("on whole clips", "in the rollout"))
    ]


def speeds(tests: np.ndarray, context: int) -> np.ndarray:
    """Pixels per frame of each clip, by displacement in the frames that are seen.

    Args:
        tests: (..., T, H, W, 1).
        context: how many frames are seen.
    """
    gone = displacement(tests[..., 0, :, :, 0], tests[..., context - 1, :, :, 0])
    return np.linalg.norm(gone, axis=-1) / (context - 1)


def travelled(tests: np.ndarray, made: np.ndarray) -> np.ndarray:
    """How far the digit has gone by each predicted frame, in the true direction; mean of clips.

    Args:
        tests: (seeds, N, T, H, W, 1), the truth.
        made: (seeds, N, steps, H, W, 1), for its last frames.

    Returns:
        (seeds, steps), in pixels.
    """
    context = tests.shape[2] - made.shape[2]
    whole = np.concatenate([tests[:, :, context - 1 : context], made], axis=2)[..., 0]
    by = displacement(whole[:, :, :-1], whole[:, :, 1:]).cumsum(axis=2)
    true = displacement(tests[:, :, 0, ..., 0], tests[:, :, context - 1, ..., 0])
    true /= np.linalg.norm(true, axis=-1, keepdims=True)
    return (by * true[:, :, None]).sum(axis=-1).mean(axis=1)


def by_speed(made: np.ndarray, truth: np.ndarray, fast: np.ndarray) -> np.ndarray:
    """(seeds, 2): the error over all frames of the slow and of the fast clips.

    Args:
        made, truth: (seeds, N, steps, H, W, 1).
        fast: (seeds, N), True where a clip is fast.
    """
    each = np.mean((made - truth) ** 2, axis=(2, 3, 4, 5))
    both = zip(each, fast, strict=True)
    return np.array([(errors[~those].mean(), errors[those].mean()) for errors, those in both])


# --- lights out ----------------------------------------------------------------------------------


def dark_pairs(pairs: Pairs, lit: int) -> Pairs:
    """Pairs whose inputs are empty after frame `lit`; the targets stay as they are."""

    def made(videos: Any) -> tuple[np.ndarray, np.ndarray]:
        inputs, targets = (np.array(each) for each in pairs(videos))
        inputs[:, lit:] = 0.0
        return inputs, targets

    return made


# --- the tail that leaks -------------------------------------------------------------------------


def tail_errors(
    tails: Mapping[str, Callable[[], Any]],
    pairs: Pairs,
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
    tests = np.array([clips(_TESTED, "test", 400 + seed) for seed in seeds])
    errors: dict[str, np.ndarray] = {}

    def short(seed: int) -> np.ndarray:
        return clips(160, "train", 300 + seed)[:, : context + 1]

    for name, make in tails.items():
        trained = train(make, pairs, short, seeds, name)
        made, wanted = outputs(trained, pairs, tests)
        alone = rollouts(rollout, trained, tests, context)
        errors[name] = np.stack(
            [
                by_horizon(made, wanted).mean(axis=1),
                by_horizon(alone, tests[:, :, context:]).mean(axis=1),
            ],
            axis=1,
        )
    return errors
