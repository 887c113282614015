"""A model whose states go in and come out by name, so that nobody has to guess where they are.

Keras's `stateful=True` keeps the states inside the layer; they stay there until someone resets
them, whatever batch comes next. Here they are arguments and results.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["CarriedModel"]


class CarriedModel(keras.Model):
    """Layers in a row, with the states of all recurrent ones as one flat list.

    Args:
        layers: keras layers; each recurrent one made with return_sequences=True and
            return_state=True, and without stateful.
        initial: layers, one per state, each called as `layer(batch_size=B)` → (B, U); they are
            trained with the model. Zeros if left out.
        **kwargs: Keras's own arguments.

    Raises:
        ValueError: a recurrent layer keeps its states to itself, runs backward, or none is there.
    """

    def __init__(self, layers: Sequence[Any], initial: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for layer in layers:
            _refuse(layer)
        if not any(isinstance(layer, keras.layers.RNN) for layer in layers):
            raise ValueError(
                "None of the layers is recurrent, so there is no state to carry. Add a "
                "keras.layers.SimpleRNN, GRU, LSTM or RNN."
            )
        self.chain = list(layers)
        self.initial = list(initial)

    def call(self, inputs: Any, states: Sequence[Any], training: bool | None = None) -> Any:
        """(B, T, ...) and the flat list of states → the outputs (B, T, ...), the new states."""
        flow, new, left = inputs, [], list(states)
        for layer in self.chain:
            if isinstance(layer, keras.layers.RNN):
                count = _state_count(layer)
                mine, left = left[:count], left[count:]
                flow, *after = layer(flow, initial_state=mine, training=training)
                new += after
            else:
                takes_training = getattr(layer, "_call_has_training_arg", False)
                flow = layer(flow, training=training) if takes_training else layer(flow)
        return flow, new

    def initial_states(self, batch: int) -> list[Any]:
        """The states before the first step, one (B, U) per state."""
        if self.initial:
            return [layer(batch_size=batch) for layer in self.initial]
        states: list[Any] = []
        for layer in self.chain:
            if isinstance(layer, keras.layers.RNN):
                states += keras.tree.flatten(layer.get_initial_state(batch_size=batch))
        return states


def _state_count(layer: Any) -> int:
    """How many states a recurrent layer has: 1 for an Elman layer or a GRU, 2 for an LSTM."""
    return len(keras.tree.flatten(layer.state_size))


def _refuse(layer: Any) -> None:
    """Raise where a recurrent layer cannot be carried."""
    name = getattr(layer, "name", repr(layer))
    if isinstance(layer, keras.layers.Bidirectional) or getattr(layer, "go_backwards", False):
        raise ValueError(
            f"{name} reads backward, so it needs the end of the stream before its beginning. "
            "Carry the state of layers that read forward only."
        )
    if not isinstance(layer, keras.layers.RNN):
        return
    if layer.stateful:
        raise ValueError(
            f"{name} is stateful: it would keep a state of its own beside the one that is carried. "
            "Make it without stateful=True."
        )
    if not (layer.return_sequences and layer.return_state):
        raise ValueError(
            f"{name} does not give its states away. Make it with return_sequences=True and "
            "return_state=True."
        )
