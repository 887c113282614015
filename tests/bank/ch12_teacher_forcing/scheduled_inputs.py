"""scheduled_inputs: right answers in other styles, and wrong ones that are written differently."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops


def _p_fits(p_truth):
    if p_truth < 0 or p_truth > 1:
        raise ValueError(f"p_truth must be from 0 to 1, got p_truth={p_truth}")


def mix_where(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    coin = rng.uniform(size=truth.shape[:2]) < p_truth
    return np.where(coin[..., None], truth, predicted)


def mix_loops(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    mixed = predicted.copy()
    for b in range(truth.shape[0]):
        for t in range(truth.shape[1]):
            if rng.random() < p_truth:
                mixed[b, t] = truth[b, t]
    return mixed


def mix_choice(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    B, T, _ = truth.shape
    pick = rng.choice(2, size=(B, T), p=[1 - p_truth, p_truth])
    both = np.stack([predicted, truth])
    return both[pick, np.arange(B)[:, None], np.arange(T)]


def mix_weights(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    m = rng.binomial(1, p_truth, size=truth.shape[:2])[:, :, np.newaxis].astype(truth.dtype)
    return m * truth + (1 - m) * predicted


def mix_tensorflow(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    coin = tf.random.stateless_uniform((*truth.shape[:2], 1), seed=rng.integers(2**31, size=2))
    return tf.where(coin < p_truth, truth, predicted)


def mix_keras(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    coin = ops.convert_to_tensor(rng.random(truth.shape[:2]) < p_truth)
    return ops.where(ops.expand_dims(coin, -1), truth, predicted)


def mix_lists(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    coin = rng.random((*truth.shape[:2], 1), dtype=np.float32) < np.float32(p_truth)
    return np.where(coin, truth, predicted).tolist()


def mix_comprehension(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    return np.array(
        [
            [t if rng.random() < p_truth else p for t, p in zip(ts, ps, strict=True)]
            for ts, ps in zip(truth, predicted, strict=True)
        ]
    )


def mix_steps(truth, predicted, p_truth, rng):
    _p_fits(p_truth)
    steps = []
    for t in range(truth.shape[1]):
        coin = rng.random(len(truth)) < p_truth
        steps.append(np.where(coin[:, None], truth[:, t], predicted[:, t]))
    return np.stack(steps, axis=1)


def _p_checked(mix):
    def answer(truth, predicted, p_truth, rng):
        _p_fits(p_truth)
        return mix(truth, predicted, p_truth, rng)

    return answer


def _by_mask(mask):
    return _p_checked(
        lambda truth, predicted, p, rng: np.where(mask(rng, truth.shape, p), truth, predicted)
    )


def _fixed_number(rng, shape, p):
    count = shape[0] * shape[1]
    coin = np.zeros(count, bool)
    coin[rng.permutation(count)[: round(p * count)]] = True
    return coin.reshape(*shape[:2], 1)


def _fixed_number_in_each(rng, shape, p):
    order = np.argsort(rng.random(shape[:2]), axis=1)
    return (order < round(p * shape[1]))[..., None]


def _first_forced(rng, shape, p):
    coin = rng.random((*shape[:2], 1)) < p
    coin[:, 0] = True
    return coin


RIGHT = {
    "where": mix_where,
    "loops": mix_loops,
    "choice": mix_choice,
    "weights": mix_weights,
    "tensorflow": mix_tensorflow,
    "keras.ops": mix_keras,
    "lists": mix_lists,
    "comprehension": mix_comprehension,
    "step by step": mix_steps,
}

WRONG = {
    "one-coin-for-all": _p_checked(
        lambda truth, predicted, p, rng: truth if rng.random() < p else predicted
    ),
    "probability-swapped": _p_checked(
        lambda truth, predicted, p, rng: mix_choice(predicted, truth, p, rng)
    ),
    "half-and-half": _by_mask(lambda rng, shape, p: rng.integers(0, 2, (*shape[:2], 1)) == 1),
    "rng-unused": _by_mask(lambda rng, shape, p: np.random.rand(*shape[:2], 1) < p),
    "rounded-probability": _by_mask(
        lambda rng, shape, p: rng.integers(0, 100, (*shape[:2], 1)) < int(100 * p)
    ),
    "rounded-probability/from one to a hundred": _by_mask(
        lambda rng, shape, p: rng.integers(1, 101, (*shape[:2], 1)) <= 100 * p
    ),
    "one-percent-too-often": _by_mask(
        lambda rng, shape, p: rng.integers(0, 101, (*shape[:2], 1)) <= 100 * p
    ),
    "fixed-number": _by_mask(_fixed_number),
    "fixed-number-per-sequence": _by_mask(_fixed_number_in_each),
    "first-steps-true": _p_checked(
        lambda truth, predicted, p, rng: np.concatenate(
            [truth[:, : round(p * truth.shape[1])], predicted[:, round(p * truth.shape[1]) :]],
            axis=1,
        )
    ),
    "first-step-forced": _by_mask(_first_forced),
    "any-probability": lambda truth, predicted, p, rng: np.where(
        rng.random((*truth.shape[:2], 1)) < p, truth, predicted
    ),
}
