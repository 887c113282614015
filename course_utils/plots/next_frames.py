"""What the chapter on the next frame draws: films, rollouts beside rivals, errors in the dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from course_utils.plots import frames, palette
from course_utils.plots.film import film
from course_utils.plots.series import with_interval
from course_utils.plots.style import finding
from course_utils.plots.video import strip

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "Span",
    "draw_dark",
    "draw_horizons",
    "draw_poster",
    "draw_prediction",
    "draw_sampling",
    "draw_tails",
    "draw_travel",
    "film_of_clips",
    "film_of_rollouts",
]

_COLOURS = {
    "truth": palette.TRUTH,
    "ConvLSTM": palette.OUTPUT,
    "causal tail": palette.HIDDEN,
    "control": palette.LOSS,
    "by hand": palette.INPUT,
    "persistence": palette.BASELINE,
    "error": palette.LOSS,
}
_LEGEND = {
    "ConvLSTM": "ConvLSTM",
    "causal tail": "causal tail: no recurrence",
    "control": "control: trained on shuffled frames",
    "by hand": "last frame moved on by hand",
}


class Span(NamedTuple):
    """A mean over seeds and its 95% interval, for each of K quantities: three arrays of (K,)."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def film_of_clips(clips: np.ndarray) -> None:
    """Play clips, (N, T, H, W, 1), side by side."""
    film(lambda t: frames.moment(clips, t), range(clips.shape[1]), seconds=0.4)


def film_of_rollouts(clips: np.ndarray, predictions: Mapping[str, np.ndarray]) -> None:
    """Play the truth and, beside it, what each model made of its first frames.

    Args:
        clips: (N, T, H, W, 1), the truth.
        predictions: "ConvLSTM", "causal tail", "persistence" or "control" → (N, steps, H, W, 1).
    """
    context = clips.shape[1] - len(next(iter(predictions.values()))[0])
    seen = clips[:, :context]
    videos = {name: np.concatenate([seen, each], 1) for name, each in predictions.items()}
    film(
        lambda t: frames.rollouts({"truth": clips, **videos}, _COLOURS, context, t),
        range(clips.shape[1]),
        seconds=0.7,
    )


def draw_sampling(ax: Axes, errors: Sequence[float], grey: float) -> Axes:
    """Persistence where only every k-th frame is kept, k = 1 to K, beside a grey frame."""
    every = np.arange(1, len(errors) + 1)
    ax.plot(every, errors, "o-", color=palette.OUTPUT, label="persistence")
    ax.axhline(grey, color=palette.BASELINE, ls="--", label="a grey frame")
    ax.set(xticks=every, ylim=(0, None))
    ax.legend()
    worse = next((k for k, error in enumerate(errors, 1) if error > grey), None)
    title = (
        "Persistence beats grey at every spacing"
        if worse is None
        else f"From every {_nth(worse)} frame on, persistence is worse than a grey frame"
    )
    return finding(ax, title, "only every k-th frame is kept: k", "MSE per pixel")


def _nth(k: int) -> str:
    return {1: "single", 2: "second", 3: "third"}.get(k, f"{k}th")


def draw_horizons(ax: Axes, curves: Mapping[str, Span], naive: Sequence[str]) -> Axes:
    """Error against horizon of networks and of the forecasts named in `naive`."""
    steps = len(curves["ConvLSTM"].mean)
    horizons = np.arange(1, steps + 1)
    for name in [each for each in _LEGEND if each in curves]:
        with_interval(ax, horizons, *curves[name], _COLOURS[name], _LEGEND[name])
    for name, dash in zip(naive, ("--", "-.", ":"), strict=False):
        ax.plot(
            horizons, curves[name].mean, dash, color=palette.BASELINE, label=f"baseline: {name}"
        )
    best = np.min([curves[name].low for name in naive], axis=0)
    ahead = [int((curves[name].high < best).sum()) for name in ("ConvLSTM", "causal tail")]
    ax.set(xticks=horizons, ylim=(0, None))
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    title = (
        f"Ahead of all baselines for {ahead[0]} of {steps} frames: the ConvLSTM; "
        f"for {ahead[1]}: the tail"
    )
    return finding(ax, title, "horizon (frames ahead)", "MSE per pixel")


def draw_travel(ax: Axes, travelled: Mapping[str, Span], true: np.ndarray) -> Axes:
    """Pixels that a predicted digit has gone by each horizon, beside the true ones, (steps,)."""
    horizons = np.arange(1, len(true) + 1)
    ax.plot(horizons, true, "o--", color=palette.TRUTH, label="truth")
    for name, span in travelled.items():
        with_interval(ax, horizons, *span, _COLOURS[name], name)
    ax.set(xticks=horizons, ylim=(0, None))
    ax.legend(fontsize=8)
    ends = " and ".join(f"{span.mean[-1]:.1f}" for span in travelled.values())
    title = f"Predicted digits go {ends} of {true[-1]:.1f} pixels"
    return finding(ax, title, "horizon (frames ahead)", "pixels gone")


def draw_dark(ax: Axes, curves: Mapping[str, Span], lit: int, reach: int) -> Axes:
    """Errors of predicted frames, the lights going out after `lit`.

    Args:
        ax: the axes.
        curves: "ConvLSTM", "tail, 5 frames" and more lines by name → (T − 1,)
            errors of the frames 2 to T.
        lit: the last frame that is seen.
        reach: frames that the short tail sees.
    """
    steps = len(curves["ConvLSTM"].mean)
    numbers = np.arange(2, steps + 2)
    ax.axvspan(lit + 1.5, steps + 1.5, color=palette.tint(palette.TRUTH, 0.12), lw=0)
    ax.text(lit + 1.6, 0.001, "the newest frame is dark", fontsize=8)
    networks = {
        "ConvLSTM": palette.OUTPUT,
        "tail, 5 frames": palette.HIDDEN,
        "tail, 11 frames": palette.INPUT,
    }
    networks = {name: colour for name, colour in networks.items() if name in curves}
    for name, colour in networks.items():
        with_interval(ax, numbers, *curves[name], colour, name)
    if lit + reach + 0.5 < steps + 1.5:
        ax.axvline(lit + reach + 0.5, color=palette.HIDDEN, ls=":", lw=1.2)
        ax.text(
            lit + reach + 0.55,
            0.004,
            "the short tail\nsees only dark",
            fontsize=8,
            color=palette.HIDDEN,
        )
    for name, dash in zip([n for n in curves if n not in networks], ("--", "-."), strict=False):
        ax.plot(numbers, curves[name].mean, dash, color=palette.BASELINE, label=name)
    ax.set(xticks=numbers, ylim=(0, None))
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    dark = slice(lit, None)
    ahead = {
        name: int((curves["ConvLSTM"].high < curves[name].low)[dark].sum())
        for name in networks
        if name != "ConvLSTM"
    }
    of = ", ".join(f"of the {name.replace(', ', ' of ')} in {n}" for name, n in ahead.items())
    title = f"Of {steps - lit} dark frames the ConvLSTM is ahead {of}"
    return finding(ax, title, "predicted frame", "MSE per pixel")


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


def draw_tails(ax: Axes, errors: Mapping[str, Span], gaps: Span) -> Axes:
    """Both errors of the "leaking tail" and the "causal tail" as bars.

    Args:
        ax: the axes.
        errors: name → the span of (on whole clips, alone).
        gaps: leaking minus causal, of the same two.
    """
    colours = {"leaking tail": palette.LOSS, "causal tail": palette.HIDDEN}
    for k, (name, colour) in enumerate(colours.items()):
        mean, _, high = errors[name]
        ax.bar(
            np.arange(2) + 0.36 * k, mean, 0.34, yerr=high - mean, capsize=4, color=colour,
            label=name,
        )  # fmt: skip
    ax.set(
        xticks=[0.18, 1.18],
        xticklabels=["one frame ahead,\nwhole clips given", "five frames ahead,\non its own"],
    )
    ax.legend(fontsize=8)
    better = "The leak wins on whole clips" if gaps.high[0] < 0 else "What the leak does"
    worse = gaps.mean[1] / errors["causal tail"].mean[1]
    alone = (
        f"alone it is {worse:.0%} worse" if gaps.low[1] > 0
        else f"alone it is {-worse:.0%} better" if gaps.high[1] < 0
        else "alone it makes no clear difference"
    )  # fmt: skip
    return finding(ax, f"{better}; {alone}", "how far ahead, and what is given", "MSE per pixel")


def draw_poster(ax: Axes, claimed: np.ndarray, honest: np.ndarray) -> Axes:
    """The errors by horizon, (steps,), of the poster of the second repair and of a free rollout."""
    horizons = np.arange(1, len(honest) + 1)
    ax.plot(horizons, claimed, "s--", color=palette.LOSS, label="the poster's error")
    ax.plot(horizons, honest, "o-", color=palette.OUTPUT, label="your rollout's error")
    title = (
        "Told the truth at each step, the error hardly grows"
        if claimed[-1] < 0.6 * honest[-1]
        else "The poster and your rollout"
    )
    ax.set(xticks=horizons, ylim=(0, None))
    ax.legend(fontsize=8)
    return finding(ax, title, "frame after the context", "MSE per pixel")
