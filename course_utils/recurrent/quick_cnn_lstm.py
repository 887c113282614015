"""A 2D CNN with an LSTM, written to be quick: all frames go through the convolutions as one batch.

`keras.layers.TimeDistributed` reads the same frames with the same weights and takes longer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

__all__ = ["quick_cnn_lstm"]


def quick_cnn_lstm(shape: Sequence[int], classes: int) -> Any:
    """A network that names what a clip shows.

    Args:
        shape: (T, H, W, C) of a clip.
        classes: how many classes there are.

    Returns:
        A keras.Model, (B, T, H, W, C) → (B, classes) probabilities, its LSTM unrolled over T.
    """
    import keras
    from keras import layers, ops

    clip = keras.Input(tuple(shape))
    maps = ops.reshape(clip, (-1, *shape[1:]))  # (B · T, H, W, C)
    for filters in (8, 16):
        maps = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(maps)
    vectors = ops.reshape(maps, (-1, shape[0], math.prod(maps.shape[1:])))
    state = layers.LSTM(12, unroll=True)(vectors)
    return keras.Model(clip, layers.Dense(classes, activation="softmax")(state))
