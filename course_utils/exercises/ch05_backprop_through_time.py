"""Chapter 5, backpropagation through time: what is asked, and the probes beside the answers.

Names of inputs that begin with `_` are not arguments of the answer: they tell the probe what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.probing import function_probe, plain, same
from course_utils.checking.types import Exercise, Inputs, Outputs, Probe

__all__ = ["EXERCISES"]

_CALLS = 3  # of f for each number of w: two are needed


def given_function(inputs: Inputs, w: Any) -> Any:
    """The function that the checks differentiate, at w; real or complex, with no library but NumPy.

    Args:
        inputs: `_f`, its kind; `_a` and `_b`, arrays of the shape of w; `_k`, a number.
        w: an array of that shape.
    """
    a, b, k = inputs["_a"], inputs["_b"], inputs["_k"]
    mixed = np.sum(b * w)  # ties the numbers of w to one another
    if inputs["_f"] == "quadratic":
        return 0.5 * mixed**2 + np.sum(a * w)
    if inputs["_f"] == "cubic":
        return 0.5 * mixed**2 + np.sum(a * w**3)
    if inputs["_f"] == "exponential":
        return np.exp(mixed)
    return np.sum(b * np.sin(k * w + a))


def laid_out(w: np.ndarray, layout: str) -> np.ndarray:
    """A writable copy of w: "plain", "strided" (every second column) or "transposed" in memory."""
    if layout == "strided":
        view = np.zeros((*w.shape[:-1], 2 * w.shape[-1] + 1))[..., :-1:2]
        view[...] = w
        return view
    if layout == "transposed":
        return np.array(w.T, order="C").T
    return np.array(w, order="C")


def numerical_gradient_probe(answer: Any, inputs: Inputs) -> Outputs:
    """Differentiate a given function, count its calls, and see how w is left behind."""
    calls = 0
    w = laid_out(inputs["w"], inputs["_layout"])
    before = w.copy()

    def f(value: Any) -> float:
        nonlocal calls
        calls += 1
        point = np.asarray(value)
        if point.shape != before.shape:
            raise ValueError(
                f"f(w) was called with an array of shape {point.shape}, but w has {before.shape}."
            )
        return float(given_function(inputs, point))

    eps = inputs["eps"]
    value = answer(f, w) if eps is None else answer(f, w, eps)
    often = calls > _CALLS * before.size + 1
    moved = float(np.abs(w - before).max())
    return {
        "the gradient": plain(value, "the gradient"),
        "`w` after the call": (
            "as it was" if same(before, w.copy()) else f"changed: by up to {moved:.0e}"
        ),
        "the number of calls of `f`": (
            f"{calls} for {before.size} numbers" if often else "at most three for each number of w"
        ),
    }


def _without_notes(probe: Probe) -> Probe:
    """The same probe, for inputs that hold notes (`_b`) beside the arguments."""

    def arguments_only(answer: Callable[..., Any], inputs: Inputs) -> Outputs:
        return probe(answer, {k: v for k, v in inputs.items() if not k.startswith("_")})

    return arguments_only


EXERCISES: dict[str, Exercise] = {
    "numerical_gradient": Exercise(
        name="numerical_gradient",
        signature="numerical_gradient(f, w, eps=1e-6)",
        probe=numerical_gradient_probe,
        points=2,
        minutes=12,
        difficulty=1,
    ),
    "sequence_loss": Exercise(
        name="sequence_loss",
        signature="sequence_loss(ys, targets)",
        probe=function_probe("the loss", "the gradient"),
        points=1,
        minutes=8,
        difficulty=1,
    ),
    "elman_backward_step": Exercise(
        name="elman_backward_step",
        signature="elman_backward_step(dh, x, h_prev, h, W_x, W_h)",
        probe=_without_notes(function_probe("`dx`", "`dh_prev`", "`dW_x`", "`dW_h`", "`db`")),
        points=3,
        minutes=20,
        difficulty=2,
    ),
    "bptt": Exercise(
        name="bptt",
        signature="bptt(dhs, xs, hs, h0, W_x, W_h)",
        probe=_without_notes(function_probe("`dxs`", "`dh0`", "`dW_x`", "`dW_h`", "`db`")),
        points=3,
        minutes=25,
        difficulty=3,
    ),
    "contributions": Exercise(
        name="contributions",
        signature="contributions(dhs, xs, hs, h0, W_x, W_h)",
        probe=_without_notes(function_probe("the contributions")),
        points=2,
        minutes=15,
        difficulty=2,
    ),
}
