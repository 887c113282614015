"""One compiled model, trained from many starts."""

from __future__ import annotations

import keras
import numpy as np

from course_utils.recurrent.restarts import compile_for_restarts


def test_a_forgetful_optimizer_trains_as_a_new_one_and_an_experienced_one_does_not():
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((3,), batch_size=4), keras.layers.Dense(1)])
    forget = compile_for_restarts(network, "mse", rate=0.1, updates_per_call=2)
    xs = np.random.default_rng(0).standard_normal((8, 3)).astype("float32")
    start = network.get_weights()

    def trained():
        network.set_weights(start)
        network.fit(xs, xs.sum(axis=1), batch_size=4, shuffle=False, verbose=0)
        return network.get_weights()[0]

    first, experienced = trained(), trained()
    forget()
    assert np.array_equal(network.get_weights()[0], experienced)  # the weights stay
    assert np.array_equal(trained(), first)
    assert not np.allclose(first, experienced)
