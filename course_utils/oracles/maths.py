"""What references compute with: NumPy arrays, complex ones too, and tensors where a cell is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = [
    "clipped",
    "concat",
    "convolution",
    "hard_sigmoid",
    "padded",
    "relu",
    "sigmoid",
    "split",
    "tanh",
    "transposed",
]


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


def clipped(z: Any) -> Any:
    """z, cut off at −1 and 1."""
    return relu(z + 1.0) - relu(z - 1.0) - 1.0


def hard_sigmoid(z: Any) -> Any:
    """z/6 + 1/2, clipped to the interval from 0 to 1, as in Keras."""
    return relu(z / 6.0 + 0.5) - relu(z / 6.0 - 0.5)


def split(z: Any, parts: int) -> Sequence[Any]:
    """The last axis in equal parts."""
    if _is_numpy(z):
        return np.split(z, parts, axis=-1)
    from keras import ops

    return list(ops.split(z, parts, axis=-1))


def concat(*parts: Any, axis: int = -1) -> Any:
    """One behind the other, side by side along the last axis unless another is named."""
    if all(map(_is_numpy, parts)):
        return np.concatenate(parts, axis=axis)
    from keras import ops

    return ops.concatenate(parts, axis=axis)


def transposed(matrix: Any) -> Any:
    """A matrix with rows and columns exchanged."""
    if _is_numpy(matrix):
        return matrix.T
    from keras import ops

    return ops.transpose(matrix)


def padded(value: Any, *widths: tuple[int, int]) -> Any:
    """Zeros before and behind, along each axis."""
    if _is_numpy(value):
        return np.pad(value, widths)
    from keras import ops

    return ops.pad(value, widths)


def convolution(value: Any, kernel: Any, padding: str = "same") -> Any:
    """What layers call a convolution: (B, ..., C), (..., C, D) → (B, ..., D), zeros outside.

    Args:
        value: maps, or volumes; it decides how many axes of `kernel` are places.
        kernel: used as it is, not turned.
        padding: "same", or "valid" for the places at which all of the kernel fits.
    """
    if not _is_numpy(value):
        from keras import ops

        return ops.conv(value, kernel, padding=padding)
    size = kernel.shape[:-2]
    n = len(size)
    if padding == "same":
        value = padded(value, (0, 0), *(((k - 1) // 2, k // 2) for k in size), (0, 0))
    places = tuple(range(1, n + 1))
    near = np.lib.stride_tricks.sliding_window_view(value, size, axis=places)  # (B, ..., C, *size)
    return np.tensordot(near, kernel, axes=((*range(n + 2, 2 * n + 2), n + 1), range(n + 1)))
