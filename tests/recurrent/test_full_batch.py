"""Full-batch training does what it says."""

from __future__ import annotations

import numpy as np

from course_utils.recurrent.full_batch import descend_on_all


def _line(seed: int):
    import keras

    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def test_a_linear_model_finds_the_line_that_made_the_targets():
    inputs = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    model = _line(0)
    descend_on_all(model, inputs, inputs @ np.array([2, -1], "float32") + 3, 300, 0.05)
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(kernel[:, 0], [2, -1], atol=1e-2)
    np.testing.assert_allclose(bias, [3], atol=1e-2)


def test_one_step_of_adam_moves_each_weight_by_the_rate_and_equals_that_of_fit():
    import keras

    inputs = np.random.default_rng(1).normal(size=(8, 2)).astype("float32")
    targets = inputs.sum(axis=1) + 1
    ours, theirs = _line(3), _line(3)
    before = ours.get_weights()
    descend_on_all(ours, inputs, targets, 1, 0.25)
    theirs.compile(keras.optimizers.Adam(0.25), "mse")
    theirs.fit(inputs, targets[:, None], batch_size=8, epochs=1, verbose=0)
    for was, mine, fitted in zip(before, ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(np.abs(mine - was), 0.25, rtol=1e-4)
        np.testing.assert_allclose(mine, fitted, rtol=1e-5)
