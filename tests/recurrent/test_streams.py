"""A stream is taken only where its chunks follow each other."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.recurrent.streams import stream


def in_order(chunks=6, batch=3, steps=4, seed=0):
    """Inputs and targets (chunks, batch, steps) of a random text."""
    length = chunks * steps
    tokens = np.random.default_rng(seed).integers(0, 50, (batch, length + 1))
    shape = (batch, chunks, steps)
    return tuple(rows.reshape(shape).swapaxes(0, 1) for rows in (tokens[:, :-1], tokens[:, 1:]))


def test_chunks_in_order_are_taken():
    inputs, targets = in_order()
    made = stream(inputs, targets)
    assert (made.chunks, made.batch, made.tokens) == (6, 3, 72)
    assert made.starts[0].all() and not made.starts[1:].any()


def test_one_chunk_is_a_stream():
    inputs, targets = in_order(chunks=1)
    assert stream(inputs, targets).chunks == 1


def test_shuffled_chunks_are_refused_and_the_border_is_named():
    inputs, targets = in_order()
    order = [0, 1, 3, 2, 4, 5]
    with pytest.raises(ValueError, match=r"row 0 of chunk 2 does not go on .* do not shuffle"):
        stream(inputs[order], targets[order])


def test_one_row_that_is_out_of_order_is_refused():
    inputs, targets = (each.copy() for each in in_order())
    for each in (inputs, targets):
        each[2, 1], each[3, 1] = each[3, 1].copy(), each[2, 1].copy()
    with pytest.raises(ValueError, match="row 1"):
        stream(inputs, targets)


def test_lines_of_a_page_are_refused():
    tokens = np.arange(6 * 3 * 4 + 1)
    inputs, targets = tokens[:-1].reshape(6, 3, 4), tokens[1:].reshape(6, 3, 4)
    with pytest.raises(ValueError, match="out of order"):
        stream(inputs, targets)


def test_where_a_stream_ends_the_next_chunk_may_begin_anew():
    first, second = in_order(chunks=2), in_order(chunks=3, seed=1)
    inputs, targets = (np.concatenate(pair) for pair in zip(first, second, strict=True))
    with pytest.raises(ValueError, match="out of order"):
        stream(inputs, targets)
    made = stream(inputs, targets, ends=np.array([False, True, False, False, True]))
    assert made.starts[:, 0].tolist() == [True, False, True, False, False]


def test_rows_may_end_at_different_chunks():
    inputs, targets = in_order(chunks=3, batch=2)
    ends = np.array([[True, False], [False, False], [False, False]])
    assert stream(inputs, targets, ends=ends).starts.tolist() == [
        [True, True],
        [True, False],
        [False, False],
    ]


def test_targets_that_are_not_the_next_inputs_need_positions():
    inputs, _ = in_order()
    labels = np.zeros((6, 3, 4, 2))
    with pytest.raises(ValueError, match="positions"):
        stream(inputs, labels)
    positions = np.arange(6)[:, None] * 4 + np.array([0, 100, 200])
    assert stream(inputs, labels, positions=positions).chunks == 6
    with pytest.raises(ValueError, match=r"row 0 of chunk 1 covers positions 4 to 7"):
        stream(inputs, labels, positions=positions[[0, 1, 3, 2, 4, 5]])


def test_real_valued_streams_of_several_features_are_checked_too():
    series = np.random.default_rng(0).normal(size=(2, 13, 3))
    inputs = series[:, :-1].reshape(2, 3, 4, 3).swapaxes(0, 1)
    targets = series[:, 1:].reshape(2, 3, 4, 3).swapaxes(0, 1)
    assert stream(inputs, targets).tokens == 24
    with pytest.raises(ValueError, match="out of order"):
        stream(inputs[::-1], targets[::-1])


@pytest.mark.parametrize("shapes", [((4, 3), (4, 3)), ((2, 3, 4), (2, 3, 5)), ((0, 3, 4),) * 2])
def test_shapes_that_are_no_chunks_are_refused(shapes):
    with pytest.raises(ValueError, match="chunks, batch, steps"):
        stream(*(np.zeros(shape) for shape in shapes))


def test_ends_and_positions_of_another_length_are_refused():
    inputs, targets = in_order()
    with pytest.raises(ValueError, match="ends has the shape"):
        stream(inputs, targets, ends=np.zeros(5))
    with pytest.raises(ValueError, match="positions has the shape"):
        stream(inputs, targets, positions=np.zeros(6, int))
