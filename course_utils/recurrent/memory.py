"""How many bytes of tensors are alive: what a tape keeps for its way back."""

from __future__ import annotations

import gc
from typing import Any

__all__ = ["tensor_bytes"]


def tensor_bytes() -> int:
    """The bytes of all TensorFlow tensors that are alive now, variables' values left out.

    Read inside a `tf.GradientTape` it counts what the tape holds, since a tape keeps every tensor
    that its way back will read. It depends on shapes alone, so it is the same on every machine.
    """
    import tensorflow as tf

    kind = type(tf.constant(0.0))
    seen: dict[int, int] = {}
    for each in gc.get_objects():
        if type(each) is kind:
            seen[id(each)] = _size(each)
    return sum(seen.values())


def _size(tensor: Any) -> int:
    """Bytes of one tensor; those that hold no numbers (resources, strings) count as none."""
    if tensor.dtype.is_numpy_compatible and tensor.dtype.size:
        return int(tensor.shape.num_elements() or 0) * int(tensor.dtype.size)
    return 0
