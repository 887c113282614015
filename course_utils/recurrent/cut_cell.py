"""A GRU cell that is told at each step how much of the gradient may go on into the past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["CutGRUCell"]


@keras.saving.register_keras_serializable(package="unrolled")
class CutGRUCell(keras.layers.GRUCell):
    """A GRU cell whose last input feature is the weight of the gradient that crosses to the left.

    Forward it is Keras's GRU cell on the other features, whatever the weight is. Backward, what
    this step sends to the state before it is multiplied by the weight: 1 leaves the gradient
    whole, 0 cuts it, and a number above 1 makes up for cuts elsewhere. So one traced graph serves
    every way of cutting.
    """

    def build(self, input_shape: Sequence[int]) -> None:
        """Make the weights for the features without the last one; input_shape is (B, F + 1)."""
        super().build((*input_shape[:-1], input_shape[-1] - 1))

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        """(B, F + 1) and the state (B, U) → the new state, [the new state]."""
        from keras import ops

        h = states[0] if isinstance(states, (list, tuple)) else states
        crossing = inputs[:, -1:]
        h = crossing * h + ops.stop_gradient((1 - crossing) * h)
        return super().call(inputs[:, :-1], [h], training=training)
