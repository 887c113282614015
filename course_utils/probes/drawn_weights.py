"""Draw weights with generators of the probe's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """`the weights`, or for three pairs of draws whether they are "equal" or "different".

    Args:
        answer: the student's function, called with a generator and the inputs.
        inputs: `fan_in` and `fan_out`.
        setup: the `seed`, and the `task`: "draw" the weights themselves, or "again", how draws
            from several generators compare.
        question: tells nothing more.
    """
    seed = setup["seed"]

    def draw(rng: np.random.Generator) -> np.ndarray:
        return plain(answer(rng, *inputs.values()), "the weights")

    generator = np.random.default_rng(seed)
    first = draw(generator)
    if setup["task"] == "draw":
        return {"the weights": first}
    second = draw(generator)
    same_seed = draw(np.random.default_rng(seed))
    other_seed = draw(np.random.default_rng(seed + 1))
    return {
        "a draw from a second generator with the same seed": _compared(first, same_seed),
        "a draw from a generator with another seed": _compared(first, other_seed),
        "the next draw from the same generator": _compared(first, second),
    }


def _compared(one: np.ndarray, two: np.ndarray) -> str:
    return "equal" if np.array_equal(one, two) else "different"
