"""make_windows: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import collections

import numpy as np
import tensorflow as tf
from keras import ops


def must_fit(series, width, horizon):
    if width < 1:
        raise ValueError(f"width must be at least 1, not {width}")
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1, not {horizon}")
    n = len(series) - width - horizon + 1
    if n < 1:
        raise ValueError(f"no window of width {width} fits into a series of {len(series)} values")
    return n


def windows_index_array(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    where = np.arange(n)[:, None] + np.arange(width)[None, :]
    return series[where], series[width + horizon - 1 :]


def windows_append(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    inputs, targets = [], []
    for i in range(n):
        inputs.append(series[i : i + width])
        targets.append(series[i + width + horizon - 1])
    return [np.array(inputs), np.array(targets)]


def windows_sliding_view(series, width, horizon=1):
    must_fit(series, width, horizon)
    views = np.lib.stride_tricks.sliding_window_view(series[:-horizon], width, axis=0)
    if series.ndim == 2:
        views = views.transpose(0, 2, 1)
    return views, series[width + horizon - 1 :]


def windows_stack_of_lags(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    lags = [series[j : j + n] for j in range(width)]
    return np.stack(lags, axis=1), series[-n:]


def windows_plain_python(series, width, horizon=1):
    must_fit(series, width, horizon)
    rows = series.tolist()
    window, inputs = collections.deque(maxlen=width), []
    for value in rows[: len(rows) - horizon]:
        window.append(value)
        if len(window) == width:
            inputs.append(list(window))
    return np.array(inputs, dtype=float), np.array(rows[width + horizon - 1 :], dtype=float)


def windows_keras_ops(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    where = ops.expand_dims(ops.arange(n), 1) + ops.arange(width)
    return ops.take(series, where, axis=0), ops.convert_to_tensor(series)[width + horizon - 1 :]


def windows_tensorflow(series, width, horizon=1):
    must_fit(series, width, horizon)
    series = tf.constant(series)
    inputs = tf.signal.frame(series[: series.shape[0] - horizon], width, 1, axis=0)
    return inputs, series[width + horizon - 1 :]


def lags_in_rows(series, width, horizon=1):
    n = must_fit(series, width, horizon)
    return np.stack([series[j : j + n] for j in range(width)]), series[width + horizon - 1 :]


def view_left_as_it_is(series, width, horizon=1):
    must_fit(series, width, horizon)
    views = np.lib.stride_tricks.sliding_window_view(series, width, axis=0)
    return views[:-horizon], series[width + horizon - 1 :]


def changes_as_targets(series, width, horizon=1):
    x, y = windows_append(series, width, horizon)
    return x, y - x[:, -1]


def centred_windows(series, width, horizon=1):
    x, y = windows_append(series, width, horizon)
    return x - x.mean(axis=1, keepdims=True), y


def careless_about_width(series, width, horizon=1):
    if horizon < 1 or len(series) < width + horizon:
        raise ValueError("horizon too small or series too short")
    n = len(series) - width - horizon + 1
    where = np.arange(n)[:, None] + np.arange(max(width, 0))[None, :]
    return series[where % len(series)], series[width + horizon - 1 :]


def careless_about_horizon(series, width, horizon=1):
    if width < 1 or len(series) < width + horizon:
        raise ValueError("width too small or series too short")
    n = len(series) - width - horizon + 1
    where = np.arange(n)[:, None] + np.arange(width)[None, :]
    return np.take(series, where, axis=0, mode="clip"), series[width + horizon - 1 :]


def only_counts_windows(series, width, horizon=1):
    n = len(series) - width - horizon + 1
    if n < 1:
        raise ValueError("no window fits")
    where = np.arange(n)[:, None] + np.arange(max(width, 0))[None, :]
    return np.take(series, where, axis=0, mode="clip"), series[width + horizon - 1 :]


def empty_where_too_short(series, width, horizon=1):
    if width < 1:
        raise ValueError("width must be 1 or more")
    if horizon < 1:
        raise ValueError("horizon must be 1 or more")
    n = max(0, len(series) - width - horizon + 1)
    where = np.arange(n)[:, None] + np.arange(width)[None, :]
    return series[where], series[width + horizon - 1 :]


def never_refuses(series, width, horizon=1):
    n = max(0, len(series) - width - horizon + 1)
    where = np.arange(n)[:, None] + np.arange(max(width, 0))[None, :]
    return np.take(series, where, axis=0, mode="clip"), series[width + horizon - 1 :]


RIGHT = {
    "index array": windows_index_array,
    "append in a loop": windows_append,
    "sliding_window_view": windows_sliding_view,
    "stack of lags": windows_stack_of_lags,
    "plain Python": windows_plain_python,
    "keras.ops": windows_keras_ops,
    "TensorFlow": windows_tensorflow,
}

WRONG = {
    "windows-in-columns": lags_in_rows,
    "features-before-steps": view_left_as_it_is,
    "only-targets-wrong": changes_as_targets,
    "only-inputs-wrong": centred_windows,
    "width-below-one-accepted": careless_about_width,
    "horizon-below-one-accepted": careless_about_horizon,
    "width-and-horizon-below-one-accepted": only_counts_windows,
    "short-series-accepted": empty_where_too_short,
    "no-error-at-all": never_refuses,
}


def as_answer(reference):
    """A reference is an answer as it stands."""
    return reference
