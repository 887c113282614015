"""Shuffle clips whose frames are all different, and say which frame went where."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_MANY = 50  # clips of which not all keep their order by chance
_ORDERS = {order: k for k, order in enumerate(permutations(range(4)))}


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Call it with a generator of the set-up's `seed`, with the same again, and with another."""
    videos, seed = inputs["videos"].copy(), setup["seed"]  # three calls, each on its own videos

    def shuffle(given: np.ndarray, seed: int) -> np.ndarray:
        return plain(answer(given, np.random.default_rng(seed)), "the videos")

    shuffled = shuffle(inputs["videos"], seed)
    if shuffled.shape != videos.shape:
        raise Misfit(
            "shape",
            f"The videos should keep their shape {videos.shape}, but {shuffled.shape} came.",
        )
    again = shuffle(videos.copy(), seed)
    outputs: Outputs = {"the frames": "whole and in their clip"}
    orders = _orders(videos, shuffled)
    if isinstance(orders, str):
        outputs["the frames"] = orders
    elif len(videos) > _MANY:
        kept = np.arange(videos.shape[1])
        outputs["the clips"] = (
            "as they were"
            if (orders == kept).all()
            else "played backwards"
            if (orders == kept[::-1]).all()
            else "shuffled"
        )
    if not isinstance(orders, str) and videos.shape[1] == 4:
        found = [_ORDERS[tuple(order)] for order in orders.tolist()]
        outputs["the orders"] = np.bincount(found, minlength=len(_ORDERS))
    outputs["the mean of each clip"] = shuffled.astype(np.float64).mean(axis=(1, 2, 3, 4))
    outputs["the orders of the same generator"] = _alike(shuffled, again)
    if len(videos) > _MANY:
        other = shuffle(videos.copy(), seed + 1)
        outputs["the orders of another generator"] = _alike(shuffled, other)
    return outputs


def _alike(one: np.ndarray, two: np.ndarray) -> str:
    return "the same again" if np.array_equal(one, two) else "other ones"


def _orders(videos: np.ndarray, shuffled: np.ndarray) -> np.ndarray | str:
    """(B, T): which frame stands at each place; or in words what became of the frames."""
    clips, steps = videos.shape[:2]
    frames = [(clip, t) for clip in range(clips) for t in range(steps)]
    place = {videos[clip, t].tobytes(): (clip, t) for clip, t in frames}
    came = shuffled.astype(videos.dtype)
    found = [place.get(came[clip, t].tobytes()) for clip, t in frames]
    if any(each is None for each in found):
        return "no longer those that were given"
    origin = np.array(found, int).reshape(clips, steps, 2)
    if (origin[..., 0] != np.arange(clips)[:, None]).any():
        return "in other clips"
    if (np.sort(origin[..., 1], axis=1) != np.arange(steps)).any():
        return "there more than once"
    return origin[..., 1]
