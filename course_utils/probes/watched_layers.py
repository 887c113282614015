"""Look inside a network: every layer's call can be watched, and silenced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.checking.probing import plain

__all__ = ["answer_of", "depends", "input_of", "kernel_over_time", "layers_of", "recurrent_of"]


@dataclass
class Calls:
    """What the watched layers saw: layer → the inputs of its calls, as arrays."""

    inputs: dict[int, list[np.ndarray]] = field(default_factory=dict)

    def of(self, layer: Any) -> np.ndarray | None:
        """What went into a layer: its sequence, or a cell's steps stacked to one, (B, T, …)."""
        seen = self.inputs.get(id(layer), [])
        if not seen:
            return None
        if len(seen) == 1 or len({each.shape for each in seen}) > 1:
            return seen[-1]
        return np.stack(seen, axis=1)


@contextmanager
def _watched(layers: Sequence[Any], silent: bool = False) -> Iterator[Calls]:
    """Note what goes into these layers; where `silent`, let nothing but zeros come out."""
    import keras

    calls = Calls()

    def wrap(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            given = args[0] if args else next(iter(kwargs.values()), None)
            if callable(getattr(given, "numpy", None)):
                calls.inputs.setdefault(id(layer), []).append(np.array(given))
            value = call(*args, **kwargs)
            return keras.tree.map_structure(keras.ops.zeros_like, value) if silent else value

        return watched

    originals = [(layer, layer.call) for layer in layers]
    for layer, call in originals:
        object.__setattr__(layer, "call", wrap(layer, call))
    try:
        yield calls
    finally:
        for layer, _ in originals:
            object.__delattr__(layer, "call")


def layers_of(model: Any) -> list[Any]:
    """All layers, those within layers too."""
    return list(model._flatten_layers(include_self=False))


def recurrent_of(model: Any) -> list[Any]:
    """The recurrent layers, and cells that the network steps through by itself."""
    import keras

    layers = layers_of(model)
    looped = [each for each in layers if isinstance(each, keras.layers.RNN)]
    inside = {id(each) for layer in looped for each in layer._flatten_layers(include_self=False)}
    cells = [
        each
        for each in layers
        if hasattr(each, "state_size")
        and not isinstance(each, (keras.layers.RNN, keras.layers.Bidirectional))
        and id(each) not in inside
    ]
    return looped + cells


def kernel_over_time(layer: Any) -> int:
    """The frames that a layer's kernel reaches over; 0 where it is no 3D convolution."""
    size = getattr(layer, "kernel_size", None)
    rank = getattr(layer, "rank", None)
    return int(size[0]) if rank == 3 and isinstance(size, (tuple, list)) else 0


def answer_of(model: Any, videos: np.ndarray) -> np.ndarray:
    """What the network says of clips, in float64."""
    return plain(model(np.array(videos), training=False), "the output").astype(np.float64)


def depends(model: Any, videos: np.ndarray, silenced: Sequence[Any]) -> bool:
    """Whether the output still depends on the videos when these layers say nothing."""
    with _watched(silenced, silent=True):
        one, two = answer_of(model, videos), answer_of(model, videos[::-1] ** 2)
    return bool(np.abs(one - two).max() > 1e-6)


def input_of(
    layer: Any, model: Any, videos: np.ndarray, silenced: Sequence[Any] = ()
) -> np.ndarray:
    """What goes into a layer, (B, T, …)."""
    with _watched(silenced, silent=True), _watched([layer]) as calls:
        answer_of(model, videos)
    seen = calls.of(layer)
    return np.zeros((len(videos), 1, 1)) if seen is None else seen
