"""The smallest recurrent network, h = w h + x, as a model whose state goes in and comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["ScalarNetwork"]


class ScalarNetwork(keras.Model):
    """One linear unit with one weight; its outputs are its states.

    Args:
        w: what the weight is at first.
    """

    def __init__(self, w: float) -> None:
        super().__init__()
        self.w = self.add_weight(shape=(), initializer=keras.initializers.Constant(w), name="w")

    def call(self, inputs: Any, states: Sequence[Any]) -> Any:
        """(B, T, 1) and [(B, 1)] → the states (B, T, 1), [the last of them]."""
        from keras import ops

        h, hs = ops.convert_to_tensor(states[0]), []
        for t in range(inputs.shape[1]):
            h = self.w * h + inputs[:, t]
            hs.append(h)
        return ops.stack(hs, axis=1), [h]
