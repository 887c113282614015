"""The quick CNN with an LSTM is the slow one, written otherwise."""

from __future__ import annotations

import keras
import numpy as np

from course_utils.recurrent.quick_cnn_lstm import quick_cnn_lstm


def test_it_says_what_time_distributed_layers_with_the_same_weights_say():
    clip = keras.Input((8, 12, 12, 1))
    maps = clip
    for filters in (8, 16):
        layer = keras.layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")
        maps = keras.layers.TimeDistributed(layer)(maps)
    vectors = keras.layers.TimeDistributed(keras.layers.Flatten())(maps)
    state = keras.layers.LSTM(12)(vectors)
    slow = keras.Model(clip, keras.layers.Dense(6, activation="softmax")(state))
    quick = quick_cnn_lstm((8, 12, 12, 1), 6)
    quick.set_weights(slow.get_weights())
    clips = np.random.default_rng(0).random((3, 8, 12, 12, 1)).astype("float32")
    np.testing.assert_allclose(quick(clips), slow(clips), atol=1e-6)
