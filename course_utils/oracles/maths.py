"""What references compute with: NumPy arrays, complex ones too, and tensors where a cell is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["concat", "hard_sigmoid", "relu", "sigmoid", "split", "tanh", "transposed"]


def _is_numpy(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic, int, float))


def tanh(z: Any) -> Any:
    """The hyperbolic tangent."""
    if _is_numpy(z):
        return np.tanh(z)
    from keras import ops

    return ops.tanh(z)


def sigmoid(z: Any) -> Any:
    """1 / (1 + exp(−z)) without overflow."""
    return 0.5 * (1.0 + tanh(0.5 * z))


def relu(z: Any) -> Any:
    """max(z, 0); the real part decides for complex numbers."""
    if _is_numpy(z):
        return np.where(np.real(z) > 0, z, 0.0)
    from keras import ops

    return ops.relu(z)


def hard_sigmoid(z: Any) -> Any:
    """z/6 + 1/2, clipped to the interval from 0 to 1, as in Keras."""
    return relu(z / 6.0 + 0.5) - relu(z / 6.0 - 0.5)


def split(z: Any, parts: int) -> Sequence[Any]:
    """The last axis in equal parts."""
    if _is_numpy(z):
        return np.split(z, parts, axis=-1)
    from keras import ops

    return list(ops.split(z, parts, axis=-1))


def concat(*parts: Any) -> Any:
    """Side by side along the last axis."""
    if all(map(_is_numpy, parts)):
        return np.concatenate(parts, axis=-1)
    from keras import ops

    return ops.concatenate(parts, axis=-1)


def transposed(matrix: Any) -> Any:
    """A matrix with rows and columns exchanged."""
    if _is_numpy(matrix):
        return matrix.T
    from keras import ops

    return ops.transpose(matrix)
