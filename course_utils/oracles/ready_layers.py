"""Layers of Keras's own with given weights: the second reference of what steps through time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.probing import wide

__all__ = ["Weights", "keras_states", "ready_layer"]

Array = np.ndarray
Weights: TypeAlias = Sequence[Array]

_OFTEN = 12  # uses of a layer for one shape, after which it becomes a graph


def ready_layer(kind: str, units: int, shape: Sequence[int], **options: Any) -> Any:
    """A recurrent layer of Keras's own in float64 that gives all outputs and the last states.

    Making one takes longer than running it, so each thread keeps those that it has made. Set the
    weights before every use.

    Args:
        kind: its name in `keras.layers`.
        units: the size of its state.
        shape: of one input: (F,) or (H, W, C).
        **options: its other arguments, hashable.
    """
    options |= {"return_sequences": True, "return_state": True, "dtype": "float64"}
    return _kept(threading.get_ident(), kind, units, tuple(shape), tuple(options.items()))


@lru_cache(maxsize=256)
def _kept(
    thread: int, kind: str, units: int, shape: tuple[int, ...], options: tuple[tuple[str, Any], ...]
) -> Any:
    import keras

    layer = getattr(keras.layers, kind)(units, **dict(options))
    layer.build((None, None, *shape))
    return _ReadyLayer(layer)


class _ReadyLayer:
    """A layer that is run as it is at first, and as a graph once it is asked often.

    A graph takes a second to make and a tenth of the time to run: worth it for a class, and not for
    one check.
    """

    def __init__(self, layer: Any) -> None:
        self._layer = layer
        self._uses: Counter[tuple[int, ...]] = Counter()
        self._graph: Any = None
        self.set_weights = layer.set_weights

    @property
    def trainable_weights(self) -> list[Any]:
        """Keras's variables."""
        return list(self._layer.trainable_weights)

    def __call__(self, xs: Any, initial_state: Sequence[Any]) -> list[Any]:
        """Outputs and last states."""
        shape = tuple(xs.shape)
        self._uses[shape] += 1
        if self._uses[shape] <= _OFTEN:
            return list(self._layer(xs, initial_state=list(initial_state)))
        if self._graph is None:
            import tensorflow as tf

            layer = self._layer
            self._graph = tf.function(lambda xs, *states: layer(xs, initial_state=list(states)))
        return list(self._graph(xs, *initial_state))


def keras_states(layer: Any, weights: Weights, xs: Array, *states: Array) -> list[Array]:
    """A layer of Keras's own with copied weights: (B, T, ...) → [outputs, last states...].

    Args:
        layer: from `ready_layer`.
        weights: what `set_weights` takes.
        xs: the sequence.
        states: the initial states.
    """
    import keras

    layer.set_weights([wide(each) for each in weights])
    initial = [keras.ops.convert_to_tensor(wide(state)) for state in states]
    found = layer(keras.ops.convert_to_tensor(wide(xs)), initial_state=initial)
    return [np.asarray(each) for each in found]
