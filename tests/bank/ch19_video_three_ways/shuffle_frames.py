"""shuffle_frames: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def shuffle_take_along(videos, rng):
    order = rng.random(videos.shape[:2]).argsort(axis=1)
    return np.take_along_axis(videos, order[:, :, None, None, None], axis=1)


def shuffle_loop(videos, rng):
    out = np.empty_like(videos)
    for b in range(len(videos)):
        out[b] = videos[b][rng.permutation(videos.shape[1])]
    return out


def shuffle_permuted(videos, rng):
    B, T = videos.shape[:2]
    order = rng.permuted(np.tile(np.arange(T), (B, 1)), axis=1)
    return videos[np.arange(B)[:, None], order]


def shuffle_list(videos, rng):
    clips = []
    for clip in videos:
        frames = list(clip)
        rng.shuffle(frames)
        clips.append(np.stack(frames))
    return np.array(clips).reshape(videos.shape)


def shuffle_choice(videos, rng):
    steps = videos.shape[1]
    orders = [rng.choice(steps, steps, replace=False) for _ in videos]
    return np.array([clip[order] for clip, order in zip(videos, orders)]).reshape(videos.shape)


def shuffle_tensorflow(videos, rng):
    order = np.argsort(rng.normal(size=videos.shape[:2]), axis=1)
    return tf.gather(videos, order, axis=1, batch_dims=1)


def shuffle_keras_ops(videos, rng):
    order = ops.argsort(ops.convert_to_tensor(rng.uniform(size=videos.shape[:2])), axis=1)
    return ops.take_along_axis(videos, ops.reshape(order, (*videos.shape[:2], 1, 1, 1)), axis=1)


def unchanged(videos, rng):
    shuffle_loop(videos, rng)
    return videos.copy()


def backwards(videos, rng):
    return videos[:, ::-1].copy()


def one_permutation(videos, rng):
    return videos[:, rng.permutation(videos.shape[1])]


def circle(videos, rng):
    starts = rng.integers(max(videos.shape[1], 1), size=len(videos))
    return np.array([np.roll(v, s, axis=0) for v, s in zip(videos, starts)]).reshape(videos.shape)


def always_another(videos, rng):
    out = videos.copy()
    for b, clip in enumerate(videos):
        order = np.arange(len(clip))
        while len(order) > 1 and (order == np.arange(len(clip))).all():
            order = rng.permutation(len(clip))
        out[b] = clip[order]
    return out


def global_stream(videos, rng):
    return shuffle_loop(videos, np.random.default_rng())


def seeded_stream(videos, rng):
    return shuffle_loop(videos, np.random.default_rng(0))


def naive_swaps(videos, rng):
    out = videos.copy()
    for clip in out:
        for t in range(len(clip)):
            other = rng.integers(len(clip))
            clip[[t, other]] = clip[[other, t]]
    return out


def across_clips(videos, rng):
    frames = videos.reshape(-1, *videos.shape[2:])
    return frames[rng.permutation(len(frames))].reshape(videos.shape)


def with_replacement(videos, rng):
    steps = videos.shape[1]
    order = rng.integers(max(steps, 1), size=(len(videos), steps))
    return np.take_along_axis(videos, order[:, :, None, None, None], axis=1)


def pixel_by_pixel(videos, rng):
    return rng.permuted(videos, axis=1)


def orders_of_two(videos, rng):
    orders = [rng.permutation(videos.shape[1]) for _ in range(2)]
    return np.stack([clip[orders[b % 2]] for b, clip in enumerate(videos)])


def one_swap(videos, rng):
    out = videos.copy()
    for clip in out:
        i, j = rng.integers(0, len(clip), 2)
        clip[[i, j]] = clip[[j, i]]
    return out


def cycles_alone(videos, rng):
    """Swaps with an earlier frame, one off."""
    out = videos.copy()
    for clip in out:
        for i in range(len(clip) - 1, 0, -1):
            j = rng.integers(0, i)
            clip[[i, j]] = clip[[j, i]]
    return out


def none_in_its_place(videos, rng):
    clips = []
    for clip in videos:
        order = rng.permutation(len(clip))
        while len(clip) > 1 and (order == np.arange(len(clip))).any():
            order = rng.permutation(len(clip))
        clips.append(clip[order])
    return np.stack(clips)


def first_stays(videos, rng):
    return np.stack([np.concatenate([v[:1], v[1:][rng.permutation(len(v) - 1)]]) for v in videos])


def reversed_or_not(videos, rng):
    return np.stack([v[::-1] if rng.random() < 0.5 else v for v in videos])


def last_clip_left(videos, rng):
    out = videos.copy()
    for b in range(len(videos) - 1):
        out[b] = videos[b, rng.permutation(videos.shape[1])]
    return out


def rows_of_a_frame(videos, rng):
    return np.stack([v[:, rng.permutation(v.shape[1])] for v in videos])


def shuffle_stack(videos, rng):
    return np.stack([clip[rng.permutation(len(clip))] for clip in videos])


def shuffle_nested_lists(videos, rng):
    clips = []
    for clip in videos:
        frames = list(clip)
        rng.shuffle(frames)
        clips.append(frames)
    return clips


def shuffle_ops_loop(videos, rng):
    return ops.stack([ops.take(clip, rng.permutation(len(clip)), axis=0) for clip in videos])


RIGHT = {
    "take_along_axis": shuffle_take_along,
    "loop": shuffle_loop,
    "permuted": shuffle_permuted,
    "list": shuffle_list,
    "choice": shuffle_choice,
    "TensorFlow": shuffle_tensorflow,
    "keras.ops": shuffle_keras_ops,
    "stack": shuffle_stack,
    "nested lists": shuffle_nested_lists,
    "keras.ops in a loop": shuffle_ops_loop,
}


WRONG = {
    "nothing-shuffled": unchanged,
    "frames-reversed": backwards,
    "one-order-for-all": one_permutation,
    "turned-in-a-circle": circle,
    "never-the-old-order": always_another,
    "another-stream": global_stream,
    "generator-ignored": seeded_stream,
    "orders-not-uniform": naive_swaps,
    "frames-go-to-other-clips": across_clips,
    "frames-come-twice": with_replacement,
    "frames-cut-up": pixel_by_pixel,
    "frames-cut-up/rows": rows_of_a_frame,
    "few-orders": orders_of_two,
    "few-orders/one swap": one_swap,
    "no-frame-in-its-place": cycles_alone,
    "no-frame-in-its-place/drawn again": none_in_its_place,
    "one-end-stays": first_stays,
    "reversed-or-not": reversed_or_not,
    "a-clip-left-out": last_clip_left,
}
