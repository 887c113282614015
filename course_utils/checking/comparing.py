"""Compare what an answer gave with what is right: count, type, shape, then values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.checking.describing import (
    at,
    capital,
    describe_inputs,
    in_words,
    numbers,
    plural,
    shape,
)
from course_utils.checking.tolerance import SINGLE, differing, precision, relative_tolerance
from course_utils.checking.types import (
    Case,
    ExpectedError,
    FindingKind,
    Outputs,
    ProbeResult,
)

__all__ = ["DIFFERING", "Difference", "about", "compare"]

DIFFERING = "numbers that differ"  # a line of the evidence of values

#: With which a probe's words begin that say what something does.
_VERBS = {"depends", "flows", "gives", "has", "is", "loses", "misses", "reaches", "was", "works"}


@dataclass(frozen=True)
class Difference:
    """How an answer differs from what was expected, in the student's words."""

    kind: FindingKind
    message: str
    evidence: dict[str, str] = field(default_factory=dict)
    single: bool = False  # right to float32, where float64 is asked for


def compare(
    expected: Outputs | ExpectedError,
    result: ProbeResult,
    case: Case,
    relative: float | None = None,
) -> Difference | None:
    """The first difference between a result and what is expected; None where they agree.

    Args:
        expected: an oracle's or a mistake's answer to the case.
        result: what the probe said.
        case: the inputs and the tolerance factor; with `relative` None they set the tolerance.
        relative: a relative tolerance to use instead.
    """
    if isinstance(expected, ExpectedError) and expected.kind == _misfit_kind(result):
        return None
    if result.stopped:
        return Difference("stopped", "It was still running when the time was up.")
    if isinstance(expected, ExpectedError):
        return _compare_error(expected, result, case)
    if result.thrown is not None:
        return Difference("exception", f"{result.thrown.kind}: {result.thrown.message}")
    if result.misfit is not None:
        kind, message = result.misfit
        single = kind == "dtype" and precision(case) == "float64"
        return Difference(kind, message, single=single)  # type: ignore[arg-type]
    outputs = result.outputs or {}
    tolerance = relative or relative_tolerance(case)
    for name, value in expected.items():
        if name not in outputs:
            return Difference("count", f"{capital(name)} {_be(name)} missing.")
        different = _compare_value(name, value, outputs[name], case, tolerance)
        if different:
            return different
    return None


def _misfit_kind(result: ProbeResult) -> str | None:
    """The kind of misfit, which a mistake of the bank may expect: "stopped", "count", …"""
    if result.stopped:
        return "stopped"
    return result.misfit[0] if result.misfit else None


def _compare_error(expected: ExpectedError, result: ProbeResult, case: Case) -> Difference | None:
    problem = expected.problem or describe_inputs(case.inputs)
    if result.thrown is not None:
        if expected.kind in result.thrown.kinds:
            return None
        return Difference(
            "other-error",
            f"With {problem} it should raise a {expected.kind}, but it raised "
            f"{result.thrown.kind}: {result.thrown.message}",
        )
    came = "it returned a value"
    if result.misfit is not None and result.misfit[0] == "none":
        came = "it returned None"
    name = f" that names `{expected.argument}`" if expected.argument else ""
    return Difference(
        "no-error",
        f"With {problem} there is nothing right to return. It should raise a "
        f"{expected.kind}{name}, but {came}.",
    )


def _compare_value(
    name: str, expected: Any, got: Any, case: Case, tolerance: float
) -> Difference | None:
    if isinstance(expected, str):
        if isinstance(got, str) and (got == expected or got.startswith(f"{expected}: ")):
            return None
        came = in_words(got)
        if expected == "works":
            words = came
        elif expected.split()[0] in _VERBS:
            words = f"{came}; asked for is what {expected}"
        else:
            words = f"should be {expected}, but {_be(name)} {came}"
        return Difference("values", f"{capital(name)} {words}.", {"case": about(case)})
    if isinstance(expected, (bool, type(None), dict)):
        if type(got) is type(expected) and got == expected:
            return None
        return Difference(
            "values",
            f"{capital(name)} should be {expected}, but {_be(name)} {in_words(got)}.",
            {"case": about(case)},
        )
    if isinstance(expected, (list, tuple)):
        if not isinstance(got, (list, tuple)) or len(got) != len(expected):
            count = len(got) if isinstance(got, (list, tuple)) else 1
            return Difference(
                "count",
                f"{capital(name)} should have {len(expected)} parts, but {_have(name)} {count}.",
            )
        for k, (e, g) in enumerate(zip(expected, got, strict=True)):
            different = _compare_value(f"part {k} of {name}", e, g, case, tolerance)
            if different:
                return different
        return None
    return _compare_array(name, np.asarray(expected), got, case, tolerance)


def _compare_array(
    name: str, expected: np.ndarray, got: Any, case: Case, tolerance: float
) -> Difference | None:
    if not isinstance(got, (np.ndarray, np.generic, int, float)):
        return Difference(
            "type", f"{capital(name)} should be an array, but {_be(name)} {in_words(got)}."
        )
    value = np.asarray(got)
    if value.dtype.kind not in "biuf":
        return Difference(
            "type", f"{capital(name)} should hold numbers, but its dtype is {value.dtype}."
        )
    if not expected.ndim and value.shape == (1,):
        value = value[0]  # one number, if in brackets
    exact = expected.dtype.kind in "biu"
    if exact and _is_short(expected) and _is_short(value):
        if np.array_equal(expected, value):
            return None
        want_all, got_all = (tuple(each.tolist()) for each in (expected, value))
        return Difference(
            "values",
            f"{capital(name)} should be {want_all}, but {_be(name)} {got_all}.",
            {"case": about(case), "inputs": describe_inputs(case.inputs)},
        )
    if value.shape != expected.shape:
        if value.size == 0 == expected.size and value.shape == expected.shape[: value.ndim]:
            return None  # nested lists of nothing cannot show the axes behind it
        return Difference(
            "shape",
            f"{capital(name)} should have shape {shape(expected)}, but {_have(name)} "
            f"{shape(value)}.{_axis_too_many(value.shape, expected.shape)}",
            {"inputs": describe_inputs(case.inputs)},
        )
    if expected.size == 0:
        return None
    want, have = expected.astype(np.float64), value.astype(np.float64)
    finite = np.isfinite(want)
    if finite.all() and not np.isfinite(have).all():
        where = _index(np.argwhere(~np.isfinite(have))[0])
        return Difference(
            "not-finite",
            f"{capital(name)} holds {have[where]} at {at(where)}; every number should be finite.",
            {"inputs": describe_inputs(case.inputs)},
        )
    relative = 0.0 if exact else tolerance
    wrong = differing(want, have, finite, relative, case)
    if not wrong.any():
        return None
    where = _index(np.argwhere(wrong)[0])
    if not want.ndim and exact:
        return Difference(
            "values",
            f"{capital(name)} should be {expected.item()}, but {_be(name)} {value.item():g}.",
            {"case": about(case), "inputs": describe_inputs(case.inputs)},
        )
    evidence = {
        "case": about(case),
        "inputs": describe_inputs(case.inputs),
        f"first difference, {name} at {at(where)}": (
            "expected {}, got {}".format(*numbers(want[where], have[where]))
        ),
        DIFFERING: f"{int(wrong.sum())} of {wrong.size}",
    }
    if exact or _is_cut(want, have) or differing(want, have, finite, 1e-4, case).any():
        words = f"{capital(name)} {_have(name)} the right shape but wrong values."
        if not want.ndim:
            right, came = numbers(want[where], have[where])
            words = f"{capital(name)} should be {right}, but {_be(name)} {came}."
        return Difference("values", words, evidence)
    single = not differing(want, have, finite, SINGLE * case.tolerance_factor, case).any()
    if single and precision(case) == "float64" and _is_single(value):
        words = (
            "but what you are given is float64, and your code computes in float32: keep the dtype "
            "that comes in."
        )
        return Difference(
            "dtype",
            f"{capital(name)} {_be(name)} right to about six digits, {words}",
            evidence,
            single,
        )
    gap = float(np.abs(have - want)[finite].max(initial=0.0))
    step = "a step in float32, " if precision(case) == "float64" else ""
    return Difference(
        "values",
        f"{capital(name)} {_be(name)} close to what is right, but not equal: off by up to "
        f"{gap:.1e}. Look for {step}a small constant that is added, a rounded one, or too few "
        "terms.",
        evidence,
        single and precision(case) == "float64",
    )


def _is_short(array: np.ndarray) -> bool:
    """A few whole numbers, such as a shape, which a sentence can hold."""
    return array.dtype.kind in "iu" and array.ndim == 1 and array.size <= 8


def _is_cut(want: np.ndarray, have: np.ndarray) -> bool:
    """Whether fractions have been lost, and not because the numbers are too large to have them."""
    return bool((want % 1).any() and not (have % 1).any() and np.abs(have).max() < 2**23)


def _axis_too_many(came: tuple[int, ...], right: tuple[int, ...]) -> str:
    """A sentence on a first axis that does not belong there; or ""."""
    if came[1:] != right or len(came) < 2:
        return ""
    return (
        f" The first axis, of length {came[0]}, is too many: an index or a sum over it is missing, "
        "or more is returned than is asked for."
    )


def _be(name: str) -> str:
    return "are" if plural(name) else "is"


def _have(name: str) -> str:
    return "have" if plural(name) else "has"


def _is_single(value: np.ndarray) -> bool:
    """Whether an array holds float32, by its dtype or by its bits, and nothing coarser."""
    if value.dtype.kind != "f":
        return False
    with np.errstate(all="ignore"):
        half, single = (
            bool((value.astype(dtype).astype(value.dtype) == value).all())
            for dtype in (np.float16, np.float32)
        )
    return single and not half


def about(case: Case) -> str:
    """What is special about a case, in the student's words."""
    words = case.about or "random numbers"
    return f"{words} (all but {case.isolates} set to zero)" if case.isolates else words


def _index(position: np.ndarray) -> tuple[int, ...]:
    return tuple(int(k) for k in position)
