"""regime: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def regime_ifs(w):
    if w == 1:
        return "constant"
    elif w == -1:
        return "alternates"
    elif -1 < w < 1:
        return "vanishes"
    return "explodes"


def regime_square(w):
    size = abs(w)
    if size < 1.0:
        return "vanishes"
    if size > 1.0:
        return "explodes"
    return "constant" if w == size else "alternates"


def regime_numpy(w):
    return np.select(
        [np.abs(w) < 1, np.abs(w) > 1, w == 1], ["vanishes", "explodes", "constant"], "alternates"
    )


def regime_table(w):
    w = np.float64(w)
    size = np.sign(np.abs(w) - 1)
    return {-1: "vanishes", 1: "explodes"}.get(size, "constant" if w > 0 else "alternates")


def regime_tensorflow(w):
    w = tf.constant(w, tf.float64)
    if tf.abs(w) < 1:
        return "vanishes"
    if tf.abs(w) > 1:
        return "explodes"
    return "constant" if w > 0 else "alternates"


def regime_close(w):
    if np.isclose(w, 1):
        return "constant"
    if np.isclose(w, -1):
        return "alternates"
    return "vanishes" if abs(w) < 1 else "explodes"


def regime_exchanged(w):
    if abs(w) != 1:
        return regime_ifs(w)
    return "constant" if w < 0 else "alternates"


RIGHT = {
    "ifs": regime_ifs,
    "absolute value": regime_square,
    "np.select": regime_numpy,
    "table": regime_table,
    "TensorFlow": regime_tensorflow,
}

WRONG = {
    "nearly-one": regime_close,
    "one-and-minus-one-exchanged": regime_exchanged,
    "one-explodes": lambda w: "explodes" if abs(w) >= 1 else "vanishes",
    "one-vanishes": lambda w: "vanishes" if -1 <= w <= 1 else "explodes",
}
