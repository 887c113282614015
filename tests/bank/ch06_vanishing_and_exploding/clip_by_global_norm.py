"""clip_by_global_norm: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf
from keras import ops


def need_positive(max_norm):
    if max_norm <= 0:
        raise ValueError(f"max_norm must be positive, got {max_norm}")


def clip_numpy(gradients, max_norm):
    need_positive(max_norm)
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm > max_norm:
        gradients = [g * (max_norm / norm) for g in gradients]
    return list(gradients), norm


def clip_flat(gradients, max_norm):
    need_positive(max_norm)
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return tuple(factor * g for g in gradients), norm


def clip_loops(gradients, max_norm):
    need_positive(max_norm)
    total = 0.0
    for g in gradients:
        for value in np.nditer(g):
            total += float(value) ** 2
    norm = math.sqrt(total)
    result = []
    for g in gradients:
        result.append(np.array(g, copy=True) if norm <= max_norm else np.array(g) / norm * max_norm)
    return [result, norm]


def clip_of_norms(gradients, max_norm):
    need_positive(max_norm)
    norm = np.hypot.reduce([np.linalg.norm(g) for g in gradients])
    return [g * max_norm / max(norm, max_norm) for g in gradients], float(norm)


def clip_tensorflow(gradients, max_norm):
    need_positive(max_norm)
    tensors = [tf.constant(g) for g in gradients]
    norm = tf.sqrt(tf.add_n([tf.reduce_sum(tf.square(t)) for t in tensors]))
    factor = tf.minimum(tf.ones_like(norm), max_norm / norm)  # max_norm / 0 is infinite
    return [factor * t for t in tensors], norm


def clip_tf_norm(gradients, max_norm):
    need_positive(max_norm)
    norm = tf.norm(tf.stack([tf.norm(g) for g in gradients]))
    if norm <= max_norm:
        return gradients, norm
    return [tf.constant(g) * (max_norm / norm) for g in gradients], norm


def clip_keras(gradients, max_norm):
    need_positive(max_norm)
    norm = ops.sqrt(sum(ops.sum(ops.square(g)) for g in gradients))
    return [ops.where(norm > max_norm, g * (max_norm / norm), g) for g in gradients], norm


def clip_vdot(gradients, max_norm):
    if not max_norm > 0:
        raise ValueError(f"`max_norm` is {max_norm}; it should be above 0")
    norm = sum(np.vdot(g, g) for g in gradients) ** 0.5
    scale = np.where(norm > max_norm, max_norm / (norm or 1.0), 1.0)
    return [scale * g for g in gradients], norm


def norm_of(gradients):
    return np.sqrt(sum((g * g).sum() for g in gradients))


def clip_each(gradients, max_norm):
    need_positive(max_norm)
    new = []
    for g in gradients:
        n = np.linalg.norm(g)
        new.append(g / n * max_norm if n > max_norm else g)
    return new, norm_of(gradients)


def clip_after(gradients, max_norm):
    new, _ = clip_numpy(gradients, max_norm)
    return new, norm_of(new)


def clip_values(gradients, max_norm):
    need_positive(max_norm)
    return [np.minimum(np.maximum(g, -max_norm), max_norm) for g in gradients], norm_of(gradients)


def clip_forgotten(gradients, max_norm):
    need_positive(max_norm)
    norm = norm_of(gradients)
    for g in gradients:
        if norm > max_norm:
            g = g * (max_norm / norm)
    return gradients, norm


def clip_unchecked(gradients, max_norm):
    norm = norm_of(gradients)
    return ([g * (max_norm / norm) for g in gradients] if norm > max_norm else gradients), norm


def clip_down_to_zero(gradients, max_norm):
    if max_norm < 0:
        raise ValueError(f"max_norm must not be negative, got {max_norm}")
    return clip_unchecked(gradients, max_norm)


def clip_mean(gradients, max_norm):
    need_positive(max_norm)
    size = np.sqrt(np.mean(np.concatenate([g.ravel() for g in gradients]) ** 2))
    return [g * min(1, max_norm / max(size, 1e-300)) for g in gradients], size


def clip_objects(gradients, max_norm):
    """The new gradients in an array of arrays, which unpacks into them as a list does."""
    need_positive(max_norm)
    norm = norm_of(gradients)
    result = np.empty(len(gradients), object)
    for k, g in enumerate(gradients):
        result[k] = g
    return result * (max_norm / norm if norm > max_norm else 1.0), norm


def some_scaled(which):
    """All right, but that only some gradients are scaled: a function of (place, how many)."""

    def answer(gradients, max_norm):
        new, norm = clip_numpy(gradients, max_norm)
        places = range(len(gradients))
        return [new[k] if which(k, len(new)) else gradients[k] for k in places], norm

    return answer


def by_measure(measure):
    def answer(gradients, max_norm):
        need_positive(max_norm)
        size = measure(gradients)
        return [g * (max_norm / size) if size > max_norm else g for g in gradients], size

    return answer


def clip_reversed(gradients, max_norm):
    need_positive(max_norm)
    norm = norm_of(gradients)
    with np.errstate(all="ignore"):
        return [g / norm * max_norm if norm < max_norm else g for g in gradients], norm


RIGHT = {
    "numpy": clip_numpy,
    "one long vector": clip_flat,
    "loops, a list of two": clip_loops,
    "norm of the norms": clip_of_norms,
    "TensorFlow": clip_tensorflow,
    "tf.norm": clip_tf_norm,
    "keras.ops": clip_keras,
    "vdot": clip_vdot,
    "an array of arrays": clip_objects,
}

WRONG = {
    "per-variable": clip_each,
    "results-swapped": lambda *given: clip_tensorflow(*given)[::-1],
    "condition-reversed": clip_reversed,
    "last-not-scaled": some_scaled(lambda k, count: k < count - 1),
    "first-alone-scaled": some_scaled(lambda k, count: k == 0),
    "norm-of-the-last": by_measure(lambda gradients: np.linalg.norm(gradients[-1])),
    "sum-of-the-sizes": by_measure(lambda gradients: sum(np.abs(g).sum() for g in gradients)),
    "by-value": clip_values,
    "never-clipped": clip_forgotten,
    "norm-after-clipping": clip_after,
    "mean-of-the-squares": clip_mean,
    "zero-accepted": clip_down_to_zero,
    "max-norm-not-checked": clip_unchecked,
}
