"""seasonal_naive: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import itertools
import math

import numpy as np
import tensorflow as tf
from keras import ops


def must_have_season(history, season, steps):
    if season < 1 or season > len(history):
        raise ValueError(f"season is {season}, but the history has {len(history)} values")
    if steps < 1:
        raise ValueError(f"steps is {steps}; it must be at least 1")


def season_resize(history, season, steps):
    must_have_season(history, season, steps)
    return np.resize(history[-season:], steps)


def season_tile(history, season, steps):
    must_have_season(history, season, steps)
    return np.tile(history[-season:], math.ceil(steps / season))[:steps]


def season_modulo(history, season, steps):
    if season > len(history):
        raise ValueError("season")
    if steps < 1:
        raise ValueError("steps")
    return history[len(history) - season + np.arange(steps) % season]


def season_cycle(history, season, steps):
    must_have_season(history, season, steps)
    last = itertools.cycle(history[-season:].tolist())
    return np.array([next(last) for _ in range(steps)], dtype=float)


def season_growing(history, season, steps):
    must_have_season(history, season, steps)
    out = np.empty(steps, history.dtype)
    for k in range(steps):
        out[k] = history[len(history) - season + k] if k < season else out[k - season]
    return out


def season_keras_ops(history, season, steps):
    must_have_season(history, season, steps)
    return ops.take(history, len(history) - season + ops.mod(ops.arange(steps), season))


def season_tensorflow(history, season, steps):
    must_have_season(history, season, steps)
    return tf.gather(tf.constant(history), len(history) - season + tf.range(steps) % season)


def oldest_season(history, season, steps):
    must_have_season(history, season, steps)
    return np.resize(history[:season], steps)


def season_backwards(history, season, steps):
    must_have_season(history, season, steps)
    return np.resize(history[::-1][:season], steps)


def climatology(history, season, steps):
    must_have_season(history, season, steps)
    t = len(history)
    means = [
        np.mean([history[j] for j in range(t) if (t - j) % season == (season - k) % season])
        for k in range(season)
    ]
    return np.resize(means, steps)


def one_season_at_most(history, season, steps):
    must_have_season(history, season, steps)
    return history[-season:][: min(steps, season)]


def no_look_at_season(history, season, steps):
    if steps < 1:
        raise ValueError("steps must be 1 or more")
    return np.take(history, [len(history) - season + k % season for k in range(steps)], mode="wrap")


def no_look_at_steps(history, season, steps):
    if season > len(history) or season < 1:
        raise ValueError("season too long")
    return np.array([history[len(history) - season + k % season] for k in range(steps)])


def no_look_at_all(history, season, steps):
    return np.take(history, [len(history) - season + k % season for k in range(steps)], mode="wrap")


def one_early(history, season, steps):
    must_have_season(history, season, steps)
    return np.resize(np.roll(history, 1)[-season:], steps)


def value_by_value(history, season, steps):
    must_have_season(history, season, steps)
    return np.repeat(history[-season:], math.ceil(steps / season))[:steps]


def clipped_index(history, season, steps):
    must_have_season(history, season, steps)
    return np.take(history, len(history) - season + np.arange(steps), mode="clip")


def padded_with_zeros(history, season, steps):
    must_have_season(history, season, steps)
    out = np.zeros(steps)
    out[:season] = history[-season:][:steps]
    return out


RIGHT = {
    "np.resize": season_resize,
    "np.tile": season_tile,
    "modulo": season_modulo,
    "itertools.cycle": season_cycle,
    "growing": season_growing,
    "keras.ops": season_keras_ops,
    "TensorFlow": season_tensorflow,
}

WRONG = {
    "first-season": oldest_season,
    "starts-one-early": one_early,
    "each-value-repeated": value_by_value,
    "stays-at-last-value": clipped_index,
    "zeros-after-season": padded_with_zeros,
    "season-reversed": season_backwards,
    "mean-over-seasons": climatology,
    "not-repeated": one_season_at_most,
    "long-season-accepted": no_look_at_season,
    "no-steps-accepted": no_look_at_steps,
    "no-error-at-all": no_look_at_all,
}
