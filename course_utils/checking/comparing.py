"""Compare what an answer gave with what is right: count, type, shape, then values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.checking.types import (
    Case,
    FindingKind,
    Inputs,
    Outputs,
    Raises,
    Report,
)

__all__ = ["Difference", "compare", "describe_inputs", "precision"]

#: Relative tolerance by the precision of the inputs.
_RELATIVE = {"float16": 2e-3, "float32": 1e-5, "float64": 1e-10}

#: Roundings of a number near 1 that are forgiven: 1/2 (1 + tanh(z/2)) is right at z = -30.
_ROUNDINGS = 16


@dataclass(frozen=True)
class Difference:
    """How an answer differs from what was expected, in the student's words."""

    kind: FindingKind
    message: str
    evidence: dict[str, str] = field(default_factory=dict)


def precision(inputs: Inputs) -> str:
    """The name of the narrowest float dtype among the inputs' arrays; "float64" without any."""
    found = {"float64"}

    def look(value: Any) -> None:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            found.add(str(value.dtype))
        elif isinstance(value, (list, tuple)):
            for each in value:
                look(each)
        elif isinstance(value, dict):
            look(list(value.values()))

    look(inputs)
    return min(found & set(_RELATIVE), key=lambda name: int(name[5:]))


def describe_inputs(inputs: Inputs) -> str:
    """The inputs as one line: `x (2, 3) float32, steps = 4`."""
    words = []
    for name, value in inputs.items():
        if name.startswith("_"):
            continue
        if isinstance(value, np.ndarray) and value.ndim:
            words.append(f"{name} {value.shape} {value.dtype}")
        elif isinstance(value, (list, tuple)) and len(value) > 6:
            words.append(f"{name} a {type(value).__name__} of {len(value)}")
        elif isinstance(value, dict):
            words.append(f"{name} a dict of {len(value)}")
        else:
            shown = value.item() if isinstance(value, (np.generic, np.ndarray)) else value
            words.append(f"{name} = {shown!r}")
    return ", ".join(words)


def compare(
    expected: Outputs | Raises, report: Report, case: Case, relative: float | None = None
) -> Difference | None:
    """The first difference between a report and what is expected; None where they agree.

    Args:
        expected: an oracle's or a mistake's answer to the case.
        report: what the probe said.
        case: the inputs and the slack; with `relative` None they set the tolerance.
        relative: a relative tolerance to use instead.
    """
    if isinstance(expected, Raises) and expected.kind == _misfit_kind(report):
        return None
    if report.stopped:
        return Difference("stopped", "It was still running when the time was up.")
    if isinstance(expected, Raises):
        return _compare_error(expected, report, case)
    if report.thrown is not None:
        return Difference("exception", f"{report.thrown.kind}: {report.thrown.message}")
    if report.misfit is not None:
        kind, message = report.misfit
        return Difference(kind, message)  # type: ignore[arg-type]
    outputs = report.outputs or {}
    tolerance = relative or _RELATIVE[precision(case.inputs)] * case.slack
    for name, value in expected.items():
        if name not in outputs:
            return Difference("count", f"There is no {name}.")
        different = _compare_value(name, value, outputs[name], case, tolerance)
        if different:
            return different
    return None


def _misfit_kind(report: Report) -> str | None:
    """The kind of misfit, which a mistake of the bank may expect: "stopped", "count", …"""
    if report.stopped:
        return "stopped"
    return report.misfit[0] if report.misfit else None


def _compare_error(expected: Raises, report: Report, case: Case) -> Difference | None:
    problem = expected.problem or describe_inputs(case.inputs)
    if report.thrown is not None:
        if expected.kind in report.thrown.kinds:
            return None
        return Difference(
            "other-error",
            f"With {problem} it should raise a {expected.kind}, but it raised "
            f"{report.thrown.kind}: {report.thrown.message}",
        )
    came = "it returned a value"
    if report.misfit is not None and report.misfit[0] == "none":
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
        came = _shown(got)
        words = came if expected == "works" else f"should be {expected}, but is {came}"
        return Difference("values", f"{_cap(name)} {words}.", {"case": _about(case)})
    if isinstance(expected, (bool, type(None), dict)):
        if type(got) is type(expected) and got == expected:
            return None
        return Difference(
            "values",
            f"{_cap(name)} should be {expected}, but is {_shown(got)}.",
            {"case": _about(case)},
        )
    if isinstance(expected, (list, tuple)):
        if not isinstance(got, (list, tuple)) or len(got) != len(expected):
            count = len(got) if isinstance(got, (list, tuple)) else 1
            return Difference(
                "count", f"{_cap(name)} should have {len(expected)} parts, but has {count}."
            )
        for k, (e, g) in enumerate(zip(expected, got, strict=True)):
            different = _compare_value(f"{name}[{k}]", e, g, case, tolerance)
            if different:
                return different
        return None
    return _compare_array(name, np.asarray(expected), got, case, tolerance)


def _compare_array(
    name: str, expected: np.ndarray, got: Any, case: Case, tolerance: float
) -> Difference | None:
    if not isinstance(got, (np.ndarray, np.generic, int, float)):
        return Difference("type", f"{_cap(name)} should be an array, but is {_shown(got)}.")
    value = np.asarray(got)
    if value.dtype.kind not in "biuf":
        return Difference(
            "type", f"{_cap(name)} should hold numbers, but its dtype is {value.dtype}."
        )
    if value.shape != expected.shape:
        return Difference(
            "shape",
            f"{_cap(name)} should have shape {_shape(expected)}, but has {_shape(value)}.",
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
            f"{_cap(name)} holds {have[where]} at {_at(where)}; every number should be finite.",
            {"inputs": describe_inputs(case.inputs)},
        )
    exact = expected.dtype.kind in "biu"
    relative = 0.0 if exact else tolerance
    wrong = _wrong(want, have, finite, relative, case)
    if not wrong.any():
        return None
    where = _index(np.argwhere(wrong)[0])
    if not want.ndim and exact:
        return Difference(
            "values",
            f"{_cap(name)} should be {expected.item()}, but is {value.item():g}.",
            {"case": _about(case), "inputs": describe_inputs(case.inputs)},
        )
    evidence = {
        "case": _about(case),
        "inputs": describe_inputs(case.inputs),
        f"first difference, {name} at {_at(where)}": (
            f"expected {_number(want[where])}, got {_number(have[where])}"
        ),
        "numbers that differ": f"{int(wrong.sum())} of {wrong.size}",
    }
    if (
        not exact
        and precision(case.inputs) == "float64"
        and not _wrong(want, have, finite, 1e-4, case).any()
    ):
        return Difference(
            "dtype",
            f"{_cap(name)} is right to about six digits, but the inputs are float64. Somewhere "
            "your code computes in float32: keep the dtype of the inputs.",
            evidence,
        )
    return Difference("values", f"{_cap(name)} has the right shape but wrong values.", evidence)


def _wrong(
    want: np.ndarray, have: np.ndarray, finite: np.ndarray, relative: float, case: Case
) -> np.ndarray:
    """Where two arrays differ: relative to each number, with a floor from the largest one and one
    from the roundings of numbers near 1."""
    scale = np.abs(want[finite]).max(initial=0.0)
    if scale == 0.0:
        scale = _scale(case.inputs)
    bound = relative * (np.abs(np.where(finite, want, 0.0)) + scale)
    if relative:
        bound = bound + _ROUNDINGS * np.finfo(precision(case.inputs)).eps
    with np.errstate(invalid="ignore"):
        far = np.abs(have - want) > bound
    same = (have == want) | (np.isnan(have) & np.isnan(want))
    return np.where(finite, far | ~np.isfinite(have), ~same)


def _scale(inputs: Inputs) -> float:
    arrays = [value for value in inputs.values() if isinstance(value, np.ndarray) and value.size]
    sizes = [float(np.abs(a[np.isfinite(a)]).max(initial=0)) for a in arrays if a.dtype.kind == "f"]
    return max(sizes, default=1.0) or 1.0


def _shown(value: Any) -> str:
    """What came, in a few words: a large array takes minutes to be written out."""
    if isinstance(value, np.ndarray) and value.size > 20:
        return f"an array of shape {_shape(value)}"
    if isinstance(value, (list, tuple, dict)) and _count(value) > 20:
        return f"a {type(value).__name__} of {len(value)}"
    return value if isinstance(value, str) else repr(value)[:200]


def _count(value: Any) -> int:
    """How many numbers and texts there are in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return sum(map(_count, value[:30])) + len(value)
    return int(np.size(value)) if isinstance(value, np.ndarray) else 1


def _about(case: Case) -> str:
    words = case.about or "random numbers"
    return f"{words} (only {case.isolates} is not zero)" if case.isolates else words


def _index(position: np.ndarray) -> tuple[int, ...]:
    return tuple(int(k) for k in position)


def _at(where: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, where))}]" if where else "its one number"


def _shape(array: np.ndarray) -> str:
    return str(array.shape) if array.ndim else "() (one number)"


def _number(value: np.floating) -> str:
    return f"{float(value):.6g}"


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
