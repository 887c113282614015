"""What crosses the border: one frame of JSON and arrays, checked to the last byte.

A frame is a magic number, two lengths, a JSON header and the arrays in NumPy's format. The header
holds a tree in which lists, tuples, dicts and arrays are told apart, so that what arrives equals
what was sent. Nothing is unpickled, and every size is known before memory is taken for it.
"""

from __future__ import annotations

import io
import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.errors import WireError

__all__ = ["FROM_SANDBOX", "HEAD", "INTO_SANDBOX", "Bounds", "body_size", "decode", "encode"]

_MAGIC = b"UNR1"
_SIZES = struct.Struct("<4sIQ")
HEAD = _SIZES.size
_DEPTH = 16


@dataclass(frozen=True)
class Bounds:
    """The largest frame that is taken, and what its arrays may hold."""

    header: int = 8 << 20
    body: int = 512 << 20
    nodes: int = 200_000
    kinds: str = "biufU"


#: The grader's own frames may be large: cases and a whole notebook, escaped.
INTO_SANDBOX = Bounds(header=256 << 20)
#: A student's process may send this much, and numbers only.
FROM_SANDBOX = Bounds(header=4 << 20, body=64 << 20, kinds="biuf")


def encode(value: Any) -> bytes:
    """A value as one frame: None, bool, int, float, str, arrays, and lists, tuples, dicts of them.

    Raises:
        WireError: something in it is of another type; subclasses count as another type.
    """
    arrays: list[bytes] = []
    header = json.dumps(_pack(value, arrays, 0), separators=(",", ":")).encode()
    body = b"".join(arrays)
    return _SIZES.pack(_MAGIC, len(header), len(body)) + header + body


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
        tree = json.loads(frame[HEAD : HEAD + size])
    except (ValueError, RecursionError) as error:
        raise WireError(f"a message is not JSON ({type(error).__name__})") from error
    reader = _Reader(memoryview(frame)[HEAD + size :], bounds)
    value = reader.value(tree, 0)
    if reader.at != len(reader.body):
        raise WireError("a message holds bytes that belong to nothing")
    return value


def _pack(value: Any, arrays: list[bytes], depth: int) -> Any:
    if depth > _DEPTH:
        raise WireError("a value is nested too deep to be sent")
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is np.ndarray or isinstance(value, np.generic):
        if value.dtype.kind not in "biufU" or value.dtype.itemsize > 1 << 20:
            raise WireError(f"an array of {value.dtype} cannot be sent")
        file = io.BytesIO()
        np.save(file, np.asarray(value, order="C"), allow_pickle=False)
        arrays.append(file.getvalue())
        return {"a" if kind is np.ndarray else "n": len(arrays[-1])}
    if kind in (list, tuple):
        return {"l" if kind is list else "t": [_pack(each, arrays, depth + 1) for each in value]}
    if kind is dict:
        if not all(type(key) is str for key in value):
            raise WireError("only dicts with names as keys can be sent")
        return {"d": [[key, _pack(each, arrays, depth + 1)] for key, each in value.items()]}
    raise WireError(f"a {kind.__name__} cannot be sent")


class _Reader:
    """Walks the tree of a frame and takes the arrays in their order."""

    def __init__(self, body: memoryview, bounds: Bounds) -> None:
        self.body, self.bounds, self.at, self.nodes = body, bounds, 0, 0

    def value(self, tree: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > self.bounds.nodes or depth > _DEPTH:
            raise WireError("a message has too many parts")
        if not isinstance(tree, (dict, list)):
            return tree
        if isinstance(tree, list) or len(tree) != 1:
            raise WireError("a message has a part of no known kind")
        ((kind, content),) = tree.items()
        read: dict[str, Callable[[Any, int], Any]] = {
            "a": lambda size, _: self.array(size),
            "n": lambda size, _: self.array(size)[()],
            "l": self.items,
            "t": lambda items, depth: tuple(self.items(items, depth)),
            "d": self.pairs,
        }
        if kind not in read:
            raise WireError("a message has a part of no known kind")
        return read[kind](content, depth)

    def items(self, items: Any, depth: int) -> list[Any]:
        if not isinstance(items, list):
            raise WireError(f"expected a list in a message, got {type(items).__name__}")
        return [self.value(each, depth + 1) for each in items]

    def pairs(self, items: Any, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for pair in items if isinstance(items, list) else [None]:
            if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
                raise WireError("expected (name, value) pairs for a dict of a message")
            found[pair[0]] = self.value(pair[1], depth + 1)
        if len(found) != len(items):
            raise WireError("a dict of a message has a name twice")
        return found

    def array(self, size: Any) -> np.ndarray:
        if type(size) is not int or size < 0 or self.at + size > len(self.body):
            raise WireError("an array of a message is longer than the message")
        file = io.BytesIO(self.body[self.at : self.at + size])
        self.at += size
        try:
            version = np.lib.format.read_magic(file)
            if version != (1, 0):
                raise WireError("an array of a message has an unknown version")
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=512)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
            raise WireError(f"an array of a message has no header ({type(error).__name__})") from (
                error
            )
        rest = size - file.tell()
        if dtype.kind not in self.bounds.kinds or fortran or dtype.hasobject:
            raise WireError(f"an array of {dtype.kind} does not belong in a message")
        # Each length by itself: (-1, -8) has a product, and (0, 2 ** 70) has a fitting one.
        if len(shape) > 32 or not all(0 <= length <= self.bounds.body for length in shape):
            raise WireError("an array of a message has a shape that no array has")
        if math.prod(shape) * dtype.itemsize != rest:
            raise WireError("an array of a message has another size than it says")
        try:
            return np.frombuffer(file.read(), dtype=dtype).reshape(shape).copy()
        except (ValueError, TypeError, MemoryError) as error:
            raise WireError(f"an array cannot be read ({type(error).__name__})") from error
