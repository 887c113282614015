"""Mix twice with one random generator, and once with another one of the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import fresh, plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The mixtures, of which the generator is the last argument; the set-up has its seed.

    With `calls` in the set-up: those of as many calls with one generator. Each call but the first
    gets inputs of its own, so that one that changes them spoils no other.
    """
    kept = fresh(inputs)
    given = [inputs]

    def mix(rng: np.random.Generator) -> np.ndarray:
        arguments = given.pop() if given else fresh(kept)
        return plain(answer(*arguments.values(), rng), "the result")

    one = np.random.default_rng(setup["seed"])
    first = mix(one)
    if "calls" in setup:
        each = [first, *(mix(one) for _ in range(setup["calls"] - 1))]
        alike = all(mixed.shape == first.shape for mixed in each)
        return {"the inputs": first, "the inputs of each call": np.array(each if alike else [])}
    return {
        "the inputs": first,
        "the next inputs": mix(one),
        "the inputs from the same seed": mix(np.random.default_rng(setup["seed"])),
    }
