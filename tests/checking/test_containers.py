"""A list that NumPy makes an array of is as good as the array, and an array that unpacks into the
results is as good as a tuple of them; Python numbers carry no precision."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from course_utils.checking import judge
from course_utils.checking.probing import plain
from tests.soundness.subjects import load


def elman(x, h, W_x, W_h, b):
    return np.tanh(x @ W_x + h @ W_h + b)


def lstm(x, h, c, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-z)) for z in (i, f, o))
    new_c = f * c + i * np.tanh(g)
    return o * np.tanh(new_c), new_c


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("elman_step", lambda *given: elman(*given).tolist()),
        ("elman_step", lambda *given: tuple(elman(*given))),
        ("elman_step", lambda *given: [tf.constant(row) for row in elman(*given)]),
        ("lstm_step", lambda *given: list(lstm(*given))),
        ("lstm_step", lambda *given: np.array(lstm(*given))),
        ("lstm_step", lambda *given: tf.stack(lstm(*given))),
        ("lstm_step", lambda *given: [each.tolist() for each in lstm(*given)]),
    ],
)
def test_a_right_answer_passes_in_another_container(exercise, answer):
    assert judge(exercise, answer).passed


@pytest.mark.parametrize(
    ("exercise", "answer", "kind"),
    [
        ("elman_step", lambda *given: [elman(*given), [1.0]], "type"),
        ("elman_step", lambda *given: [elman(*given)], "shape"),
        ("lstm_step", lambda *given: np.stack([*lstm(*given), given[1]]), "count"),
        ("lstm_step", lambda *given: 3.0, "count"),
    ],
)
def test_a_container_that_makes_no_result_is_told_so(exercise, answer, kind):
    result = judge(exercise, answer)
    assert not result.passed
    assert result.findings[0].kind == kind


def test_float32_will_do_where_only_python_numbers_came_in():
    def forget_bias_for(horizon, kept):
        if horizon < 1 or not 0 < kept < 1:
            raise ValueError(f"horizon and kept are {horizon} and {kept}")
        return np.float32(-np.log(np.expm1(-np.log(kept) / horizon)))

    assert judge("forget_bias_for", forget_bias_for).passed


def test_an_answer_that_is_right_to_float32_loses_a_fifth_at_most():
    def single(*given):
        return elman(*given).astype("float32")

    result = judge("elman_step", single)
    assert result.findings[0].kind == "dtype"
    assert "float32" in result.findings[0].message
    assert result.points == pytest.approx(0.8 * result.max_points)


def test_where_precision_is_the_point_float32_does_not_do():
    def loss(ys, targets):
        gap = (ys - targets).astype("float32")
        return 0.5 * float((gap**2).sum()) / len(ys), gap / len(ys)

    result = judge("sequence_loss", loss)
    assert result.points < 0.8 * result.max_points


def test_the_gradient_of_a_gather_is_an_array_like_any_other():
    table = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        taken = tf.reduce_sum(tf.gather(table, [1, 1]))
    gradient = tape.gradient(taken, table)
    assert isinstance(gradient, tf.IndexedSlices)
    assert np.array_equal(plain(gradient), [[0, 0], [2, 2]])


def test_one_number_in_brackets_is_a_number():
    result = judge("truncated_gradient", in_brackets(load("truncated_gradient").right))
    assert result.passed


def in_brackets(right):
    first = next(iter(right.values()))
    return lambda *given: np.array([first(*given)])
