"""How far a number may be from what is right: by the precision of inputs and the size of sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Case, Inputs

__all__ = ["SINGLE", "differing", "precision", "relative_tolerance"]

#: Relative tolerance by the precision of the inputs.
_RELATIVE = {"float16": 2e-3, "float32": 1e-5, "float64": 1e-10}
SINGLE = _RELATIVE["float32"]

#: Roundings of a number near 1 that are forgiven: 1/2 (1 + tanh(z/2)) is right at z = -30.
_ROUNDINGS = 16


def precision(case: Case) -> str:
    """The name of the narrowest float dtype among a case's arrays.

    Python numbers carry no precision: without any array float32 will do.
    """
    return _narrowest(case) or "float32"


def _narrowest(case: Case) -> str | None:
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, np.ndarray):
            found.add(str(value.dtype) if value.dtype.kind == "f" else "float64")
        elif isinstance(value, (list, tuple)):
            for each in value:
                look(each)
        elif isinstance(value, dict):
            look(list(value.values()))

    look(case.inputs)
    look(case.setup)
    return min(found & set(_RELATIVE), key=lambda name: int(name[5:]), default=None)


def relative_tolerance(case: Case) -> float:
    """The relative tolerance of a case."""
    return _RELATIVE[precision(case)] * case.tolerance_factor


def differing(
    want: np.ndarray, have: np.ndarray, finite: np.ndarray, relative: float, case: Case
) -> np.ndarray:
    """Where two arrays differ: relative to each number, with a floor from the largest one and one
    from the roundings of numbers near 1."""
    scale = np.abs(want[finite]).max(initial=0.0)
    if scale == 0.0:
        scale = _scale(case.inputs)
    bound = relative * (np.abs(np.where(finite, want, 0.0)) + scale)
    if relative:
        # Tiny numbers stay tiny where no array says how they were rounded.
        bound = bound + _ROUNDINGS * np.finfo(_narrowest(case) or "float64").eps
    with np.errstate(invalid="ignore"):
        far = np.abs(have - want) > bound
    same = (have == want) | (np.isnan(have) & np.isnan(want))
    return np.where(finite, far | ~np.isfinite(have), ~same)


def _scale(inputs: Inputs) -> float:
    arrays = [value for value in inputs.values() if isinstance(value, np.ndarray) and value.size]
    sizes = [float(np.abs(a[np.isfinite(a)]).max(initial=0)) for a in arrays if a.dtype.kind == "f"]
    return max(sizes, default=1.0) or 1.0
