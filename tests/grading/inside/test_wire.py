"""The border: what is sent arrives equal; what is forged is refused before it costs anything."""

from __future__ import annotations

import json
import struct
import time
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
    if shape.startswith("(") and shape != "()":
        header += b" " * (21 - len(shape[1:].partition(",")[0]))
    header += b" " * (64 - (len(header) + 11) % 64) + b"\n"
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


_TINY = npy("'<f8'", "()", b"12345678")
_COSTLY = {
    "fifty thousand tiny arrays": forged(
        json.dumps({"l": [{"a": len(_TINY)}] * 50_000}).encode(), _TINY * 50_000
    ),
    "a whole number of a million digits": forged(b"9" * 1_000_000),
    "a negative number of a million digits": forged(b"-" + b"9" * 1_000_000),
    "a fraction of a million digits": forged(b"0." + b"9" * 1_000_000),
    "a power of a million digits": forged(b"1e" + b"9" * 1_000_000),
    "a thousand whole numbers of a thousand digits": forged(
        json.dumps({"l": [10**999] * 1_000}).encode()
    ),
    "lists in lists": forged(b"[" * 1_000_000),
    "lists of lists": forged(b"[" + b"[]," * 300_000 + b"[]]"),
    "dicts of dicts": forged(b'{"l":[' + b'{"l":[]},' * 100_000 + b'{"l":[]}]}'),
    "names": forged(
        json.dumps({"d": [[str(k), 0] for k in range(60_000)]}, separators=(",", ":")).encode()
    ),
    "texts": forged(json.dumps({"l": ["x" * 10] * 70_000}).encode()),
    "one long text": forged(json.dumps("x" * 1_000_000).encode()),
    "truth values that grow eightfold": encode(np.ones(20_000_000, bool)),
    "eight million truth values": encode(np.ones(8_000_000, bool)),
}


_ALLOWED = {"one long text", "eight million truth values"}


@pytest.mark.parametrize("name", _COSTLY)
def test_a_frame_within_the_size_costs_the_judge_little(name: str) -> None:
    frame = _COSTLY[name]
    tracemalloc.start()
    began = time.perf_counter()
    try:
        decode(frame, FROM_SANDBOX)
    except WireError:
        pass
    finally:
        seconds, memory = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert seconds < 3.0  # tracing makes it three times slower than it is
    assert memory < 128 << 20


@pytest.mark.parametrize(
    "name",
    [each for each in _COSTLY if each not in ("one long text", "eight million truth values")],
)
def test_a_frame_of_too_much_is_refused(name: str) -> None:
    with pytest.raises(WireError):
        decode(_COSTLY[name], FROM_SANDBOX)


def test_what_would_be_refused_is_not_sent() -> None:
    for value, words in (
        (np.ones(8_000_001, bool), "more than 8,000,000 numbers"),
        ([np.ones(4_000_000)] * 3, "more than 8,000,000 numbers"),
        ([np.ones(1)] * 2_001, "more than 2,000 arrays"),
        ([0] * 20_000, "more than 20,000 values"),
        ("x" * 2_000_000, "too large"),
        (1 << 2_000, "a whole number of 2,001 bits"),
    ):
        with pytest.raises(WireError, match=words):
            encode(value, FROM_SANDBOX)


@_QUICK
@given(_values, st.data())
def test_a_frame_with_other_bytes_is_read_or_refused_and_nothing_else(
    value: Any, data: st.DataObject
) -> None:
    frame = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(frame) - 1))
        frame[at] = data.draw(st.integers(0, 255))
    try:
        answered_of(decode(bytes(frame), FROM_SANDBOX))
    except WireError:
        return
    pytest.fail("an arbitrary value passed for an answer")


@_QUICK
@given(st.data())
def test_an_honest_reply_with_other_bytes_is_read_or_refused_and_nothing_else(
    data: st.DataObject,
) -> None:
    frame = bytearray(_reply(results=[_result(), _result(outputs=None, printed="x")]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(HEAD, len(frame) - 1))
        frame[at] = data.draw(st.sampled_from([*b"0129-+.eE\"'{}[](),:<>|biufUOmMV \\\n\0\xff"]))
    try:
        answered = read_answer(bytes(frame))
    except WireError:
        return
    assert len(answered.results) == 2


@pytest.mark.parametrize(
    "header",
    [
        b'{"a": 1, "a": 2}',
        b'{"l": [], "l": []}',
        b'{"d": [["a", 1], ["b"]]}',
        b'{"d": [["a", 1, 2]]}',
        b'{"d": {"a": 1}}',
        b'{"l": {"l": []}}',
        b'{"a": true}',
        b'{"a": 0}',
        b'{"a": -1}',
        b'{"a": 1e3}',
        b'{"n": NaN}',
        b'{"x": 1}',
        b"{}",
        b"[]",
        b"[1]",
        b"nan",
        b"\xef\xbb\xbf1",
        '"é"'.encode(),
        "1".encode("utf-16"),
        "1".encode("utf-32"),
        b"1 2",
        b"'a'",
        b"",
    ],
)
def test_a_header_in_another_form_is_refused(header: bytes) -> None:
    with pytest.raises(WireError):
        decode(forged(header), FROM_SANDBOX)


def test_numbers_that_are_none_arrive_as_they_were_sent() -> None:
    assert equal(decode(encode([float("nan"), float("inf")]), FROM_SANDBOX)[1], float("inf"))


def test_one_number_is_no_array() -> None:
    array = encode(np.ones(3))
    assert decode(array, FROM_SANDBOX).tolist() == [1, 1, 1]
    with pytest.raises(WireError, match="is an array"):
        decode(array.replace(b'{"a"', b'{"n"'), FROM_SANDBOX)


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
        "cells": [],
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
    answered = read_answer(_reply(results=[_result()], cells=[1, 3]))
    assert answered.cells == (1, 3)
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
        {"cells": None},
        {"cells": [0]},
        {"cells": [2, 1]},
        {"cells": [1, 1]},
        {"cells": [True]},
        {"cells": [1, 2, 3, 4]},
        {"cells": [10_001]},
        {"cells": (1,)},
        {"cells": "1"},
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
    answered = read_answer(_reply(printed=text, misfit=("type", text)))
    assert answered.misfit is not None
    for each in (answered.printed, answered.misfit[1]):
        assert not set(each) & set("\x1b\0\x9b\u202e\ud800")
        assert "<b>" in each  # whoever makes a page escapes it
        each.encode("utf-8")
    assert len(answered.printed) <= 2_000
