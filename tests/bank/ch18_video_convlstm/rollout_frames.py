"""rollout_frames: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def rollout_numpy(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    frames = context
    for _ in range(steps):
        frames = np.concatenate([frames, np.asarray(model(frames))[:, -1:]], axis=1)
    return frames[:, -steps:]


def rollout_list(model, context, steps):
    if steps <= 0:
        raise ValueError("steps")
    frames = [context[:, t] for t in range(context.shape[1])]
    for _ in range(steps):
        frames.append(model(np.stack(frames, axis=1))[:, -1])
    return np.stack(frames[context.shape[1] :], axis=1)


def rollout_buffer(model, context, steps):
    if steps < 1:
        raise ValueError("steps below 1")
    B, T, H, W, C = context.shape
    video = np.zeros((B, T + steps, H, W, C))
    video[:, :T] = context
    for t in range(T, T + steps):
        video[:, t] = model(video[:, :t])[:, t - 1]
    return video[:, T:]


def rollout_recursive(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps = {steps}")
    forecast = model(context)[:, -1:]
    if steps == 1:
        return forecast
    rest = rollout_recursive(model, np.concatenate([context, forecast], 1), steps - 1)
    return np.concatenate([forecast, rest], axis=1)


def rollout_tensorflow(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be positive, got {steps}")
    video = tf.constant(context)
    made = []
    for _ in range(steps):
        made.append(model(video)[:, -1:])
        video = tf.concat([video, made[-1]], axis=1)
    return tf.concat(made, axis=1)


def rollout_ops(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be positive, got {steps}")
    video = ops.convert_to_tensor(context)
    for _ in range(steps):
        video = ops.concatenate([video, model(video)[:, -1:]], axis=1)
    return video[:, ops.shape(context)[1] :]


@tf.function
def rollout_graph(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be positive, got {steps}")
    video = tf.convert_to_tensor(context)
    for _ in range(steps):
        video = tf.concat([video, model(video)[:, -1:]], axis=1)
    return video[:, -steps:]


def sliding(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    frames = list(np.moveaxis(context, 1, 0))
    for _ in range(steps):
        window = frames[-context.shape[1] :]
        frames.append(model(tf.stack(window, axis=1))[:, -1])
    return tf.stack(frames[-steps:], axis=1)


def without_context(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    made = [model(context)[:, -1:]]
    while len(made) < steps:
        made.append(model(np.concatenate(made, axis=1))[:, -1:])
    return np.concatenate(made, axis=1)


def clip_by_clip(model, context, steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    made = [rollout_numpy(model, context[b : b + 1], steps) for b in range(len(context))]
    return np.concatenate(made, axis=0)


def once_more(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    frames = np.array(context)
    for _ in range(steps + 1):
        frames = np.concatenate([frames, np.asarray(model(frames))[:, -1:]], axis=1)
    return frames[:, context.shape[1] : -1]


def first_lost(model, context, steps):
    return rollout_numpy(model, context, steps if steps < 1 else steps + 1)[:, 1:]


def newest_alone(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    frame, made = context[:, -1:], []
    for _ in range(steps):
        frame = np.asarray(model(frame))[:, -1:]
        made.append(frame)
    return np.concatenate(made, axis=1)


def outputs_fed(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    made = []
    for _ in range(steps):
        context = np.asarray(model(context))
        made.append(context[:, -1])
    return np.stack(made, axis=1)


def once_and_repeated(model, context, steps):
    if steps < 1:
        raise ValueError("steps")
    return np.repeat(np.asarray(model(context))[:, -1:], steps, axis=1)


def clipped(model, context, steps):
    return rollout_tensorflow(lambda videos: tf.clip_by_value(model(videos), 0, 1), context, steps)


RIGHT = {
    "numpy": rollout_numpy,
    "list": rollout_list,
    "buffer": rollout_buffer,
    "recursive": rollout_recursive,
    "tensorflow": rollout_tensorflow,
    "keras.ops": rollout_ops,
    "tf.function": rollout_graph,
    "clip by clip": clip_by_clip,
}

WRONG = {
    "first-forecast-repeated": once_and_repeated,
    "one-call-too-many": once_more,
    "first-forecast-lost": first_lost,
    "past-never-seen": newest_alone,
    "outputs-for-frames": outputs_fed,
    "sliding-window": sliding,
    "context-forgotten": without_context,
    "one-step-short": lambda model, context, steps: rollout_list(model, context, steps)[:, :-1],
    "clipped": clipped,
    "any-steps": lambda model, context, steps: (
        rollout_numpy(model, context, steps) if steps > 0 else context[:, :0]
    ),
}
