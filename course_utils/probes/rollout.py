"""Roll a given model of frames out, and note how many clips and frames each of its calls sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_LISTED = 8  # calls that a sentence names


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The rollout, and what is wrong with the lengths of video that the model is called with.

    Whether an answer runs clip by clip is its affair.
    """
    context, steps = inputs["context"], inputs["steps"]
    model, seen = _given_model(setup["model"], context)
    rollout = plain(answer(model, context, steps), "the rollout")
    wanted = [context.shape[1] + k for k in range(max(0, steps))]
    return {"the rollout": rollout, "the model": _calls_in_words(seen, wanted, len(context))}


def _calls_in_words(seen: list[tuple[int | None, int]], wanted: list[int], clips: int) -> str:
    """The calls, each (clips, frames), in words; "works" where each clip meets each length once."""
    met = dict.fromkeys(wanted, 0)
    for batch, length in seen:
        met[length] = met.get(length, 0) + (batch or clips)
    if list(met) == wanted and all(0 < count <= clips for count in met.values()):
        return "works"
    lengths = [length for _, length in seen]
    return f"was called with {_listed(lengths)}, and should be with {_listed(wanted)}"


def _listed(lengths: list[int]) -> str:
    words = [str(length) for length in lengths[:_LISTED]] or ["no"]
    if len(lengths) > _LISTED:
        return f"{', '.join(words)} … frames"
    frames = "frame" if words == ["1"] else "frames"
    return f"{' and '.join([*([', '.join(words[:-1])] if words[:-1] else []), words[-1]])} {frames}"


def _given_model(
    coefficients: np.ndarray, context: np.ndarray
) -> tuple[Callable[[Any], Any], list[tuple[int | None, int]]]:
    """The model that is passed in, and the list that notes how many clips and frames it sees.

    A causal model of frames: y_t = a x_t + b x_(t-1) + d mean(x_0..x_t) + e, with x_(-1) = 0, so
    that its forecast depends on every frame and on how many there are. Arrays in, arrays out;
    tensors in, tensors out.

    Args:
        coefficients: a, b, d, e.
        context: the clips that are to be continued, for the shape of a frame and the dtype.
    """
    a, b, d, e = (float(each) for each in coefficients)
    frame, dtype = context.shape[2:], context.dtype
    seen: list[tuple[int | None, int]] = []

    def model(videos: Any) -> Any:
        shape = tuple(getattr(videos, "shape", np.shape(videos)))
        if len(shape) != 5 or shape[2:] != frame or not shape[1]:
            raise ValueError(
                f"model(videos) was called with shape {shape}, but needs (batch, frames, height, "
                f"width, channels): (B, T, {', '.join(map(str, frame))})."
            )
        if len(seen) > 200:
            raise Misfit("stopped", "It called the model more than 200 times, far too often.")
        seen.append(shape[:2])
        counts = np.arange(1, shape[1] + 1).reshape(-1, 1, 1, 1)
        if isinstance(videos, np.ndarray):
            before = np.concatenate([np.zeros_like(videos[:, :1]), videos[:, :-1]], axis=1)
            mean = np.cumsum(videos, axis=1) / counts.astype(videos.dtype)
            return a * videos + b * before + d * mean + e
        import tensorflow as tf

        tensor = tf.convert_to_tensor(videos)
        if not tf.is_tensor(videos) and tensor.dtype != dtype:
            tensor = tf.cast(tensor, dtype)
        before = tf.concat([tf.zeros_like(tensor[:, :1]), tensor[:, :-1]], axis=1)
        mean = tf.cumsum(tensor, axis=1) / tf.cast(counts, tensor.dtype)
        return a * tensor + b * before + d * mean + e

    return model, seen
