"""persistence_forecast: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def persistence_loops(videos):
    out = np.empty((videos.shape[0], videos.shape[1] - 1, *videos.shape[2:]), videos.dtype)
    for t in range(1, videos.shape[1]):
        out[:, t - 1] = videos[:, t - 1]
    return out


def persistence_refusing(videos):
    if videos.shape[1] < 2:
        raise ValueError("videos needs two frames")
    return ops.convert_to_tensor(videos[:, :-1])


def linear(v):
    change = np.concatenate([np.zeros_like(v[:, :1]), np.diff(v, axis=1)], axis=1)
    return (v + change)[:, :-1]


def mean_so_far(v):
    return np.stack([v[:, : t + 1].mean(axis=1) for t in range(v.shape[1] - 1)], axis=1)


def _two_before(v):
    if v.shape[1] == 1:
        return v[:, :0]
    return np.concatenate([v[:, :1], v[:, :-2]], axis=1)


RIGHT = {
    "lists": lambda videos: videos[:, :-1].tolist(),
    "slice": lambda videos: videos[:, :-1],
    "loops": persistence_loops,
    "refusing, keras.ops": persistence_refusing,
    "roll": lambda videos: np.roll(videos, 1, axis=1)[:, 1:],
    "tensorflow": lambda videos: tf.slice(videos, [0] * 5, [-1, videos.shape[1] - 1, -1, -1, -1]),
    "tf.function": tf.function(lambda videos: videos[:, : videos.shape[1] - 1]),
}

WRONG = {
    "one-frame-late": _two_before,
    "begins-with-the-last": lambda v: np.concatenate([v[:, -1:], v[:, :-2]], axis=1)[
        :, : v.shape[1] - 1
    ],
    "first-frame-kept": lambda v: np.stack([v[:, 0]] * (v.shape[1] - 1), axis=1),
    "last-frame-kept": lambda v: np.stack([v[:, -1]] * (v.shape[1] - 1), axis=1),
    "linear": linear,
    "mean-so-far": mean_so_far,
}
