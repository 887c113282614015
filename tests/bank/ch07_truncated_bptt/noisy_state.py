"""noisy_state: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops


def _state_fits(batch, units):
    if batch < 1 or units < 1:
        raise ValueError(f"batch and units must be at least 1, got {batch} and {units}")


def _checked(draw):
    def answer(rng, batch, units, scale):
        _state_fits(batch, units)
        return draw(rng, batch, units, scale)

    return answer


def noisy_rows(rng, batch, units, scale):
    _state_fits(batch, units)
    return np.stack([rng.normal(0, scale, units) for _ in range(batch)])


def noisy_box_muller(rng, batch, units, scale):
    _state_fits(batch, units)
    u, v = rng.random((2, batch, units))
    return scale * np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)


def noisy_keras(rng, batch, units, scale):
    _state_fits(batch, units)
    return keras.random.normal((batch, units), stddev=scale, seed=int(rng.integers(2**31)))


def noisy_tensorflow(rng, batch, units, scale):
    _state_fits(batch, units)
    seed = rng.integers(2**31, size=2)
    return scale * tf.random.stateless_normal((batch, units), seed=seed)


RIGHT = {
    "normal": _checked(lambda rng, b, u, s: rng.normal(0.0, s, size=(b, u))),
    "standard, float32": _checked(
        lambda rng, b, u, s: np.float32(s) * rng.standard_normal((b, u), dtype="float32")
    ),
    "rows": noisy_rows,
    "box-muller": noisy_box_muller,
    "keras.random": noisy_keras,
    "tensorflow": noisy_tensorflow,
}


def noisy_standardised(rng, b, u, s):
    x = rng.standard_normal((b, u))
    return (x - x.mean()) / x.std() * s if x.size > 1 else x * s


WRONG = {
    "standardised": _checked(noisy_standardised),
    "centred": _checked(lambda rng, b, u, s: (x := rng.normal(0, s, (b, u))) - x.mean()),
    "sorted": _checked(lambda rng, b, u, s: np.sort(rng.normal(0, s, (b, u)), axis=1)),
    "sorted/all": _checked(lambda rng, b, u, s: np.sort(rng.normal(0, s, b * u)).reshape(b, u)),
    "one-number-a-row": _checked(lambda rng, b, u, s: np.repeat(rng.normal(0, s, (b, 1)), u, 1)),
    "scale-squared": _checked(lambda rng, b, u, s: s * rng.normal(0, s, (b, u))),
    "uniform": _checked(lambda rng, b, u, s: s * (2 * rng.random((b, u)) - 1)),
    "absolute": _checked(lambda rng, b, u, s: s * abs(rng.standard_normal((b, u)))),
    "anything-goes": lambda rng, b, u, s: rng.normal(0, s, (max(b, 0), max(u, 0))),
}
