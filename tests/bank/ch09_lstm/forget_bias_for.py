"""forget_bias_for: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf


def checked(horizon, kept):
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1, got {horizon}")
    if kept <= 0 or kept >= 1:
        raise ValueError(f"kept must lie between 0 and 1, got {kept}")


def bias_math(horizon, kept):
    checked(horizon, kept)
    gate = kept ** (1 / horizon)
    return math.log(gate / (1 - gate))


def bias_numpy(horizon, kept):
    checked(horizon, kept)
    gate = np.exp(np.log(kept) / horizon)
    return np.log(gate) - np.log1p(-gate)


def bias_exponential(horizon, kept):
    checked(horizon, kept)
    return -math.log(math.expm1(-math.log(kept) / horizon))


def bias_scipy(horizon, kept):
    from scipy.special import logit

    checked(horizon, kept)
    return logit(kept ** (1 / horizon))


def bias_search(horizon, kept):
    from scipy.optimize import brentq

    checked(horizon, kept)
    return brentq(
        lambda b: -horizon * math.log1p(math.exp(-b)) - math.log(kept), -40, 40, xtol=1e-13
    )


def bias_tensorflow(horizon, kept):
    checked(horizon, kept)
    gate = tf.constant(kept, tf.float64) ** (1 / horizon)
    return tf.math.log(gate / (1 - gate))


def bias_single(horizon, kept):
    """In float32, which is enough where only Python numbers come in."""
    checked(horizon, kept)
    p = tf.constant(float(kept)) ** (1 / horizon)
    return tf.math.log(p / (1 - p))


def log_odds(p):
    return np.log(p / (1 - p))


def any_horizon(horizon, kept):
    if not 0 < kept < 1:
        raise ValueError(f"kept is {kept}")
    return log_odds(np.float64(kept) ** (1 / horizon))


def any_share(horizon, kept):
    if horizon < 1:
        raise ValueError(f"horizon is {horizon}")
    return log_odds(np.float64(kept) ** (1 / horizon))


def upside_down(horizon, kept):
    checked(horizon, kept)
    gate = kept ** (1 / horizon)
    return math.log((1 - gate) / gate)


RIGHT = {
    "math": bias_math,
    "numpy": bias_numpy,
    "one exponential": bias_exponential,
    "scipy": bias_scipy,
    "search": bias_search,
    "tensorflow": bias_tensorflow,
    "tensorflow, float32": bias_single,
}


def base_two(horizon, kept):
    checked(horizon, kept)
    gate = kept ** (1 / horizon)
    return math.log2(gate / (1 - gate))


WRONG = {
    "binary-logarithm": base_two,
    "sign": upside_down,
    "no-error-at-all": lambda horizon, kept: log_odds(np.float64(kept) ** (1 / horizon)),
    "any-horizon": any_horizon,
    "any-share": any_share,
}
