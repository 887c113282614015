"""Chapter 4: what is said of memory, dtypes and calls is true for the answer."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import tensorflow as tf

from course_utils.checking import judge
from tests.bank.ch04_task_shapes_and_masking import embed, encode_decode, length_mask, pad_batch


def told(result):
    return " ".join(f"{each.message} {each.evidence}" for each in result.findings)


@pytest.mark.parametrize(
    "answer", [embed.with_eye, embed.with_tf_one_hot, embed.with_graph_one_hot]
)
def test_an_answer_that_builds_the_one_hot_loses_the_memory_alone(answer):
    result = judge("embed", answer)
    assert result.points == pytest.approx(0.7 * result.max_points)
    assert [each.mistake for each in result.findings] == ["one-hot-built"]
    assert "is as large as the one-hot" in told(result)


def test_a_one_hot_in_a_graph_is_seen_by_the_second_check_as_well():
    for seed in (0, 0, 1):
        assert judge("embed", embed.with_graph_one_hot, seed).findings[0].mistake == "one-hot-built"


def test_a_copy_of_the_table_and_lists_of_its_rows_are_no_one_hot():
    def with_copies(tokens, W):
        embed.refused(tokens, W)
        rows = np.array(W, dtype="float64").tolist()
        return np.array([rows[token] for token in tokens.ravel()]).reshape(*tokens.shape, -1)

    def by_variable(tokens, W):
        embed.refused(tokens, W)
        return tf.gather(tf.Variable(W) + 0.0, tokens)

    def by_embedding_of_all(tokens, W):
        embed.refused(tokens, W)
        return np.vstack([W, W[:1]])[tokens]

    for answer in (by_variable, by_embedding_of_all):
        assert judge("embed", answer).passed
    assert judge("embed", with_copies).points >= 0.8 * judge("embed", with_copies).max_points


def test_memory_is_traced_on_where_somebody_else_had_begun():
    tracemalloc.start()
    try:
        assert judge("embed", embed.by_index).passed
        assert tracemalloc.is_tracing()
        assert judge("embed", embed.with_eye).findings[0].mistake == "one-hot-built"
    finally:
        tracemalloc.stop()
    assert judge("embed", embed.by_index).passed
    assert not tracemalloc.is_tracing()


@pytest.mark.parametrize("dtype", ["float32", "int64", "uint8"])
def test_a_mask_of_numbers_is_told_its_dtype(dtype):
    result = judge("length_mask", lambda *given: length_mask.by_comparison(*given).astype(dtype))
    assert result.findings[0].mistake == "numbers"
    assert dtype in told(result)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_lengths_that_are_no_whole_numbers_are_told_their_dtype(dtype):
    def answer(sequences, value=0.0):
        padded, lengths = pad_batch.by_full(sequences, value)
        return padded, lengths.astype(dtype)

    result = judge("pad_batch", answer)
    assert result.findings[0].mistake == "lengths-as-floats"
    assert dtype in told(result)


@pytest.mark.parametrize("half", ["encode", "decode"])
def test_a_half_that_is_called_with_the_wrong_width_is_named(half):
    def answer(encode, decode, xs, h0, start, steps):
        if steps < 1:
            raise ValueError("steps")
        return encode(h0, xs[:, 0]) if half == "encode" else decode(h0, start)

    assert f"{half}(" in told(judge("encode_decode", answer))


def test_an_encoder_that_reads_twice_is_told_how_often():
    def answer(encode, decode, xs, h0, start, steps):
        encode_decode.by_lists(encode, decode, xs, h0, start, steps)
        return encode_decode.by_lists(encode, decode, xs, h0, start, steps)

    result = judge("encode_decode", answer)
    assert not result.passed
    assert "number of calls of encode" in told(result)


def test_an_answer_in_a_graph_is_not_counted():
    def answer(encode, decode, xs, h0, start, steps):
        encode_decode.refused(steps)

        @tf.function
        def run(xs, h, y):
            for t in tf.range(tf.shape(xs)[1]):
                h = encode(xs[:, t], h)
            ys = tf.TensorArray(xs.dtype, steps, element_shape=y.shape)
            for k in tf.range(steps):
                y, h = decode(y, h)
                ys = ys.write(k, y)
            return tf.transpose(ys.stack(), [1, 0, 2])

        return run(tf.constant(xs), tf.constant(h0), tf.constant(start))

    assert judge("encode_decode", answer).findings == ()
