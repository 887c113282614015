"""Values in the student's words, in few of them: inputs, shapes, places, numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.types import Inputs

__all__ = ["at", "capital", "describe_inputs", "in_words", "numbers", "plural", "shape"]


def describe_inputs(inputs: Inputs) -> str:
    """The inputs as one line: `x (2, 3) float32, steps = 4`."""
    words = []
    for name, value in inputs.items():
        if isinstance(value, np.ndarray) and value.ndim:
            words.append(f"{name} {value.shape} {value.dtype}")
        elif isinstance(value, (list, tuple)) and any(isinstance(v, np.ndarray) for v in value):
            arrays = "one array" if len(value) == 1 else f"{len(value)} arrays"
            words.append(f"{name} a {type(value).__name__} of {arrays}")
        elif isinstance(value, (list, tuple)) and len(value) > 6:
            words.append(f"{name} a {type(value).__name__} of {len(value)}")
        elif isinstance(value, dict):
            words.append(f"{name} a dict of {len(value)}")
        else:
            shown = value.item() if isinstance(value, (np.generic, np.ndarray)) else value
            words.append(f"{name} = {shown!r}")
    return ", ".join(words)


def in_words(value: Any) -> str:
    """What came, in a few words: a large array takes minutes to be written out."""
    if isinstance(value, np.ndarray) and value.size > 20:
        return f"an array of shape {shape(value)}"
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


def at(where: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, where))}]" if where else "its one number"


def shape(array: np.ndarray) -> str:
    return str(array.shape) if array.ndim else "() (one number)"


def numbers(one: np.floating, other: np.floating) -> tuple[str, str]:
    """Two numbers, with as many digits as tell them apart, and six at least."""
    for digits in (6, 9, 12, 17):
        both = f"{float(one):.{digits}g}", f"{float(other):.{digits}g}"
        if both[0] != both[1]:
            break
    return both


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def plural(name: str) -> bool:
    """Whether the result of this name is spoken of in the plural: "the states in a model"."""
    words = [word for word in name.split() if word.lower() not in ("the", "a")]
    owner = words[0].endswith(("'", "'s")) and len(words) > 1  # "the weights' shapes"
    noun = words[1 if owner else 0]
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is", "as"))
