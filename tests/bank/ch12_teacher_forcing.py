"""Chapter 12: right answers in other styles, and one wrong answer for each known mistake.

Written apart from the oracle, as students write: in NumPy, loops, einsum, keras.ops, TensorFlow.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops

# --- shift_right ---------------------------------------------------------------------------------


def shift_concatenate(targets, start):
    begin = np.tile(start, (targets.shape[0], 1, 1))
    return np.concatenate([begin, targets], axis=1)[:, : targets.shape[1]]


def shift_roll(targets, start):
    fed = np.roll(targets, 1, axis=1)
    fed[:, :1] = start
    return fed


def shift_pad(targets, start):
    T = targets.shape[1]
    fed = np.pad(targets, ((0, 0), (1, 0), (0, 0)))[:, :T]
    fed[:, 0:1, :] += start
    return fed


def shift_loop(targets, start):
    out = np.empty_like(targets)
    before = np.broadcast_to(start, targets.shape[::2])
    for t in range(targets.shape[1]):
        out[:, t] = before
        before = targets[:, t]
    return out


def shift_keras(targets, start):
    T = targets.shape[1]
    begin = ops.broadcast_to(start, (targets.shape[0], 1, targets.shape[2]))
    return ops.concatenate([begin, ops.convert_to_tensor(targets)], axis=1)[:, :T]


@tf.function
def shift_graph(targets, start):
    begin = tf.broadcast_to(start, [tf.shape(targets)[0], 1, targets.shape[2]])
    return tf.concat([begin, targets], 1)[:, : tf.shape(targets)[1]]


def _start_zero(targets, start):
    fed = np.zeros_like(targets)
    fed[:, 1:] = targets[:, :-1]
    return fed


def _start_once(targets, start):
    fed = _start_zero(targets, start)
    fed[:1, :1] = start
    return fed


def _left(targets, start):
    fed = np.roll(targets, -1, axis=1)
    fed[:, -1:] = start
    return fed


def _along_batch(targets, start):
    begin = np.broadcast_to(start, (1, *targets.shape[1:]))
    return np.concatenate([begin, targets[:-1]], axis=0)


def _always_one(targets, start):
    begin = np.tile(start, (len(targets), 1, 1))
    return np.concatenate([begin, targets[:, :-1]], axis=1)


SHIFT_WRONG = {
    "not-shifted": lambda targets, start: targets.copy(),
    "shifted-left": _left,
    "wraps-round": lambda targets, start: np.roll(targets, 1, 1),
    "start-is-zero": _start_zero,
    "start-in-one-sequence": _start_once,
    "one-too-many": lambda targets, start: np.concatenate(
        [np.tile(start, (len(targets), 1, 1)), targets], axis=1
    ),
    "one-too-few": lambda targets, start: targets[:, :-1],
    "shifted-twice": lambda targets, start: shift_roll(shift_roll(targets, start), start),
    "sequences-shifted": _along_batch,
    "start-added": lambda targets, start: _start_zero(targets, start) + start,
    "no-empty-sequence": _always_one,
}


# --- free_run ------------------------------------------------------------------------------------


def _steps_fit(steps):
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got steps={steps}")


def _checked(run):
    def answer(step, state, first, steps):
        _steps_fit(steps)
        return run(step, state, first, steps)

    return answer


def free_list(step, state, first, steps):
    _steps_fit(steps)
    ys, x = [], first
    while len(ys) < steps:
        x, state = step(x, state)
        ys.append(x)
    return np.stack(ys, axis=1)


def free_filled(step, state, first, steps):
    _steps_fit(steps)
    ys = np.empty((first.shape[0], steps, first.shape[1]), dtype=first.dtype)
    y = first
    for t in range(steps):
        y, state = step(y, state)
        ys[:, t, :] = y
    return ys


def free_tensorflow(step, state, first, steps):
    _steps_fit(steps)
    x = tf.constant(first)
    ys = tf.TensorArray(x.dtype, size=steps)
    for t in range(steps):
        x, state = step(x, state)
        ys = ys.write(t, x)
    return tf.transpose(ys.stack(), (1, 0, 2))


def free_keras(step, state, first, steps):
    _steps_fit(steps)
    ys = [ops.convert_to_tensor(first)]
    for _ in range(steps):
        y, state = step(ys[-1], state)
        ys.append(y)
    return ops.stack(ys[1:], axis=1)


def free_graph(step, state, first, steps):
    _steps_fit(steps)

    @tf.function
    def run(x, state):
        ys = tf.TensorArray(x.dtype, size=steps, element_shape=x.shape)
        for t in tf.range(steps):
            x, state = step(x, state)
            ys = ys.write(t, x)
        return ys.stack()

    tensors = tf.nest.map_structure(tf.convert_to_tensor, state)
    return tf.einsum("tbf->btf", run(tf.convert_to_tensor(first), tensors))


def free_recursive(step, state, first, steps):
    _steps_fit(steps)
    y, state = step(first, state)
    if steps == 1:
        return y[:, None]
    return np.concatenate([y[:, None], free_recursive(step, state, y, steps - 1)], axis=1)


def _collect(step, state, x, steps, feed):
    """Outputs of a loop in which `feed(x, y)` makes the next input."""
    ys = []
    for _ in range(steps):
        y, state = step(x, state)
        ys.append(y)
        x = feed(x, y)
    return np.stack(ys, axis=1)


def _same_state(step, state, first, steps):
    x, ys = first, []
    for _ in range(steps):
        x, _ = step(x, state)
        ys.append(x)
    return np.stack(ys, axis=1)


def _store_before(step, state, first, steps):
    x, ys = first, []
    for _ in range(steps):
        ys.append(x)
        x, state = step(x, state)
    return np.stack(ys, axis=1)


def _with_first(step, state, first, steps):
    ys = [first]
    for _ in range(steps):
        y, state = step(ys[-1], state)
        ys.append(y)
    return np.stack(ys, axis=1)


def _aliased(step, state, first, steps):
    x = np.array(first)
    ys = []
    for _ in range(steps):
        y, state = step(x, state)
        x[:] = y
        ys.append(x)
    return np.stack(ys, axis=1)


def _hidden(step, state, first, steps):
    x, hs = first, []
    for _ in range(steps):
        x, state = step(x, state)
        hs.append(state[0] if isinstance(state, (list, tuple)) else state)
    return np.stack(hs, axis=1)


def _accumulated(step, state, first, steps):
    x, ys = first, []
    for _ in range(steps):
        y, state = step(x, state)
        x = x + y
        ys.append(x)
    return np.stack(ys, axis=1)


def _as_array(step, state, first, steps):
    return free_list(step, np.asarray(state), first, steps)


def _any_steps(step, state, first, steps):
    if steps < 1:
        return np.zeros((len(first), 0, first.shape[1]))
    return free_list(step, state, first, steps)


FREE_WRONG = {
    "always-fed-first": _checked(
        lambda step, state, first, steps: _collect(step, state, first, steps, lambda x, y: x)
    ),
    "state-not-carried": _checked(_same_state),
    "first-stands-first": _checked(_store_before),
    "first-included": _checked(_with_first),
    "one-too-many": _checked(
        lambda step, state, first, steps: free_filled(step, state, first, steps + 1)
    ),
    "one-call-too-many": _checked(
        lambda step, state, first, steps: _store_before(step, state, first, steps + 1)[:, 1:]
    ),
    "last-output-only": _checked(
        lambda step, state, first, steps: free_list(step, state, first, steps)[:, -1]
    ),
    "last-output-everywhere": _checked(_aliased),
    "time-first": _checked(
        lambda step, state, first, steps: np.moveaxis(free_list(step, state, first, steps), 1, 0)
    ),
    "states-returned": _checked(_hidden),
    "output-as-change": _checked(_accumulated),
    "sum-fed-back": _checked(
        lambda step, state, first, steps: _collect(step, state, first, steps, np.add)
    ),
    "reversed-result": _checked(
        lambda step, state, first, steps: np.flip(free_list(step, state, first, steps), 1)
    ),
    "state-made-an-array": _checked(_as_array),
    "any-steps": _any_steps,
}


# --- warm_up_and_forecast ------------------------------------------------------------------------


def _warm_fits(history, steps):
    _steps_fit(steps)
    if history.shape[1] == 0:
        raise ValueError("history needs at least one step, got none")


def _guarded(run):
    def answer(step, state, history, steps):
        _warm_fits(history, steps)
        return run(step, state, history, steps)

    return answer


def warm_one_loop(step, state, history, steps):
    _warm_fits(history, steps)
    T, ys = history.shape[1], []
    for t in range(T + steps - 1):
        x = history[:, t] if t < T else ys[-1]
        y, state = step(x, state)
        ys.append(y)
    return np.stack(ys[T - 1 :], axis=1)


def warm_two_loops(step, state, history, steps):
    _warm_fits(history, steps)
    for t in range(history.shape[1]):
        y, state = step(history[:, t], state)
    forecast = [y]
    for _ in range(1, steps):
        y, state = step(y, state)
        forecast.append(y)
    return np.array(forecast).transpose(1, 0, 2)


def warm_queue(step, state, history, steps):
    _warm_fits(history, steps)
    waiting = list(np.moveaxis(history, 1, 0))
    result = np.zeros((len(history), steps, history.shape[2]))
    done = -len(waiting)
    while done < steps - 1:
        y, state = step(waiting.pop(0), state)
        done += 1
        if not waiting:
            result[:, done] = y
            waiting.append(y)
    return result


def warm_tensorflow(step, state, history, steps):
    _warm_fits(history, steps)
    for x in tf.unstack(tf.constant(history), axis=1):
        y, state = step(x, state)
    ys = [y]
    for _ in range(steps - 1):
        y, state = step(y, state)
        ys.append(y)
    return tf.stack(ys, axis=1)


def warm_keras(step, state, history, steps):
    _warm_fits(history, steps)
    for x in ops.unstack(history, axis=1):
        y, state = step(x, state)
    if steps == 1:
        return ops.expand_dims(y, 1)
    rest = free_keras(step, state, y, steps - 1)
    return ops.concatenate([ops.expand_dims(y, 1), rest], axis=1)


def warm_graph(step, state, history, steps):
    _warm_fits(history, steps)
    T = history.shape[1]

    @tf.function
    def run(history, state):
        y = history[:, 0]
        ys = tf.TensorArray(history.dtype, size=T + steps - 1, element_shape=y.shape)
        for t in tf.range(T + steps - 1):
            x = history[:, t] if t < T else y
            y, state = step(x, state)
            ys = ys.write(t, y)
        return ys.stack()[T - 1 :]

    tensors = tf.nest.map_structure(tf.convert_to_tensor, state)
    return tf.transpose(run(tf.constant(history), tensors), (1, 0, 2))


def _through(step, state, history):
    ys = []
    for t in range(history.shape[1]):
        y, state = step(history[:, t], state)
        ys.append(y)
    return ys, state


def _again(step, state, history, steps):
    _, state = _through(step, state, history)
    return free_list(step, state, history[:, -1], steps)


def _lost(step, state, history, steps):
    ys, state = _through(step, state, history)
    return free_list(step, state, ys[-1], steps)


def _unused(step, state, history, steps):
    ys, state = _through(step, state, history[:, :-1])
    return free_list(step, state, ys[-1], steps)


def _anew(step, state, history, steps):
    ys, _ = _through(step, state, history)
    forecast = [ys[-1]]
    for _ in range(steps - 1):
        y, state = step(forecast[-1], state)
        forecast.append(y)
    return np.stack(forecast, axis=1)


def _from_first(step, state, history, steps):
    T = history.shape[1]
    return free_list(step, state, history[:, 0], T + steps - 1)[:, -steps:]


def _everything(step, state, history, steps):
    ys, state = _through(step, state, history)
    for _ in range(steps - 1):
        y, state = step(ys[-1], state)
        ys.append(y)
    return np.stack(ys, axis=1)


def _fed(step, state, history, steps, pick):
    ys, state = _through(step, state, history)
    forecast = [ys[-1]]
    for k in range(steps - 1):
        y, state = step(pick(history, k), state)
        forecast.append(y)
    return np.stack(forecast, axis=1)


def _never_carried(step, state, history, steps):
    y, _ = step(history[:, -1], state)
    for t in range(history.shape[1] - 1):
        step(history[:, t], state)
    forecast = [y]
    for _ in range(steps - 1):
        y, _ = step(y, state)
        forecast.append(y)
    return np.stack(forecast, axis=1)


def _wasteful(step, state, history, steps):
    ys, state = _through(step, state, history)
    y, forecast = ys[-1], []
    for _ in range(steps):
        forecast.append(y)
        y, state = step(y, state)
    return np.stack(forecast, axis=1)


def _warm_any(step, state, history, steps):
    if steps < 1 or history.shape[1] < 1:
        return np.zeros((len(history), 0, history.shape[2]))
    return warm_one_loop(step, state, history, steps)


def _warm_any_steps(step, state, history, steps):
    if history.shape[1] < 1:
        raise ValueError("history is empty")
    return _warm_any(step, state, history, steps)


def _warm_any_history(step, state, history, steps):
    _steps_fit(steps)
    return _warm_any(step, state, history, steps)


WARM_WRONG = {
    "last-value-twice": _guarded(_again),
    "first-forecast-lost": _guarded(_lost),
    "not-warmed-up": _guarded(
        lambda step, state, history, steps: free_list(step, state, history[:, -1], steps)
    ),
    "last-value-unused": _guarded(_unused),
    "state-reset": _guarded(_anew),
    "free-from-the-start": _guarded(_from_first),
    "forced-outputs-included": _guarded(_everything),
    "one-forecast-short": _guarded(
        lambda step, state, history, steps: warm_queue(step, state, history, steps)[:, 1:]
    ),
    "last-value-fed-on": _guarded(
        lambda step, state, history, steps: _fed(
            step, state, history, steps, lambda history, k: history[:, -1]
        )
    ),
    "history-fed-again": _guarded(
        lambda step, state, history, steps: _fed(
            step, state, history, steps, lambda history, k: history[:, k % history.shape[1]]
        )
    ),
    "state-not-carried": _guarded(_never_carried),
    "history-backward": _guarded(
        lambda step, state, history, steps: warm_one_loop(step, state, history[:, ::-1], steps)
    ),
    "one-call-too-many": _guarded(_wasteful),
    "time-first": _guarded(
        lambda step, state, history, steps: warm_queue(step, state, history, steps).swapaxes(0, 1)
    ),
    "state-made-an-array": _guarded(
        lambda step, state, history, steps: warm_one_loop(step, np.array(state), history, steps)
    ),
    "anything-goes": _warm_any,
    "any-steps": _warm_any_steps,
    "any-history": _warm_any_history,
}


# --- scheduled_inputs ----------------------------------------------------------------------------


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


def _p_checked(mix):
    def answer(truth, predicted, p_truth, rng):
        _p_fits(p_truth)
        return mix(truth, predicted, p_truth, rng)

    return answer


def _by_mask(mask):
    return _p_checked(
        lambda truth, predicted, p, rng: np.where(mask(rng, truth.shape, p), truth, predicted)
    )


def _sticky(rng, shape, p):
    coin = rng.random(shape[:2]) < p
    return np.logical_and.accumulate(coin, axis=1)[..., None]


def _forced_start(truth, predicted, p_truth, rng):
    mixed = mix_where(truth, predicted, p_truth, rng)
    mixed[:, 0:1] = truth[:, 0:1]
    return mixed


MIX_WRONG = {
    "features-mixed": _by_mask(lambda rng, shape, p: rng.random(shape) < p),
    "one-coin-per-sequence": _by_mask(lambda rng, shape, p: rng.random((shape[0], 1, 1)) < p),
    "one-coin-per-step": _by_mask(lambda rng, shape, p: rng.random((shape[1], 1)) < p),
    "one-coin-for-all": _p_checked(
        lambda truth, predicted, p, rng: truth if rng.random() < p else predicted
    ),
    "probability-swapped": _p_checked(
        lambda truth, predicted, p, rng: mix_choice(predicted, truth, p, rng)
    ),
    "blended": _p_checked(lambda truth, predicted, p, rng: p * truth + (1 - p) * predicted),
    "never-back-to-truth": _by_mask(_sticky),
    "first-step-forced": _forced_start,
    "half-and-half": _by_mask(lambda rng, shape, p: rng.integers(0, 2, (*shape[:2], 1)) == 1),
    "normal-numbers": _by_mask(lambda rng, shape, p: rng.standard_normal((*shape[:2], 1)) < p),
    "seed-inside": _p_checked(
        lambda truth, predicted, p, rng: mix_where(truth, predicted, p, np.random.default_rng(3))
    ),
    "rng-unused": _by_mask(lambda rng, shape, p: np.random.rand(*shape[:2], 1) < p),
    "single-precision": lambda truth, predicted, p, rng: mix_where(
        np.float32(truth), np.float32(predicted), p, rng
    ),
    "any-probability": lambda truth, predicted, p, rng: np.where(
        rng.random((*truth.shape[:2], 1)) < p, truth, predicted
    ),
}


# --- horizon_error -------------------------------------------------------------------------------


def error_numpy(truth, predicted):
    return np.sqrt(np.square(truth - predicted).mean(axis=(0, 2)))


def error_loop(truth, predicted):
    return np.array(
        [np.mean((predicted[:, t] - truth[:, t]) ** 2) ** 0.5 for t in range(truth.shape[1])]
    )


def error_einsum(truth, predicted):
    e = np.float64(predicted) - truth
    return np.sqrt(np.einsum("btf,btf->t", e, e) / (e.shape[0] * e.shape[2]))


def error_tensorflow(truth, predicted):
    return tf.sqrt(tf.reduce_mean(tf.math.squared_difference(truth, predicted), axis=[0, 2]))


def error_keras(truth, predicted):
    return ops.sqrt(ops.mean(ops.square(ops.subtract(predicted, truth)), axis=(0, 2)))


@tf.function
def error_graph(truth, predicted):
    by_feature = tf.reduce_mean((truth - predicted) ** 2, axis=0)
    return tf.reduce_mean(by_feature, axis=1) ** 0.5


def _squared(truth, predicted):
    return (truth - predicted) ** 2


def _mean_distance(truth, predicted):
    return np.sqrt(_squared(truth, predicted).sum(-1)).mean(0)


def _running(truth, predicted):
    means = _squared(truth, predicted).mean(axis=(0, 2))
    return np.sqrt([means[: k + 1].mean() for k in range(len(means))])


ERROR_WRONG = {
    "no-root": lambda a, b: _squared(a, b).mean((0, 2)),
    "absolute": lambda a, b: abs(a - b).mean((0, 2)),
    "features-summed": lambda a, b: np.sqrt(_squared(a, b).mean(0).sum(-1)),
    "batch-summed": lambda a, b: np.sqrt(_squared(a, b).mean(-1).sum(0)),
    "root-before-mean": lambda a, b: np.sqrt(_squared(a, b).mean(-1)).mean(0),
    "mean-distance": _mean_distance,
    "one-number": lambda a, b: np.sqrt(_squared(a, b).mean()),
    "one-per-sequence": lambda a, b: np.sqrt(_squared(a, b).mean((1, 2))),
    "one-per-feature": lambda a, b: np.sqrt(_squared(a, b).mean(0)),
    "errors-cancel": lambda a, b: abs((a - b).mean((0, 2))),
    "bias-removed": lambda a, b: np.std(a - b, axis=(0, 2)),
    "running-mean": _running,
}

RIGHT = {
    "shift_right": {
        "concatenate": shift_concatenate,
        "roll": shift_roll,
        "pad": shift_pad,
        "loop": shift_loop,
        "keras.ops": shift_keras,
        "tf.function": shift_graph,
    },
    "free_run": {
        "list": free_list,
        "filled": free_filled,
        "tensorflow": free_tensorflow,
        "keras.ops": free_keras,
        "tf.function": free_graph,
        "recursive": free_recursive,
    },
    "warm_up_and_forecast": {
        "one loop": warm_one_loop,
        "two loops": warm_two_loops,
        "queue": warm_queue,
        "tensorflow": warm_tensorflow,
        "keras.ops": warm_keras,
        "tf.function": warm_graph,
    },
    "scheduled_inputs": {
        "where": mix_where,
        "loops": mix_loops,
        "choice": mix_choice,
        "weights": mix_weights,
        "tensorflow": mix_tensorflow,
        "keras.ops": mix_keras,
    },
    "horizon_error": {
        "numpy": error_numpy,
        "loop": error_loop,
        "einsum": error_einsum,
        "tensorflow": error_tensorflow,
        "keras.ops": error_keras,
        "tf.function": error_graph,
    },
}

WRONG = {
    "shift_right": SHIFT_WRONG,
    "free_run": FREE_WRONG,
    "warm_up_and_forecast": WARM_WRONG,
    "scheduled_inputs": MIX_WRONG,
    "horizon_error": ERROR_WRONG,
}
