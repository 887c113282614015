"""An array crosses the border as np.save writes it; every other byte is refused before NumPy."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.errors import WireError
from course_utils.grading.inside.npy import array_in, bytes_of

_QUICK = settings(max_examples=200, deadline=None, derandomize=True)
_numbers = hnp.arrays(
    st.one_of(
        hnp.boolean_dtypes(),
        hnp.integer_dtypes(),
        hnp.unsigned_integer_dtypes(),
        hnp.floating_dtypes(),
    ),
    hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4),
)


def saved(array: np.ndarray, version: tuple[int, int] = (1, 0)) -> bytes:
    """What NumPy itself writes."""
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version, allow_pickle=False)
    return file.getvalue()


def padded(header: str, data: bytes = b"", room: int = 20) -> bytes:
    """An array in NumPy's format around any header, padded as NumPy pads it.

    Args:
        header: the text of the dict.
        data: what follows.
        room: spaces before the padding, which NumPy leaves for the first axis: 21 less its digits.
    """
    text = header.encode("latin-1") + b" " * room
    text += b" " * (64 - (10 + len(text) + 1) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def forged(descr: str, shape: str = "(1,)", data: bytes = b"12345678") -> bytes:
    return padded(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}", data)


def read(data: bytes, most: int = 10_000) -> np.ndarray:
    return array_in(memoryview(data), most)


@_QUICK
@given(_numbers)
def test_the_bytes_are_those_of_numpy_and_are_read_back(array: np.ndarray) -> None:
    data = bytes_of(array)
    assert data == saved(np.asarray(array, order="C"))
    found = read(data)
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert found.tobytes() == array.tobytes()
    assert found.flags.writeable  # a copy: nothing of the message is kept


def test_an_array_of_texts_is_read_where_texts_are_agreed_on() -> None:
    texts = np.array(["é", "abc"])
    assert bytes_of(texts) == saved(texts)
    assert array_in(memoryview(bytes_of(texts)), 10, texts=True).tolist() == ["é", "abc"]
    with pytest.raises(WireError, match="does not belong"):
        read(bytes_of(texts))


def test_a_forged_array_is_read_if_it_is_no_forgery() -> None:
    assert read(forged("'<f8'")).tolist() == np.frombuffer(b"12345678").tolist()


@pytest.mark.parametrize(
    "descr",
    [
        *("'m8[1s/0]'", "'<m8[1s/0]'", "'M8'", "'M8[0s]'", "'<M8[ns]'", "'m8'", "'V8'", "'|V8'"),
        *("'|O'", "'O8'", "'<U2'", "'|S8'", "'a8'", "'c16'", "'<c8'", "'<f16'", "'<f12'"),
        *("'f8'", "'=f8'", "'>b1'", "'<b1'", "'|f8'", "'<i3'", "'<f1'", "'<f0'", "'<f'", "'<f08'"),
        *("'<f80'", "'<f99999999999'", "'float64'", "'d'", "'2f8'", "'2<f4'", "'(2,)<f4'"),
        *("'<f4,<f4'", "'>'", "''", "()", "[]", "{}", "None", "5", "'<f8", "b'<f8'", "u'<f8'"),
        *("[('a', '<f8')]", "('<f8', (1,))", "{'names': ['a'], 'formats': ['<f8']}", '"<f8"'),
        *("'<f8' ''", "'\\x3cf8'", "'<f\u00b8'", "__import__('os').abort()", "'<f8' if 1 else 0"),
    ],
)
def test_another_dtype_is_refused(descr: str) -> None:
    for shape, data in (("(1,)", b"12345678"), ("(0,)", b""), ("()", b"12345678")):
        with pytest.raises(WireError):
            read(forged(descr, shape, data))


@pytest.mark.parametrize(
    "shape",
    [
        *("(-1,)", "(-1, -1)", "(1)", "(1, )", "(01,)", "(1,1)", "(+1,)", "(1.0,)", "(True,)"),
        *("[1]", "1", "None", "(1L,)", "(1_0,)", "(0x1,)", "((1,),)", "(*[1],)", "(,)", "(1,,)"),
        *("(2,)", "(1, 2)", "(0,)", f"({2**63},)", f"({2**64},)", f"(0, {2**40})"),
        *(f"(0, {2**40}, {2**40})", "(0, 1000000, 1000000)", "(" + "9" * 4000 + ",)"),
        *("(" + "1, " * 32 + "1)", "(" + "1, " * 64 + "1)", "(\u0661,)"),
    ],
)
def test_another_shape_is_refused(shape: str) -> None:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
    text = header.encode("utf-8").decode("latin-1")
    for room in (0, 20, 21):
        with pytest.raises(WireError):
            read(padded(text, b"12345678", room))
        if shape != "(0,)":
            with pytest.raises(WireError):
                read(padded(text, b"", room))


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x'",
        "{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1, }",
        "{'descr': '<f8', 'shape': (1,), 'fortran_order': False, }",
        "{'fortran_order': False, 'descr': '<f8', 'shape': (1,), }",
        "{'descr':'<f8','fortran_order':False,'shape':(1,)}",
        '{"descr": "<f8", "fortran_order": False, "shape": (1,), }',
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }#",
        "{'descr': '<f8', 'fortran_order': False, }",
        "{" * 30_000,
        "(" * 200,
        "",
    ],
)
def test_another_header_is_refused(header: str) -> None:
    with pytest.raises(WireError):
        read(padded(header, b"12345678"))


@pytest.mark.parametrize("room", [84, 1_000, 60_000])
def test_another_padding_is_refused(room: int) -> None:
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"
    with pytest.raises(WireError):
        read(padded(header, b"12345678", room))


def test_another_version_is_refused() -> None:
    for version in ((2, 0), (3, 0)):
        with pytest.raises(WireError):
            read(saved(np.ones(3), version))


def test_fortran_order_is_sent_as_c_order_and_else_refused() -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert read(bytes_of(array)).tolist() == array.tolist()
    with pytest.raises(WireError):
        read(saved(array))


def test_every_cut_and_every_other_byte_of_the_head_is_refused() -> None:
    whole = bytes_of(np.arange(3, dtype=np.int16))
    for cut in range(len(whole)):
        with pytest.raises(WireError):
            read(whole[:cut])
    with pytest.raises(WireError):
        read(whole + b"\0")
    agreed = {b"u", b"f", b">"}  # of '<i2' these make another dtype of the same size
    for place in range(len(whole) - 6):
        for byte in range(256):
            other = whole[:place] + bytes([byte]) + whole[place + 1 :]
            if other != whole and bytes([byte]) not in agreed:
                with pytest.raises(WireError):
                    read(other)


def test_no_memory_is_taken_for_more_numbers_than_there_may_be() -> None:
    assert read(bytes_of(np.ones(5, bool)), most=5).size == 5
    with pytest.raises(WireError, match="too many numbers"):
        read(bytes_of(np.ones(6, bool)), most=5)


def test_extended_precision_is_sent_as_float64() -> None:
    found = read(bytes_of(np.array([1 / 3], np.longdouble)))
    assert found.dtype == np.float64
    assert found.tolist() == [1 / 3]


@pytest.mark.parametrize(
    "dtype", ["M8[s]", "m8[s]", "c16", "V8", "S3", "O", [("a", "f8")]], ids=str
)
def test_other_dtypes_are_not_sent(dtype: object) -> None:
    with pytest.raises(WireError, match="cannot be sent"):
        bytes_of(np.zeros(2, dtype))
