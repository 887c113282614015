"""What chapter 10's references rest on, held against Keras's own cells and SciPy's tests."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from course_utils.oracles import ch10_gru as oracle

READY = {
    "elman": keras.layers.SimpleRNNCell,
    "lstm": keras.layers.LSTMCell,
    "gru": keras.layers.GRUCell,
}
SIZES = [(1, 1), (3, 5), (8, 24), (30, 4)]


def built(kind, features, units):
    cell = READY[kind](units)
    cell.build((None, features))
    return cell


@pytest.mark.parametrize("kind", READY)
@pytest.mark.parametrize(("features", "units"), SIZES)
def test_the_formula_counts_what_keras_makes(kind, features, units):
    assert oracle.parameters(kind, features, units) == built(kind, features, units).count_params()


@pytest.mark.parametrize("kind", READY)
@pytest.mark.parametrize(("features", "units"), SIZES)
def test_the_formula_counts_the_products_in_a_traced_step(kind, features, units):
    cell = built(kind, features, units)
    states = [tf.zeros((1, units))] * (2 if kind == "lstm" else 1)
    graph = tf.function(lambda x: cell(x, states)[0]).get_concrete_function(
        tf.TensorSpec((1, features), tf.float32)
    )
    total = 0
    for operation in graph.graph.get_operations():
        if operation.type == "MatMul":
            (rows, inner), columns = operation.inputs[0].shape, operation.outputs[0].shape[1]
            total += 2 * rows * inner * columns
    assert oracle.flops(kind, features, units) == total


@pytest.mark.parametrize("kind", READY)
@pytest.mark.parametrize("features", [1, 7, 300])
def test_one_unit_more_than_the_budget_allows_exceeds_it(kind, features):
    for budget in [0, 5, 37, 400, 3168, 100_003, *range(2_000, 2_060)]:
        units = oracle.most_units(kind, features, budget)
        assert oracle.parameters(kind, features, units) <= budget
        assert oracle.parameters(kind, features, units + 1) > budget


@pytest.mark.parametrize("reset_after", [False, True])
def test_the_pattern_of_the_mistakes_is_right_where_nothing_is_changed(reset_after):
    rng = np.random.default_rng(0)
    inputs = oracle.step_inputs(rng, (4, 3, 5), reset_after, "float64").values()
    assert np.allclose(oracle._step()(*inputs), oracle.gru(*inputs), rtol=1e-14)


@pytest.mark.parametrize("reset_after", [False, True])
def test_an_isolation_case_leaves_only_what_it_names(reset_after):
    rng = np.random.default_rng(1)
    inputs = oracle.step_inputs(rng, (4, 3, 5), reset_after)
    only = oracle._only(inputs, "x W_h b_z")
    assert not only["h"].any() and not only["U"].any()
    assert np.array_equal(only["x"], inputs["x"])
    assert np.array_equal(only["W"][:, 10:], inputs["W"][:, 10:])
    assert not only["W"][:, :10].any()
    rows = np.atleast_2d(only["b"])
    assert rows[0, :5].any() and not rows[0, 5:].any() and not rows[1:].any()


@pytest.mark.parametrize("n", [2, 5, 30])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.999])
def test_both_intervals_are_those_of_scipys_paired_test(n, confidence):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=n), rng.normal(size=n)
    wanted = stats.ttest_rel(a, b).confidence_interval(confidence)
    for interval in (oracle.paired, oracle._paired_by_beta):
        mean, low, high = interval(a, b, confidence)
        assert np.isclose(mean, np.mean(a - b), rtol=1e-12)
        assert np.allclose((low, high), (wanted.low, wanted.high), rtol=1e-9)
