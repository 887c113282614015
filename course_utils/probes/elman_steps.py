"""The Elman step that probes pass in, whose weights are in the set-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from course_utils.checking.types import Setup

__all__ = ["Step", "given_step"]

Step: TypeAlias = Callable[[Any, Any], Any]


def given_step(setup: Setup) -> Step:
    """`step(x, h)`: NumPy arrays in, NumPy out; tensors in, a tensor out.

    Args:
        setup: `W_x` (F, U), `W_h` (U, U), `b` (U,), and `linear`: True without the tanh.
    """
    W_x, W_h, b, linear = setup["W_x"], setup["W_h"], setup["b"], setup["linear"]

    def step(x: Any, h: Any) -> Any:
        for name, value, width in (("x", x, len(W_x)), ("h", h, len(W_h))):
            shape = tuple(np.shape(value)) if not hasattr(value, "shape") else tuple(value.shape)
            if len(shape) != 2 or shape[1] not in (width, None):
                raise ValueError(
                    f"step(x, h) was called with {name} of shape {shape}, "
                    f"but needs (batch, {width})."
                )
        if isinstance(x, np.ndarray) and isinstance(h, np.ndarray):
            z = x @ W_x + h @ W_h + b
            return z if linear else np.tanh(z)
        import tensorflow as tf

        z = tf.matmul(tf.convert_to_tensor(x), W_x) + tf.matmul(tf.convert_to_tensor(h), W_h) + b
        return z if linear else tf.tanh(z)

    return step
