"""Chapter 6, vanishing and exploding gradients: what is asked, and the probes beside the answers.

Names of inputs that begin with `_` are not arguments of the answer: they tell the probe what to do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import (
    Misfit,
    call_fresh,
    describe,
    function_probe,
    plain,
)
from course_utils.checking.types import Exercise, Inputs, Outputs

__all__ = ["EXERCISES", "clip_probe", "regime_probe", "xavier_probe"]

_REGIMES = ("vanishes", "constant", "alternates", "explodes")


def regime_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Ask for the regime of each number in `w`, one call for each.

    Args:
        answer: the student's function.
        inputs: `w`, a list of numbers.

    Returns:
        The regime of each, by the number as the messages show it, and how many are known words.

    Raises:
        Misfit: a call returns something that is no string.
    """
    words = {f"the regime of w = {w!r}": _word(answer(w)) for w in inputs["w"]}
    known = sum(word in _REGIMES for word in words.values())
    return {**words, "the number of answers that are one of the four words": known}


def _word(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if value is None:
        raise Misfit("none", "The result is None. Does your code end in `return`, on every path?")
    if not isinstance(value, str):
        raise Misfit(
            "type",
            f"The result should be one of four words, as a string, but {describe(value)} came.",
        )
    return str(value)


def clip_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Clip a list of gradients; read the new list and the norm.

    Args:
        answer: the student's function.
        inputs: `gradients`, a list of arrays, and `max_norm`.

    Returns:
        `the gradients`, a list of arrays, and `the norm before clipping`, a number.
    """
    return call_fresh(answer, inputs, _read_clipped)


def _read_clipped(value: Any) -> Outputs:
    if value is None:
        raise Misfit("none", "The result is None. Does your code end in `return`, on every path?")
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Misfit(
            "count",
            f"Expected two values, the list of gradients and the norm, but {describe(value)} came.",
        )
    gradients, norm = value
    if not isinstance(gradients, (tuple, list)):
        raise Misfit(
            "type",
            "The first result should be a list with one array for each gradient, "
            f"but {describe(gradients)} came.",
        )
    return {
        "the gradients": [plain(each, "a gradient") for each in gradients],
        "the norm before clipping": plain(norm, "the norm"),
    }


def xavier_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Draw weights with generators of the probe's own.

    Args:
        answer: the student's function.
        inputs: `fan_in`, `fan_out` and `_seed`; with `_do` "draw" the weights themselves are
            reported, with "again" how draws from several generators compare.

    Returns:
        `the weights` (fan_in, fan_out), or for three pairs of draws whether they are "equal" or
        "different".
    """
    seed, fans = inputs["_seed"], (inputs["fan_in"], inputs["fan_out"])

    def draw(rng: np.random.Generator) -> np.ndarray:
        return plain(answer(rng, *fans), "the weights")

    generator = np.random.default_rng(seed)
    first = draw(generator)
    if inputs["_do"] == "draw":
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


EXERCISES: dict[str, Exercise] = {
    "scalar_gradient": Exercise(
        name="scalar_gradient",
        signature="scalar_gradient(w, steps)",
        probe=function_probe("the gradient"),
        points=1,
        minutes=8,
        difficulty=1,
    ),
    "regime": Exercise(
        name="regime",
        signature="regime(w)",
        probe=regime_probe,
        points=1,
        minutes=5,
        difficulty=1,
    ),
    "hidden_jacobian": Exercise(
        name="hidden_jacobian",
        signature="hidden_jacobian(hs, W_h)",
        probe=function_probe("the Jacobian"),
        points=3,
        minutes=20,
        difficulty=3,
    ),
    "clip_by_global_norm": Exercise(
        name="clip_by_global_norm",
        signature="clip_by_global_norm(gradients, max_norm)",
        probe=clip_probe,
        points=2,
        forbidden=("clipping",),
        minutes=15,
        difficulty=2,
    ),
    "xavier": Exercise(
        name="xavier",
        signature="xavier(rng, fan_in, fan_out)",
        probe=xavier_probe,
        points=1,
        minutes=6,
        difficulty=1,
    ),
    "to_spectral_radius": Exercise(
        name="to_spectral_radius",
        signature="to_spectral_radius(W, radius)",
        probe=function_probe("the matrix"),
        points=2,
        minutes=12,
        difficulty=2,
    ),
}
