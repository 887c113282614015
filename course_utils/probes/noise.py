"""Draw noise from a given generator: twice and from its twin, or many small states."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import plain
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """Draw twice from one generator, and once from another one of the same seed.

    Where the set-up has `draws`, draw so often from one generator instead.
    """
    arguments = [inputs[name] for name in ("batch", "units", "scale")]

    def draw(rng: np.random.Generator) -> np.ndarray:
        return plain(answer(rng, *arguments), "the state")

    one = np.random.default_rng(setup["seed"])
    if "draws" in setup:
        states = [draw(one) for _ in range(setup["draws"])]
        if len({state.shape for state in states}) > 1:
            return {"the state": states[0]}
        return {"the states": np.stack(states)}
    outputs: Outputs = {"the state": draw(one)}
    if inputs["batch"] > 0 and inputs["units"] > 0:
        outputs["the next state"] = draw(one)
        outputs["the state from the same seed"] = draw(np.random.default_rng(setup["seed"]))
    return outputs
