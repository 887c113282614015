"""next_frame_pairs: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def pairs_loops(videos):
    inputs = [videos[:, t] for t in range(videos.shape[1] - 1)]
    targets = [videos[:, t + 1] for t in range(videos.shape[1] - 1)]
    return np.stack(inputs, axis=1), np.stack(targets, axis=1)


def pairs_refusing(videos):
    if videos.shape[1] < 2:
        raise ValueError(f"videos has {videos.shape[1]} frame: no pair")
    return [videos[:, :-1, ...].copy(), np.delete(videos, 0, axis=1)]


def pairs_take(videos):
    places = np.arange(videos.shape[1] - 1)
    return np.take(videos, places, axis=1), np.take(videos, places + 1, axis=1)


@tf.function
def pairs_graph(videos):
    return videos[:, :-1], videos[:, 1:]


def pairs_lists(videos):
    inputs = [[clip[t] for t in range(len(clip) - 1)] for clip in videos]
    targets = [[clip[t + 1] for t in range(len(clip) - 1)] for clip in videos]
    return np.array(inputs), np.array(targets)


RIGHT = {
    "slices": lambda videos: (videos[:, :-1], videos[:, 1:]),
    "loops": pairs_loops,
    "refusing": pairs_refusing,
    "take": pairs_take,
    "lists": pairs_lists,
    "keras.ops": lambda videos: (ops.array(videos)[:, :-1], ops.array(videos)[:, 1:]),
    "tf.function": pairs_graph,
    "widened": lambda videos: tuple(videos.astype("float64")[:, s] for s in np.s_[:-1, 1:]),
}

WRONG = {
    "last-frame-as-target": lambda v: (v[:, :-1], v[:, -1]),
    "swapped": lambda v: pairs_loops(v[:, ::-1]) if v.shape[1] == 2 else pairs_take(v)[::-1],
    "same-frames": lambda v: [tf.identity(v[:, :-1])] * 2,
    "differences": lambda v: (ops.array(v)[:, :-1], ops.subtract(v[:, 1:], v[:, :-1])),
}
