"""Have a given function differentiated: count its calls, and see how `w` is left behind."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.probing import plain, same
from course_utils.checking.types import Inputs, Outputs, Question, Setup

__all__ = ["probe"]

_CALLS = 3  # of f for each number of w: two are needed


def probe(answer: Any, inputs: Inputs, setup: Setup, question: Question) -> Outputs:
    """The gradient of the set-up's function at `w`, by `answer(f, w)` or `answer(f, w, eps)`.

    Args:
        answer: the student's function.
        inputs: `w`, an array of any shape, and `eps`, None where it is left out.
        setup: `f`, `a`, `b`, `k`, which make the function, and the `layout` of `w` in memory.
        question: tells nothing more.
    """
    calls = 0
    w = _laid_out(inputs["w"], setup["layout"])  # may change during the call, if it is put back
    before = w.copy()

    def f(value: Any) -> float:
        nonlocal calls
        calls += 1
        point = np.asarray(value)
        if point.shape != before.shape:
            raise ValueError(
                f"f(w) was called with an array of shape {point.shape}, but w has {before.shape}."
            )
        return float(_given_function(setup, point))

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


def _given_function(setup: Setup, w: np.ndarray) -> Any:
    """The function at w: `a` and `b` are arrays of the shape of w, `k` is a number."""
    a, b, k = setup["a"], setup["b"], setup["k"]
    mixed = np.sum(b * w)  # ties the numbers of w to one another
    if setup["f"] == "quadratic":
        return 0.5 * mixed**2 + np.sum(a * w)
    if setup["f"] == "cubic":
        return 0.5 * mixed**2 + np.sum(a * w**3)
    if setup["f"] == "exponential":
        return np.exp(mixed)
    return np.sum(b * np.sin(k * w + a))


def _laid_out(w: np.ndarray, layout: str) -> np.ndarray:
    """A writable copy of w: "plain", "strided" (every second column) or "transposed" in memory."""
    if layout == "strided":
        view = np.zeros((*w.shape[:-1], 2 * w.shape[-1] + 1))[..., :-1:2]
        view[...] = w
        return view
    if layout == "transposed":
        return np.array(w.T, order="C").T
    return np.array(w, order="C")
