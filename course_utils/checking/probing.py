"""What a probe is made of: plain values out of whatever an answer returns.

A probe raises `Misfit` where the answer gives something that is no array or number at all; the
engine turns it into a message. Nothing here knows what is right.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checking.types import Outputs

__all__ = [
    "Misfit",
    "describe",
    "fresh",
    "plain",
    "plain_results",
    "plain_tuple",
    "same",
    "wide",
]

_LARGEST = 50_000_000  # numbers in one output


class Misfit(Exception):
    """The answer's value has no place here: None, a string, a class, the wrong count.

    Args:
        kind: "none", "type", "count" or "not-finite": a `Finding.kind`.
        message: for the student: what was expected, what came, what to do.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


def fresh(value: Any) -> Any:
    """A deep, writable copy of an input: arrays, and lists, tuples or dicts of them."""
    if isinstance(value, np.ndarray):
        return np.array(value, copy=True)
    if isinstance(value, (list, tuple)):
        return type(value)(fresh(each) for each in value)
    if isinstance(value, dict):
        return {key: fresh(each) for key, each in value.items()}
    return value


def wide(value: Any) -> Any:
    """A copy of an input with its float arrays in float64, those in lists and dicts included."""
    if isinstance(value, np.ndarray):
        return np.array(value, dtype=np.float64 if value.dtype.kind == "f" else None, copy=True)
    if isinstance(value, (list, tuple)):
        return type(value)(wide(each) for each in value)
    if isinstance(value, dict):
        return {key: wide(each) for key, each in value.items()}
    return value


def same(a: Any, b: Any) -> bool:
    """Whether two inputs are equal to the last bit; NaN equals NaN."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)):
            return False
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        return a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return bool(a == b)


def describe(value: Any) -> str:
    """A value in the student's words: "a string", "None", "an array of shape (2,)"."""
    if value is None:
        return "None"
    if inspect.isclass(value):
        return f"the class {value.__name__}"
    if inspect.ismodule(value):
        return f"the module {value.__name__}"
    if inspect.isgenerator(value):
        return "a generator"
    if isinstance(value, str):
        return f"the string {value[:30]!r}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    shape = getattr(value, "shape", None)
    if shape is not None:
        try:
            return f"an array of shape {tuple(shape)}"
        except (TypeError, ValueError):
            return f"a {type(value).__name__} of unknown shape"
    article = "an" if type(value).__name__[0] in "aeiouAEIOU" else "a"
    return f"{article} {type(value).__name__}"


def plain(value: Any, what: str = "the result") -> np.ndarray:
    """An answer's value as a NumPy array of exactly that type: numbers or booleans.

    Args:
        value: a NumPy array or number, a TensorFlow tensor or variable, a Keras variable, or a list
            or tuple that NumPy makes one array of.
        what: how messages call it: "the hidden state".

    Returns:
        A plain `np.ndarray` copy, 0-dimensional for a number.

    Raises:
        Misfit: it is None, a string, a class, an object array, a list of arrays of several shapes,
            or too large.
    """
    if value is None:
        raise Misfit(
            "none", f"{_cap(what)} is None. Does your code end in `return`, on every path?"
        )
    if inspect.isclass(value):
        raise Misfit("type", f"{_cap(what)} is {describe(value)} itself, not an array. Call it?")
    if isinstance(value, (str, bytes)):
        raise Misfit("type", f"{_cap(what)} should hold numbers, but {describe(value)} came.")
    if isinstance(value, (list, tuple)):
        stacked = _stacked(value)
        if stacked is None:
            raise Misfit(
                "type",
                f"{_cap(what)} should be one array, but {describe(value)} came, whose parts make "
                f"no array of one shape. Return {what} alone.",
            )
        value = stacked
    if type(value).__name__ == "IndexedSlices":  # the gradient of a gather
        import tensorflow as tf

        value = tf.convert_to_tensor(value)
    if type(value).__module__.startswith(("keras", "tensorflow")) and not callable(
        getattr(value, "numpy", None)
    ):
        raise Misfit(
            "type",
            f"{_cap(what)} is {describe(value)} that has no numbers yet (a symbolic tensor). "
            "Compute with the arrays you are given, not with a graph built elsewhere.",
        )
    if not isinstance(value, (np.ndarray, np.generic, int, float, complex)):
        if not hasattr(value, "__array__"):
            raise Misfit("type", f"{_cap(what)} should hold numbers, but {describe(value)} came.")
        if callable(getattr(value, "numpy", None)):
            value = value.numpy()
    if type(value) is int and abs(value) >= 2**63:  # NumPy has no number for it
        value = float(value) if abs(value) < 2**1023 else np.inf * (1 if value > 0 else -1)
    array = np.array(value, copy=True, subok=False)
    if array.dtype.kind not in "biuf":
        raise Misfit(
            "type",
            f"{_cap(what)} should hold numbers, but its dtype is {array.dtype}. "
            "Build it from arrays of numbers of one shape.",
        )
    if array.size > _LARGEST:
        raise Misfit("shape", f"{_cap(what)} has {array.size:,} numbers: far more than asked for.")
    return array


def _stacked(value: Sequence[Any]) -> np.ndarray | None:
    """A list or tuple as one array of numbers; None where NumPy makes none of it."""
    try:
        array = np.asarray(value)
    except Exception:  # ragged, symbolic, or with a mind of its own
        return None
    return array if array.dtype.kind in "biuf" else None


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def plain_results(value: Any, names: Sequence[str]) -> Outputs:
    """What an answer returned, by name: one value, or a tuple of several.

    Raises:
        Misfit: a value is no array or number, or there are too few or too many.
    """
    return {names[0]: plain(value, names[0])} if len(names) == 1 else plain_tuple(value, names)


def plain_tuple(value: Any, names: Sequence[str]) -> Outputs:
    """Several returned values by name: a tuple, a list, or one array that unpacks into them.

    Raises:
        Misfit: it is none of these, or has another length.
    """
    listed = ", ".join([*names[:-2], " and ".join(names[-2:])])
    if value is None:
        raise Misfit("none", f"The result is None; expected {listed}. Is there a `return`?")
    if not isinstance(value, (tuple, list)):
        parts = _unpacked(value)
        if parts is None or len(parts) != len(names):
            raise Misfit(
                "count", f"Expected {len(names)} values ({listed}), but {describe(value)} came."
            )
        value = parts
    if len(value) != len(names):
        raise Misfit("count", f"Expected {len(names)} values ({listed}), but {len(value)} came.")
    return {name: plain(each, name) for name, each in zip(names, value, strict=True)}


def _unpacked(value: Any) -> list[Any] | None:
    """The parts of an array or tensor along its first axis, as unpacking gives them."""
    shape = getattr(value, "shape", None)
    try:
        return [value[k] for k in range(int(shape[0]))] if shape is not None else None
    except Exception:  # no axis, or a symbolic one
        return None
