"""conv3d_shape: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf
from keras import layers


def must_be_possible(shape, kernel, strides, padding):
    if padding not in {"valid", "same"}:
        raise ValueError(f"padding must be 'valid' or 'same', not {padding!r}")
    if min(strides) < 1:
        raise ValueError(f"strides must be at least 1, got {strides}")
    if padding == "valid" and any(k > n for n, k in zip(shape, kernel)):
        raise ValueError(f"the kernel {kernel} does not fit on {shape}")


def shape_formula(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    if padding == "same":
        return tuple(-(-n // s) for n, s in zip(shape, strides))
    return tuple((n - k) // s + 1 for n, k, s in zip(shape, kernel, strides))


def shape_ranges(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    first_gap = [n - k + 1 if padding == "valid" else n for n, k in zip(shape, kernel)]
    return [len(range(0, room, s)) for room, s in zip(first_gap, strides)]


def shape_numpy(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    n, k, s = np.array(shape), np.array(kernel), np.array(strides)
    room = n if padding == "same" else n - k + 1
    return (room + s - 1) // s


def shape_ceil(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    sizes = []
    for axis in range(3):
        room = shape[axis] - (kernel[axis] - 1) * (padding == "valid")
        sizes.append(math.ceil(room / strides[axis]))
    return sizes


def shape_keras(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    layer = layers.Conv3D(1, tuple(kernel), strides=tuple(strides), padding=padding)
    return layer.compute_output_shape((1, *shape, 1))[1:4]


def shape_tensorflow(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    room = tf.constant(shape) - (tf.constant(kernel) - 1 if padding == "valid" else 0)
    return -(-room // tf.constant(strides))


def sizes_without(*left_out):
    def answer(shape, kernel, strides, padding):
        if "padding" not in left_out and padding not in ("valid", "same"):
            raise ValueError("padding")
        if "strides" not in left_out and min(strides) < 1:
            raise ValueError("strides")
        if (
            "kernel" not in left_out
            and padding == "valid"
            and any(k > n for n, k in zip(shape, kernel))
        ):
            raise ValueError("kernel")
        steps = [s or 1 for s in strides]
        if padding == "valid":
            return tuple((n - k) // s + 1 for n, k, s in zip(shape, kernel, steps))
        return tuple(-(-n // s) for n, s in zip(shape, steps))

    return answer


def counted_one_by_one(shape, kernel, strides, padding):
    """With "same" it counts only the places at which a whole step fits."""
    must_be_possible(shape, kernel, strides, padding)
    sizes = []
    for n, k, s in zip(shape, kernel, strides):
        place, size = 0, 0
        while place + (k if padding == "valid" else s) <= n:
            place, size = place + s, size + 1
        sizes.append(size)
    return sizes


def evenly_padded(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    if padding == "same":
        shape = [n + k // 2 * 2 for n, k in zip(shape, kernel)]
    return tuple((n - k) // s + 1 for n, k, s in zip(shape, kernel, strides))


def places_divided(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    if padding == "same":
        return tuple(-(-n // s) for n, s in zip(shape, strides))
    return tuple((n - k + 1) // s for n, k, s in zip(shape, kernel, strides))


def stride_in_space(shape, kernel, strides, padding):
    must_be_possible(shape, kernel, strides, padding)
    return shape_formula(shape, kernel, (1, *strides[1:]), padding)


RIGHT = {
    "formula": shape_formula,
    "ranges": shape_ranges,
    "NumPy": shape_numpy,
    "ceil": shape_ceil,
    "Keras": shape_keras,
    "TensorFlow": shape_tensorflow,
}


WRONG = {
    "strides-forgotten": lambda shape, kernel, strides, padding: (
        must_be_possible(shape, kernel, strides, padding),
        layers.Conv3D(1, kernel, padding=padding).compute_output_shape((1, *shape, 1))[1:4],
    )[1],
    "places-rounded-down": places_divided,
    "stride-in-space-only": stride_in_space,
    "same-rounded-down": counted_one_by_one,
    "same-padded-evenly": evenly_padded,
    "axes-reversed": lambda *given: shape_keras(*given)[::-1],
    "unknown-padding-accepted": sizes_without("padding"),
    "too-large-a-kernel-accepted": sizes_without("kernel"),
    "strides-below-one-accepted": sizes_without("strides"),
    "no-error-at-all": sizes_without("padding", "kernel", "strides"),
}
