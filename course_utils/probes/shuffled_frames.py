"""Shuffle clips with generators of the probe's own, and hand back all that came."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import Misfit, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The shuffled clips, (B, T, H, W, C), as they came.

    The set-up's `seed` makes the generator. Where it says so they are shuffled `again` with an
    equal generator, and with one of the `next_seed`; or so many `times`, each with a generator of
    its own.
    """
    videos, seed = inputs["videos"].copy(), setup["seed"]  # each call gets its own videos

    def shuffle(given: np.ndarray, seed: int) -> np.ndarray:
        came = plain(answer(given, np.random.default_rng(seed)), "the videos")
        if came.shape != videos.shape:
            raise Misfit(
                "shape",
                f"The videos should keep their shape {videos.shape}, but {came.shape} came.",
            )
        return came

    outputs: Outputs = {"the clips": shuffle(inputs["videos"], seed)}
    if setup["again"]:
        outputs["the clips from an equal generator"] = shuffle(videos.copy(), seed)
    if setup["next_seed"]:
        outputs["the clips from another generator"] = shuffle(videos.copy(), seed + 1)
    if setup["times"]:
        each = [shuffle(videos.copy(), seed + k) for k in range(setup["times"])]
        outputs["the clips of each time"] = np.stack(each)
    return outputs
