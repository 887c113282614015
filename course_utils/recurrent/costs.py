"""What a network costs: its multiplications and additions, counted layer by layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["operations"]


def operations(model: Any, shape: Sequence[int]) -> int:
    """Floating-point operations of the matrix products and convolutions for one sample.

    A multiply-add counts as two. Biases, activations and pooling are left out: they cost little
    beside the products. The count follows from shapes alone, so it is the same on every machine.

    Args:
        model: a keras.Model or layer, built, of dense, convolutional and recurrent layers.
        shape: of one sample, without the batch axis.

    Returns:
        The count.

    Raises:
        ValueError: a layer has matrices of weights, and it is not known how they are used.
    """
    import keras
    import numpy as np

    total = 0

    def watch(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(given: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal total
            value = call(given, *args, **kwargs)
            shaped = keras.tree.flatten(value)[0]
            total += given.shape[0] * _of(layer, tuple(given.shape[1:]), tuple(shaped.shape[1:]))
            return value

        return watched

    layers = [model] if _is_whole(model) else _whole_layers(model)
    calls = [(layer, layer.call) for layer in layers]
    for layer, call in calls:
        object.__setattr__(layer, "call", watch(layer, call))
    try:
        model(np.zeros((1, *shape), "float32"))
    finally:
        for layer, _ in calls:
            object.__delattr__(layer, "call")
    return total


def _is_whole(layer: Any) -> bool:
    """Whether a layer is counted as one, whatever it is made of."""
    import keras

    loops = (keras.layers.TimeDistributed, keras.layers.Bidirectional, keras.layers.RNN)
    return isinstance(layer, loops) or not list(layer._flatten_layers(include_self=False))


def _whole_layers(model: Any) -> list[Any]:
    found: list[Any] = []
    for layer in model._flatten_layers(include_self=False, recursive=False):
        found += [layer] if _is_whole(layer) else _whole_layers(layer)
    return found


def _of(layer: Any, given: tuple[int, ...], out: tuple[int, ...]) -> int:
    """Operations of one call, from the shapes of one sample that goes in and comes out."""
    import keras

    if isinstance(layer, keras.layers.TimeDistributed):
        return given[0] * operations(layer.layer, given[1:])
    if isinstance(layer, keras.layers.Bidirectional):
        halves = (layer.forward_layer, layer.backward_layer)
        return sum(_of(half, given, out) for half in halves)
    kernels = [w.shape for w in layer.weights if len(w.shape) > 1 and "bias" not in w.name]
    matrices = sum(map(math.prod, kernels))
    if not matrices:
        return 0
    if isinstance(layer, keras.layers.RNN):
        rank = len(given) - 2  # axes of a map: 0 for vectors, 2 for pictures
        positions = math.prod(out[-rank - 1 : -1]) if rank else 1
        return 2 * matrices * given[0] * positions
    if hasattr(layer, "state_size"):  # a cell that the model steps through by itself
        return 2 * matrices
    if isinstance(layer, keras.layers.Dense) or getattr(layer, "rank", None):
        return 2 * matrices * math.prod(out[:-1])
    raise ValueError(
        f"the operations of {layer.name}, a {type(layer).__name__}, cannot be counted: it is no "
        "dense, convolutional or recurrent layer of Keras."
    )
