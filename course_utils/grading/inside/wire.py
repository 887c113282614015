"""What crosses the border: one frame of JSON and arrays, checked to the last byte.

A frame is a magic number, two lengths, a JSON header and the arrays in NumPy's format. The header
holds a tree in which lists, tuples, dicts and arrays are told apart, so that what arrives equals
what was sent. Nothing is unpickled, and every size is known before memory is taken for it.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_utils.errors import WireError
from course_utils.grading.inside.npy import array_in, bytes_of

__all__ = ["FROM_SANDBOX", "HEAD", "INTO_SANDBOX", "Bounds", "body_size", "decode", "encode"]

_MAGIC = b"UNR1"
_SIZES = struct.Struct("<4sIQ")
HEAD = _SIZES.size
_DEPTH = 16
_BITS = 1_024  # of a whole number
_DIGITS = 400  # of any number: 1,024 bits are 309 of them


@dataclass(frozen=True)
class Bounds:
    """The largest frame that is taken, and what may be in it.

    Attributes:
        header: bytes of JSON.
        body: bytes of arrays.
        parts: values of all kinds: a list counts, and so does each of its items.
        arrays: how many of them are arrays.
        numbers: in all arrays together, whatever their dtype: where they are compared each becomes
            a float64, a truth value too.
        texts: whether arrays may hold texts.
    """

    header: int
    body: int
    parts: int
    arrays: int
    numbers: int
    texts: bool = False


#: The grader's own frames may be large: cases and a whole notebook, escaped.
INTO_SANDBOX = Bounds(256 << 20, 512 << 20, 200_000, 100_000, 512 << 20, texts=True)
#: A student's process may send this much, and numbers only. Right answers to all exercises stay
#: below 10 KB, 6 MB, 350 parts, 70 arrays and 750,000 numbers.
FROM_SANDBOX = Bounds(1 << 20, 64 << 20, 20_000, 2_000, 8_000_000)


def encode(value: Any, bounds: Bounds = INTO_SANDBOX) -> bytes:
    """A value as one frame: None, bool, int, float, str, arrays, and lists, tuples, dicts of them.

    Raises:
        WireError: something in it is of another type (subclasses count as another type), or it is
            beyond the bounds, so that nobody would take it.
    """
    writer = _Writer(bounds)
    header = json.dumps(writer.tree(value, 0), separators=(",", ":")).encode()
    body = b"".join(writer.arrays)
    frame = _SIZES.pack(_MAGIC, len(header), len(body)) + header + body
    body_size(frame[:HEAD], bounds)
    return frame


def body_size(head: bytes, bounds: Bounds) -> int:
    """How many bytes follow the first `HEAD` ones.

    Raises:
        WireError: this is no frame, or one beyond the bounds.
    """
    magic, header, body = _SIZES.unpack(head)
    if magic != _MAGIC:
        raise WireError("expected a message of the grader's, got something else")
    if header > bounds.header or body > bounds.body:
        raise WireError(f"a message of {(header + body) / 1e6:.0f} MB is too large")
    return int(header + body)


def decode(frame: bytes, bounds: Bounds) -> Any:
    """The value of one whole frame.

    Raises:
        WireError: it is malformed, beyond the bounds, or holds what does not belong there.
    """
    if len(frame) < HEAD or len(frame) != HEAD + body_size(frame[:HEAD], bounds):
        raise WireError("a message has another length than it says")
    _, size, _ = _SIZES.unpack(frame[:HEAD])
    try:
        tree = json.loads(
            frame[HEAD : HEAD + size].decode("ascii"),
            object_pairs_hook=_part,
            parse_int=_whole,
            parse_float=_broken,
        )
    except (ValueError, RecursionError, MemoryError) as error:
        raise WireError(f"a message is not JSON ({type(error).__name__})") from error
    reader = _Reader(memoryview(frame)[HEAD + size :], bounds)
    value = reader.value(tree, 0)
    if reader.at != len(reader.body):
        raise WireError("a message holds bytes that belong to nothing")
    return value


def _part(pairs: list[tuple[str, Any]]) -> _Part:
    """An object of the JSON: one letter for the kind, and what is in it."""
    if len(pairs) != 1:
        raise WireError("a message has a part of no known kind")
    return _Part(*pairs[0])


def _whole(digits: str) -> int:
    """A whole number, before Python takes a quadratic time to read it."""
    if len(digits) > _DIGITS:
        raise WireError("a whole number of a message is too large")
    return int(digits)


def _broken(digits: str) -> float:
    if len(digits) > _DIGITS:
        raise WireError("a number of a message has too many digits")
    return float(digits)


class _Part(NamedTuple):
    """What is more than a number or a text, as it stands in a frame.

    Attributes:
        kind: "a" for an array, "n" for a NumPy number, "l", "t", "d" for list, tuple, dict.
        content: an array's size in bytes; the items; the pairs of names and values.
    """

    kind: str
    content: Any


class _Writer:
    """Turns a value into the tree of a frame, and keeps the arrays in their order."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds, self.arrays = bounds, list[bytes]()
        self.parts = self.numbers = 0

    def tree(self, value: Any, depth: int) -> Any:
        self.parts += 1
        if depth > _DEPTH:
            raise WireError("a value is nested too deep to be sent")
        if self.parts > self.bounds.parts:
            raise WireError(f"more than {self.bounds.parts:,} values are too many to be sent")
        kind = type(value)
        if value is None or kind in (bool, float, str):
            return value
        if kind is int:
            if value.bit_length() > _BITS:
                raise WireError(f"a whole number of {value.bit_length():,} bits is too large")
            return value
        if kind is np.ndarray or isinstance(value, np.generic):
            return {"a" if kind is np.ndarray else "n": self.array(np.asarray(value))}
        if kind in (list, tuple):
            items = [self.tree(each, depth + 1) for each in value]
            return {"l" if kind is list else "t": items}
        if kind is dict:
            if not all(type(key) is str for key in value):
                raise WireError("only dicts with names as keys can be sent")
            return {"d": [[key, self.tree(each, depth + 1)] for key, each in value.items()]}
        raise WireError(f"a {kind.__name__} cannot be sent")

    def array(self, array: np.ndarray) -> int:
        self.numbers += array.size
        if len(self.arrays) == self.bounds.arrays:
            raise WireError(f"more than {self.bounds.arrays:,} arrays are too many to be sent")
        if self.numbers > self.bounds.numbers:
            raise WireError(f"more than {self.bounds.numbers:,} numbers are too many to be sent")
        self.arrays.append(bytes_of(array))
        return len(self.arrays[-1])


class _Reader:
    """Walks the tree of a frame and takes the arrays in their order."""

    def __init__(self, body: memoryview, bounds: Bounds) -> None:
        self.body, self.bounds, self.at = body, bounds, 0
        self.parts = self.arrays = self.numbers = 0

    def value(self, tree: Any, depth: int) -> Any:
        self.parts += 1
        if self.parts > self.bounds.parts or depth > _DEPTH:
            raise WireError("a message has too many parts")
        if type(tree) is not _Part:
            if type(tree) is list:
                raise WireError("a message has a part of no known kind")
            return tree
        if tree.kind == "a":
            return self.array(tree.content)
        if tree.kind == "n":
            return self.number(tree.content)
        if tree.kind == "l":
            return self.items(tree.content, depth)
        if tree.kind == "t":
            return tuple(self.items(tree.content, depth))
        if tree.kind == "d":
            return self.pairs(tree.content, depth)
        raise WireError("a message has a part of no known kind")

    def items(self, items: Any, depth: int) -> list[Any]:
        if type(items) is not list:
            raise WireError(f"expected a list in a message, got {type(items).__name__}")
        return [self.value(each, depth + 1) for each in items]

    def pairs(self, items: Any, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for pair in items if type(items) is list else [None]:
            if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str:
                raise WireError("expected (name, value) pairs for a dict of a message")
            if pair[0] in found:
                raise WireError("a dict of a message has a name twice")
            found[pair[0]] = self.value(pair[1], depth + 1)
        return found

    def number(self, size: Any) -> Any:
        array = self.array(size)
        if array.shape:
            raise WireError("one number of a message is an array")
        return array[()]

    def array(self, size: Any) -> np.ndarray:
        self.arrays += 1
        if self.arrays > self.bounds.arrays:
            raise WireError("a message has too many arrays")
        if type(size) is not int or size < 0 or self.at + size > len(self.body):
            raise WireError("an array of a message is longer than the message")
        data = self.body[self.at : self.at + size]
        found = array_in(data, self.bounds.numbers - self.numbers, self.bounds.texts)
        self.numbers += found.size
        self.at += size
        return found
