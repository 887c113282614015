"""What free_run and warm_up_and_forecast share: a drawn step, and their second reference.

Source: R. J. Williams and D. Zipser, "A learning algorithm for continually running fully recurrent
neural networks", Neural Computation 1 (1989).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.probing import wide
from course_utils.checking.types import Case, ExpectedError, Inputs, Outputs, Setup, from_case

__all__ = ["Step", "folded", "run_case", "still"]

Array = np.ndarray
Step: TypeAlias = Callable[[Array, Any], tuple[Array, Any]]


def run_case(
    rng: np.random.Generator,
    part: str,
    about: str,
    batch: int,
    begin: int | None,
    features: int,
    units: int,
    steps: int,
    dtype: str = "float32",
    linear: bool = False,
    as_list: bool = False,
) -> Case:
    """A case of free_run, or of warm_up_and_forecast where `begin` says how long the history is."""

    def draw(*shape: int) -> Array:
        return rng.normal(size=shape).astype(dtype)

    state = draw(batch, units)
    forced = (
        {"first": draw(batch, features)}
        if begin is None
        else {"history": draw(batch, begin, features)}
    )
    inputs = {
        "state": [state, draw(batch, units)] if as_list else state,
        **forced,
        "steps": steps,
    }
    setup = _draw_step(rng, features, units, dtype, linear, as_list)
    return Case(part, inputs, about, setup, tolerance_factor=3.0)


def _draw_step(
    rng: np.random.Generator,
    features: int,
    units: int,
    dtype: str,
    linear: bool,
    as_list: bool,
) -> Setup:
    """A step that neither dies out nor grows, free or forced: no spectral radius is above 1."""
    W_x, W_y = rng.normal(size=(features, units)), rng.normal(size=(units, features))
    W_h = rng.normal(size=(units, units))
    radii = [np.abs(np.linalg.eigvals(W)).max() for W in (W_h + W_y @ W_x, W_h)]
    size = (1.0 if linear else 1.4) / max(radii)
    W_x, W_h = size * W_x, size * W_h
    weights = {"W_x": W_x, "W_h": W_h, "b": 0.5 * rng.normal(size=units), "W_y": W_y}
    weights["b_y"] = 0.5 * rng.normal(size=features)
    if as_list:
        weights["W_y"] = 0.5 * W_y  # the output reads the state and its mean
    given = {name: value.astype(dtype) for name, value in weights.items()}
    return {**given, "linear": linear, "list": as_list}


@from_case
def folded(inputs: Inputs, setup: Setup) -> Outputs:
    """The free run without any input: y is a function of the state, so W_y W_x joins W_h."""
    state, begin, steps = (wide(each) for each in inputs.values())
    if steps < 1 or not begin.size:
        raise ExpectedError
    W_x, W_h, b, W_y, b_y = (wide(setup[name]) for name in ("W_x", "W_h", "b", "W_y", "b_y"))
    h, mean = state if setup["list"] else (state, 0.0)
    squash = (lambda z: z) if setup["linear"] else np.tanh
    driven = np.tensordot(begin, W_x, axes=1) + b  # (B, U) or (B, T, U)
    for drive in [driven] if begin.ndim == 2 else list(np.moveaxis(driven, 1, 0)):
        h = squash(drive + h @ W_h)
        mean = 0.5 * (mean + h) if setup["list"] else 0.0
    seen = [h + mean]
    loop, offset = W_y @ W_x, b + b_y @ W_x
    for _ in range(steps - 1):
        h = squash((h + mean) @ loop + h @ W_h + offset)
        mean = 0.5 * (mean + h) if setup["list"] else 0.0
        seen.append(h + mean)
    return {"the outputs": np.einsum("tbu,uf->btf", np.array(seen), W_y) + b_y}


def still(x: Array, state: Any) -> tuple[Array, Any]:
    """A step that changes nothing: who runs it sees only which arguments are refused."""
    return x, state
