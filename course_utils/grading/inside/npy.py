"""One array as the exact bytes that `np.save` writes for it; any other bytes are no array.

NumPy's own reader takes far more than its writer gives: headers that are Python literals, dtypes
made from any text, three versions. Forged ones made it raise a dozen kinds of error, and one made
it divide by zero, which ends the process. So the header is read here, before NumPy sees anything:
by one pattern, a table of dtypes, and the rule that writing it again must give the same bytes.
"""

from __future__ import annotations

import math
import re
import struct

import numpy as np

from course_utils.errors import WireError

__all__ = ["array_in", "bytes_of"]

_MAGIC = b"\x93NUMPY\x01\x00"
_LENGTH = struct.Struct("<H")
_START = len(_MAGIC) + _LENGTH.size
_ALIGN = 64  # bytes; the data begin at a multiple of it
_ROOM = 21  # characters that np.save leaves for the first axis to grow into
_HEADER = re.compile(
    rb"\{'descr': '([<>|][biufU]\d{1,7})', 'fortran_order': False, "
    rb"'shape': \(((?:\d{1,18}, )*\d{1,18},?|)\), \} *\n"
)
#: The dtypes that are agreed on, by the name that a header gives them. Made from this table alone.
_NUMBERS: dict[bytes, np.dtype] = {
    name.encode(): np.dtype(name)
    for name in (
        *("|b1", "|i1", "|u1"),
        *("<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8"),
        *(">i2", ">i4", ">i8", ">u2", ">u4", ">u8", ">f2", ">f4", ">f8"),
    )
}
_LONGEST = 1 << 18  # characters of one text in an array of texts
_AXES = 32
_WIDEST = 1_024  # bytes of a header: 32 axes take less
_EMPTY = 1 << 20  # the product of an empty array's other axes: a mean along its own has that size


def bytes_of(array: np.ndarray) -> bytes:
    """What `np.save` writes for an array.

    Extended precision is sent as float64: what is compared is no finer, and C's own format of it
    has bit patterns that are no numbers.

    Raises:
        WireError: its dtype is none that is agreed on.
    """
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    name = array.dtype.str.encode()
    if name not in _NUMBERS and not 0 <= _characters(name) <= _LONGEST:
        raise WireError(f"an array of {array.dtype} cannot be sent")
    return _head(name, array.shape) + array.tobytes()


def array_in(data: memoryview, most: int, texts: bool = False) -> np.ndarray:
    """The array of these bytes, all of them.

    Args:
        data: what `bytes_of` gave.
        most: numbers that it may hold; no memory is taken for more.
        texts: whether it may hold texts too, and not only numbers and truth values.

    Raises:
        WireError: they are anything else.
    """
    name, shape, start = _read(data)
    characters = _characters(name)
    if name in _NUMBERS:
        dtype = _NUMBERS[name]
    elif texts and 0 <= characters <= _LONGEST:
        dtype = np.dtype((np.str_, characters))
    else:
        raise WireError(f"an array of {name.decode()} does not belong in a message")
    size = math.prod(shape)
    if len(shape) > _AXES or (not size and math.prod(filter(None, shape)) > _EMPTY):
        raise WireError("an array of a message has a shape that no array has")
    if size > most:
        raise WireError("a message holds too many numbers")
    if bytes(data[:start]) != _head(name, shape):
        raise WireError("an array of a message is written in another way than agreed")
    if size * dtype.itemsize != len(data) - start:
        raise WireError("an array of a message has another size than it says")
    try:
        if not size:
            return np.empty(shape, dtype)
        return np.frombuffer(data, dtype, offset=start).reshape(shape).copy()
    except (ValueError, TypeError, MemoryError, OverflowError) as error:
        raise WireError(f"an array cannot be read ({type(error).__name__})") from error


def _characters(name: bytes) -> int:
    """The length of the texts of a dtype of texts; -1 for any other."""
    return int(name[2:]) if name.startswith(b"<U") else -1


def _head(name: bytes, shape: tuple[int, ...]) -> bytes:
    """The bytes before an array's data: magic number, length, header, padding."""
    header = f"{{'descr': '{name.decode()}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    if shape:
        header += b" " * (_ROOM - len(str(shape[0])))
    header += b" " * (_ALIGN - (_START + len(header) + 1) % _ALIGN) + b"\n"
    return _MAGIC + _LENGTH.pack(len(header)) + header


def _read(data: memoryview) -> tuple[bytes, tuple[int, ...], int]:
    """The dtype's name and the shape that a header gives, and where the data begin.

    Raises:
        WireError: the bytes begin with no such header.
    """
    if bytes(data[: len(_MAGIC)]) != _MAGIC or len(data) < _START:
        raise WireError("an array of a message has no header")
    (length,) = _LENGTH.unpack(data[len(_MAGIC) : _START])
    found = _HEADER.fullmatch(data[_START : _START + length]) if length <= _WIDEST else None
    if found is None:
        raise WireError("an array of a message has a header that no array has")
    axes = tuple(int(each) for each in found[2].replace(b",", b" ").split())
    return found[1], axes, _START + length
