"""The border: what is sent arrives equal; what is forged is refused before it costs anything."""

from __future__ import annotations

import json
import struct
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.errors import WireError
from course_utils.grading.inside.wire import (
    FROM_SANDBOX,
    HEAD,
    INTO_SANDBOX,
    body_size,
    decode,
    encode,
)
from course_utils.grading.judge.reply_validation import answered_of, read_answer

_QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

_arrays = hnp.arrays(
    st.one_of(
        hnp.boolean_dtypes(),
        hnp.integer_dtypes(),
        hnp.unsigned_integer_dtypes(),
        hnp.floating_dtypes(),
    ),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | _arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "n", "l", "t", "d", "x"]), inner, max_size=2)
    ),
    max_leaves=15,
)


def equal(a: Any, b: Any) -> bool:
    """The same type, shape, dtype and bits."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (np.ndarray, np.generic)):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(equal(a[key], b[key]) for key in a)
    return bool(a == b) or (a != a and b != b)


def forged(header: bytes, body: bytes = b"") -> bytes:
    """A frame around any header and body."""
    return struct.pack("<4sIQ", b"UNR1", len(header), len(body)) + header + body


def npy(descr: str, shape: str, data: bytes = b"") -> bytes:
    """An array in NumPy's format with a header of one's own."""
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


@_QUICK
@given(_values)
def test_what_is_sent_arrives_equal(value: Any) -> None:
    assert equal(decode(encode(value), INTO_SANDBOX), value)


@_QUICK
@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        decode(data, FROM_SANDBOX)


@_QUICK
@given(_trees, st.binary(max_size=64))
def test_a_forged_tree_is_read_or_refused_and_nothing_else(tree: Any, body: bytes) -> None:
    try:
        value = decode(forged(json.dumps(tree).encode(), body), FROM_SANDBOX)
        answered_of(value)
    except WireError:
        return
    pytest.fail("a random tree passed for an answer")


@_QUICK
@given(
    st.binary(max_size=80),
    st.sampled_from(["'<f4'", "'|O'", "'<U9'", "[('a','f4')]", "None", "'2f8'", "'|b1'", "5"]),
    st.tuples(*[st.integers(-(2**70), 2**70)] * 2) | st.tuples(st.integers(-4, 4)),
)
def test_a_forged_array_is_read_or_refused_and_nothing_else(
    data: bytes, descr: str, shape: tuple[int, ...]
) -> None:
    array = npy(descr, repr(shape), data)
    try:
        value = decode(forged(json.dumps({"a": len(array)}).encode(), array), FROM_SANDBOX)
    except WireError:
        return
    assert type(value) is np.ndarray
    assert value.dtype.kind in "biuf"
    assert value.nbytes <= len(data)


@pytest.mark.parametrize(
    ("descr", "shape", "data"),
    [
        ("'<f4'", "(-1, -8)", b"x" * 32),
        ("'|b1'", "(-2, -4)", b"x" * 8),
        ("'<f4'", f"(0, {2**70})", b""),
        ("'<f4'", f"({2**40},)", b"1234"),
        ("'|O'", "(1,)", b"12345678"),
        ("'<U4'", "(1,)", b"x" * 16),
        ("'<f4'", "(True,)", b"1234"),
        ("'<f4'", "__import__('os').abort()", b"1234"),
        ("'<f4'", "(1,)" + " " * 2000, b"1234"),
    ],
)
def test_an_array_that_lies_is_refused(descr: str, shape: str, data: bytes) -> None:
    array = npy(descr, shape, data)
    with pytest.raises(WireError):
        decode(forged(json.dumps({"a": len(array)}).encode(), array), FROM_SANDBOX)


def test_an_array_of_another_version_is_refused() -> None:
    array = npy("'<f4'", "(1,)", b"1234").replace(b"\x93NUMPY\x01", b"\x93NUMPY\x02")
    with pytest.raises(WireError):
        decode(forged(json.dumps({"a": len(array)}).encode(), array), FROM_SANDBOX)


@pytest.mark.parametrize(
    "header",
    [b"[" * 100_000, b"1" * 10_000, b"\xff\xfe", b'{"l": 5}', b'{"d": [["a", 1], ["a", 2]]}'],
    ids=["deep", "long number", "no text", "no list", "a name twice"],
)
def test_a_header_that_is_no_tree_is_refused(header: bytes) -> None:
    with pytest.raises(WireError):
        decode(forged(header), FROM_SANDBOX)


def test_a_frame_beyond_the_bounds_is_refused_by_its_first_bytes() -> None:
    for header, body in ((2**32 - 1, 0), (0, 2**64 - 1), (0, FROM_SANDBOX.body + 1)):
        head = struct.pack("<4sIQ", b"UNR1", header, body)
        assert len(head) == HEAD
        with pytest.raises(WireError, match="too large"):
            body_size(head, FROM_SANDBOX)


def test_a_hostile_frame_takes_no_more_memory_than_it_has() -> None:
    array = npy("'<f8'", f"({2**40},)", b"12345678")
    frame = forged(json.dumps({"a": len(array)}).encode(), array)
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(frame, FROM_SANDBOX)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_message_of_too_many_parts_is_refused() -> None:
    with pytest.raises(WireError, match="too many parts"):
        decode(forged(json.dumps({"l": [0] * 250_000}).encode()), FROM_SANDBOX)


class _Heir(dict):
    pass


@pytest.mark.parametrize(
    "value",
    [_Heir(), {1: 2}, {1, 2}, b"bytes", object(), np.array([None]), np.ma.array([1.0]), 1j, len],
    ids=repr,
)
def test_other_types_are_not_sent(value: Any) -> None:
    with pytest.raises(WireError):
        encode(value)


def test_an_array_subclass_is_not_sent() -> None:
    class Mine(np.ndarray):
        pass

    with pytest.raises(WireError):
        encode(np.zeros(2).view(Mine))


def test_nothing_is_pickled_in_either_direction() -> None:
    with pytest.raises(WireError):
        encode({"a": [np.array([object()], object)]})
    assert b"pickle" not in encode({"x": np.arange(3)})


def _reply(**changed: Any) -> bytes:
    whole = {
        "results": [],
        "misfit": None,
        "thrown": None,
        "cell": 1,
        "source": "",
        "printed": "",
    }
    return encode({**whole, **changed})


def _result(**changed: Any) -> dict[str, Any]:
    whole = {
        "outputs": {"y": np.zeros(2)},
        "thrown": None,
        "misfit": None,
        "changed": (),
        "ready": (),
        "stopped": False,
        "printed": "",
    }
    return {**whole, **changed}


def test_a_plain_reply_is_read() -> None:
    answered = read_answer(_reply(results=[_result()], source="def f"))
    assert answered.source == "def f"
    assert answered.results[0].outputs is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"misfit": 5},
        {"misfit": ("no kind", "text")},
        {"misfit": ("type",)},
        {"misfit": {"a": 1, "b": 2}},
        {"cell": -1},
        {"cell": True},
        {"cell": 2**40},
        {"source": None},
        {"thrown": {"kind": "x"}},
        {"results": ()},
        {"results": [1]},
        {"results": [_result(stopped=1)]},
        {"results": [_result(outputs=[1])]},
        {"results": [_result(changed="abc")]},
        {"results": [_result(ready=(1,))]},
        {"results": [_result(points=2.0)]},
        {"results": [_result(outputs={"y": [[[[[[[1]]]]]]]})]},
        {"results": [_result(outputs={"y": 10**400})]},
        {"points": 2.0},
    ],
    ids=repr,
)
def test_a_reply_with_what_does_not_belong_there_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        read_answer(_reply(**changed))


def test_texts_are_bounded_and_harmless_to_read() -> None:
    text = "\ud800\x1b[2J\u202e\0\x9b<b>" + "x" * 100_000
    answered = read_answer(_reply(printed=text, source=text))
    for each in (answered.printed, answered.source):
        assert not set(each) & set("\x1b\0\x9b\u202e\ud800")
        assert "<b>" in each  # whoever makes a page escapes it
        each.encode("utf-8")
    assert len(answered.printed) <= 2_000
