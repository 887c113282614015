"""Shuffle clips whose frames are all different, and say which frame went where."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_MANY = 50  # clips of which not all keep their order by chance
_TOO_MANY = 500  # for a slow answer to be called once more
_ORDERS = {order: k for k, order in enumerate(permutations(range(4)))}


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Call it with a generator of the set-up's `seed`, with the same again unless there are very
    many clips, and with others: one for many clips, as many as `times` says for a few."""
    videos, seed = inputs["videos"].copy(), setup["seed"]  # each call gets its own videos

    def shuffle(given: np.ndarray, seed: int) -> np.ndarray:
        return plain(answer(given, np.random.default_rng(seed)), "the videos")

    shuffled = shuffle(inputs["videos"], seed)
    if shuffled.shape != videos.shape:
        raise Misfit(
            "shape",
            f"The videos should keep their shape {videos.shape}, but {shuffled.shape} came.",
        )
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
    outputs["the mean of each clip"] = shuffled.astype(np.float64).mean(axis=(1, 2, 3, 4))
    if len(videos) < _TOO_MANY:
        again = shuffle(videos.copy(), seed)
        outputs["the orders of the same generator"] = _alike(shuffled, again)
    if len(videos) > _MANY:
        other = shuffle(videos.copy(), seed + 1)
        outputs["the orders of another generator"] = _alike(shuffled, other)
        others = _orders(videos, other)
        if videos.shape[1] == 4 and not isinstance(orders, str) and not isinstance(others, str):
            outputs["the orders"] = np.stack([_counts(orders), _counts(others)])
    if "times" in setup:
        moved = np.zeros(len(videos), bool)
        for k in range(setup["times"]):
            came = shuffle(videos.copy(), seed + k)
            moved |= (came.reshape(len(videos), -1) != videos.reshape(len(videos), -1)).any(axis=1)
        outputs["the clips of a small batch"] = _left_out(moved, setup["times"])
    return outputs


def _counts(orders: np.ndarray) -> np.ndarray:
    """How often each order of four frames came."""
    found = [_ORDERS[tuple(order)] for order in orders.tolist()]
    return np.bincount(found, minlength=len(_ORDERS))


def _left_out(moved: np.ndarray, times: int) -> str:
    if moved.all():
        return "all of them shuffled"
    which = "the last" if moved[:-1].all() else "the first" if moved[1:].all() else "more than one"
    return f"not all of them shuffled: in {times} calls {which} never changed"


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
