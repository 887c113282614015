"""What chapter 10's references rest on, held against Keras's own cells and SciPy's tests."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from course_utils.oracles.ch10_gru.cell_parameters import cell_parameters
from course_utils.oracles.ch10_gru.paired_interval import by_beta, paired_interval
from course_utils.oracles.ch10_gru.shared import only, step_inputs
from course_utils.oracles.ch10_gru.step_flops import step_flops
from course_utils.oracles.ch10_gru.units_for_budget import by_quadratic, units_for_budget

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
    assert cell_parameters(kind, features, units) == built(kind, features, units).count_params()


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
    assert step_flops(kind, features, units) == total


@pytest.mark.parametrize("kind", READY)
@pytest.mark.parametrize("features", [1, 7, 300])
def test_one_unit_more_than_the_budget_allows_exceeds_it(kind, features):
    for budget in [0, 5, 37, 400, 3168, 100_003, *range(2_000, 2_060)]:
        units = units_for_budget(kind, features, budget)
        assert units == by_quadratic(kind, features, budget)
        assert units == 0 or cell_parameters(kind, features, units) <= budget
        assert cell_parameters(kind, features, units + 1) > budget


@pytest.mark.parametrize("reset_after", [False, True])
def test_an_isolation_case_leaves_only_what_it_names(reset_after):
    rng = np.random.default_rng(1)
    inputs = step_inputs(rng, (4, 3, 5), reset_after)
    kept = only(inputs, "x W_h b_z")
    assert not kept["h"].any() and not kept["U"].any()
    assert np.array_equal(kept["x"], inputs["x"])
    assert np.array_equal(kept["W"][:, 10:], inputs["W"][:, 10:])
    assert not kept["W"][:, :10].any()
    rows = np.atleast_2d(kept["b"])
    assert rows[0, :5].any() and not rows[0, 5:].any() and not rows[1:].any()


@pytest.mark.parametrize("n", [2, 5, 30])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.999])
def test_both_intervals_are_those_of_scipys_paired_test(n, confidence):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=n), rng.normal(size=n)
    wanted = stats.ttest_rel(a, b).confidence_interval(confidence)
    for interval in (paired_interval, by_beta):
        mean, low, high = interval(a, b, confidence)
        assert np.isclose(mean, np.mean(a - b), rtol=1e-12)
        assert np.allclose((low, high), (wanted.low, wanted.high), rtol=1e-9)
