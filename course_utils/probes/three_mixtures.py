"""Mix twice with one random generator, and once with another one of the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The three mixtures, of which the generator is the last argument; the set-up has its seed."""

    def mix(rng: np.random.Generator) -> np.ndarray:
        return plain(answer(*inputs.values(), rng), "the inputs")

    one = np.random.default_rng(setup["seed"])
    return {
        "the inputs": mix(one),
        "the next inputs": mix(one),
        "the inputs from the same seed": mix(np.random.default_rng(setup["seed"])),
    }
