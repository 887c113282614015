"""Draw weights with generators of the probe's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """`the weights`, and the draws that they are to be compared with.

    Args:
        answer: the student's function, called with a generator and the inputs.
        inputs: `fan_in` and `fan_out`.
        setup: the `seed`, and the `task`: "draw" the weights alone, or "again", with the next draw
            and those of two other generators.
        question: tells nothing more.
    """
    seed = setup["seed"]

    def draw(rng: np.random.Generator) -> np.ndarray:
        return plain(answer(rng, *inputs.values()), "the weights")

    generator = np.random.default_rng(seed)
    first = draw(generator)
    if setup["task"] == "draw":
        return {"the weights": first}
    return {
        "the weights": first,
        "the next draw from the same generator": draw(generator),
        "a draw from a second generator with the same seed": draw(np.random.default_rng(seed)),
        "a draw from a generator with another seed": draw(np.random.default_rng(seed + 1)),
    }
