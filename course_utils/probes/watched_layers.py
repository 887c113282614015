"""Look inside a network: every layer's call can be watched, and silenced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.checking.probing import plain

__all__ = [
    "Call",
    "answer_of",
    "answers_to_two",
    "arrays_in",
    "calls_of",
    "kernel_over_time",
    "layers_of",
]


@dataclass
class Call:
    """One call of a layer: what it was given, as it came and as arrays, and what it gave."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    inputs: list[np.ndarray] = field(default_factory=list)
    outputs: list[np.ndarray] = field(default_factory=list)


def arrays_in(value: Any) -> list[np.ndarray]:
    """The arrays in a nest of values; those that have no numbers yet are left out."""
    import keras

    found = []
    for each in keras.tree.flatten(value):
        if isinstance(each, np.ndarray) or callable(getattr(each, "numpy", None)):
            array = np.array(each)
            if array.ndim:
                found.append(array)
    return found


@contextmanager
def _watched(watched: Sequence[Any], silenced: Sequence[Any]) -> Iterator[dict[int, list[Call]]]:
    """Note the calls of some layers, by their id, and let nothing but zeros come out of others."""
    import keras
    import tensorflow as tf

    seen: dict[int, list[Call]] = {id(layer): [] for layer in watched}
    silent = {id(layer) for layer in silenced}

    def wrap(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        def around(*args: Any, **kwargs: Any) -> Any:
            value = call(*args, **kwargs)
            if id(layer) in silent:
                value = keras.tree.map_structure(keras.ops.zeros_like, value)
            if id(layer) in seen:
                noted = Call(args, kwargs, arrays_in((args, kwargs)), arrays_in(value))
                if noted.inputs:
                    seen[id(layer)].append(noted)
            return value

        return around

    originals = {id(layer): layer for layer in [*watched, *silenced]}.values()
    in_graphs = not tf.config.functions_run_eagerly()
    for layer in originals:
        object.__setattr__(layer, "call", wrap(layer, layer.call))
    tf.config.run_functions_eagerly(True)  # for a call that is a tf.function
    try:
        yield seen
    finally:
        tf.config.run_functions_eagerly(not in_graphs)
        for layer in originals:
            object.__delattr__(layer, "call")


def layers_of(model: Any) -> list[Any]:
    """All layers, those within layers too."""
    return list(model._flatten_layers(include_self=False))


def kernel_over_time(layer: Any) -> int:
    """The frames that a layer's kernel reaches over; 0 where it is no 3D convolution."""
    size = getattr(layer, "kernel_size", None)
    rank = getattr(layer, "rank", None)
    return int(size[0]) if rank == 3 and isinstance(size, (tuple, list)) else 0


def answer_of(model: Any, videos: np.ndarray) -> np.ndarray:
    """What the network says of clips, in float64."""
    return plain(model(np.array(videos), training=False), "the output").astype(np.float64)


def answers_to_two(model: Any, videos: np.ndarray, silenced: Sequence[Any]) -> np.ndarray:
    """What the network says of two different batches while these layers say nothing: (2, B, …)."""
    with _watched([], silenced):
        return np.stack([answer_of(model, videos), answer_of(model, videos[::-1] ** 2)])


def calls_of(
    model: Any, videos: np.ndarray, watched: Sequence[Any], silenced: Sequence[Any] = ()
) -> list[list[Call]]:
    """The calls of each watched layer in one run of the network."""
    with _watched(watched, silenced) as seen:
        answer_of(model, videos)
    return [seen[id(layer)] for layer in watched]
